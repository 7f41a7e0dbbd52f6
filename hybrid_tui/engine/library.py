"""The models and collections that there are: listed, told of, added and removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from hybrid_tui.corpus import catalog, description, starter
from hybrid_tui.encoders import hub, model, registry
from hybrid_tui.encoders import user_models as models
from hybrid_tui.encoders.backbones import BACKBONES
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.encoders.sources import HubSource, PackageSource
from hybrid_tui.engine.messages import Added, Description, Kind, KnownCollection, KnownModel, Library
from hybrid_tui.evaluation import results
from hybrid_tui.evaluation.results import Evaluation

_SECTIONS = ("settings", "losses", "data", "versions", "hardware", "figures")


def library() -> Library:
    """Return every model and every collection that has a name."""
    kept = results.kept()
    of_model = Counter(each.manifest.model for each in kept)
    of_collection = Counter(each.manifest.collection for each in kept)
    return Library(
        models=tuple(_known_model(spec, of_model[spec.name]) for spec in model.specs()),
        collections=tuple(
            KnownCollection(
                entry.name,
                entry.languages,
                entry.items,
                entry.queries,
                entry.passages,
                own=entry.name != starter.NAME,
                evaluations=of_collection[entry.name],
                problem=entry.problem,
            )
            for entry in catalog.entries()
        ),
    )


def _known_model(spec: ModelSpec, evaluations: int) -> KnownModel:
    folder = registry.find(spec.name) if spec.name not in BACKBONES else None
    made = spec.provenance
    return KnownModel(
        spec.name,
        made.backbone or spec.name,
        made.tuning,
        made.sampler,
        _size(spec, folder),
        note=spec.note,
        own=bool(folder and not registry.is_shipped(folder)),
        evaluations=evaluations,
    )


def _size(spec: ModelSpec, folder: Path | None) -> int:
    """Return the bytes of a model's files on this machine, those of a backbone that it stands on left out."""
    return sum(file.stat().st_size for file in _files(spec, folder) if file.is_file())


def _files(spec: ModelSpec, folder: Path | None) -> Iterator[Path]:
    if folder:
        yield from folder.rglob("*")
    elif isinstance(spec.source, PackageSource):
        yield from (file for each in spec.source.files if (file := each.find()))
    elif isinstance(spec.source, HubSource) and (cached := hub.cached(spec.source.hub_id)):
        yield from cached.rglob("*")


def described(kind: Kind, name: str) -> Description:
    """Return what there is to tell of a model or a collection.

    Raises UsageError for a name that is none, DataError for what is damaged.
    """
    facts = _facts_of_model(name) if kind == "model" else _facts_of_collection(name)
    kept = [each for each in results.kept() if name in {each.manifest.model, each.manifest.collection}]
    if kept:
        facts["evaluations"] = [_evaluation(each, kind) for each in kept]
    told = {key.replace("_", " "): in_words(value) for key, value in facts.items()}
    return Description(facts=tuple((key, value) for key, value in told.items() if value))


def _facts_of_model(name: str) -> dict[str, Any]:
    spec = model.resolve(name)
    made = msgspec.to_builtins(spec.manifest) if spec.manifest else {}
    return spec.describe() | {section: made[section] for section in _SECTIONS if section in made}


def _facts_of_collection(name: str) -> dict[str, Any]:
    collection = catalog.load(name)
    facts = description.describe(collection)
    entry = next(entry for entry in catalog.entries() if entry.name == name)
    facts |= {key: value for key, value in asdict(entry).items() if key in {"source", "reader", "added"}}
    for side in ("queries", "passages"):
        counts = facts[side]["by_language"]
        facts[side] = f"{facts[side]['total']:,}: " + ", ".join(f"{lang} {n:,}" for lang, n in counts.items())
    return facts | {"remarks": description.remarks(collection)}


def _evaluation(each: Evaluation, kind: Kind) -> str:
    made = each.manifest
    named = f"{made.system} on {made.collection}" if kind == "model" else made.system
    return f"{named}, {made.made[:10]}"


def in_words(value: Any) -> str:
    """Return a fact as text; several are a line each where they are long."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "\n".join(f"{key} = {in_words(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        apart = "\n" if any(isinstance(each, dict) or " " in str(each) for each in value) else ", "
        return apart.join(map(in_words, value))
    return str(value)


def add(kind: Kind, path: str, name: str = "") -> Added:
    """Keep what a path holds; raises UsageError, DataError or HybridTuiError as the commands do."""
    if kind == "model":
        spec, new = models.add(Path(path), name)
        return Added(name=spec.name, new=new)
    entry, new = catalog.add(name or Path(path).expanduser().stem, str(Path(path).expanduser()))
    return Added(name=entry.name, new=new)


def remove(kind: Kind, name: str) -> None:
    """Remove a model or a collection of the user's; UsageError for any other."""
    (models.remove if kind == "model" else catalog.remove)(name)
