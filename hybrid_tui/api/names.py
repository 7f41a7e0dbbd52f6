"""Names of models, collections, evaluations, jobs and others, for completion: loads in an instant."""

from __future__ import annotations

from hybrid_tui.corpus import collection_names


def models() -> list[str]:
    """Return the names of all models: backbones, then trained ones."""
    from hybrid_tui.encoders.backbones import BACKBONES
    from hybrid_tui.encoders.registry import folders

    return [*BACKBONES, *folders()]


def own_models() -> list[str]:
    """Return the names of the models that the user trained or added."""
    from hybrid_tui.encoders.registry import folders, is_shipped

    return [name for name, folder in folders().items() if not is_shipped(folder)]


def collections() -> list[str]:
    """Return the names of all collections, the one that ships first."""
    return [collection_names.STARTER, *own_collections()]


def collections_and_splits() -> list[str]:
    """Return the names of all collections, each before those of its splits."""
    return [each for name in collections() for each in (name, *collection_names.splits_of(name))]


def own_collections() -> list[str]:
    """Return the names of the collections that the user added."""
    return collection_names.kept_names()


def evaluated(collection: str = "") -> list[str]:
    """Return the systems that were evaluated, on one collection or any, each once, sorted."""
    from hybrid_tui.evaluation.kept_names import kept_names

    return sorted({each.system for each in kept_names() if collection in {"", each.collection}})


def endpoints() -> list[str]:
    """Return the endpoints of the configuration as `api:NAME`, sorted; none where it cannot be read."""
    from hybrid_tui.endpoints import PREFIX, names
    from hybrid_tui.errors import HybridTuiError

    try:
        return [PREFIX + name for name in names()]
    except HybridTuiError:
        return []


def jobs(*standings: str) -> list[str]:
    """Return the names of the jobs that stand so: "runs", "stopped", "failed", "ended"; sorted."""
    from hybrid_tui.jobs import job_names

    return [name for name, each in job_names.standings().items() if each in standings]


def corrections() -> list[str]:
    """Return the names of the corrections, those of their modules, without loading one."""
    from importlib.util import find_spec
    from pkgutil import iter_modules

    room = find_spec("hybrid_tui.retrieval.corrections")
    places = room.submodule_search_locations if room else None
    return sorted(each.name for each in iter_modules(places) if each.name != "correction")
