"""Whether a model was trained on the questions, or in the languages, that it is evaluated on."""

from __future__ import annotations

from functools import lru_cache

from hybrid_tui.comparison import trained_mark
from hybrid_tui.comparison.trained_mark import MARK
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import manifest, registry
from hybrid_tui.encoders.manifest import DataUsed, ModelManifest
from hybrid_tui.errors import DataError, HybridTuiError, UsageError
from hybrid_tui.evaluation.evaluation_manifest import EvaluationManifest
from hybrid_tui.systems import written


def shared_items(evaluated: EvaluationManifest) -> int:
    """Return how many of a collection's questions the model was trained on; 0 where that is not known."""
    return trained_on(evaluated.system, evaluated.collection, evaluated.collection_fingerprint)


def trained_on(system: str, collection: str, fingerprint: str) -> int:
    """Return how many questions of a collection with this fingerprint a model of a system was trained on."""
    try:
        models = written.parse(system).models
    except UsageError:  # the name of an imported run
        return 0
    trained = [found for name in models if (found := _trained(name))]
    return max(
        (sum(_shared(each, collection, fingerprint) for each in found.data) for found in trained), default=0
    )


def trained_languages(evaluated: EvaluationManifest) -> tuple[str, ...]:
    """Return the languages that the model was trained in; empty where that is not known."""
    trained = _trained(evaluated.model)
    return tuple(trained.languages) if trained else ()


def marked(evaluated: EvaluationManifest) -> str:
    """Return the name of a system, with MARK where its model was trained on these questions."""
    return trained_mark.marked(evaluated.system, shared_items(evaluated))


def note(evaluated: EvaluationManifest) -> str:
    """Return that in words, with what to evaluate on instead; empty where there is nothing to tell."""
    count = shared_items(evaluated)
    if not count:
        return ""
    instead = held_out(evaluated)
    return (
        f"{MARK} {evaluated.system} was trained on {count:,} of these {evaluated.items:,} questions: "
        f"its figures here tell less of new ones{f'; {instead} is held out' if instead else ''}"
    )


def held_out(evaluated: EvaluationManifest) -> str:
    """Return the split of a collection that a model was not trained on; empty where there is none."""
    whole = evaluated.collection.partition(":")[0]
    trained = _trained(evaluated.model)
    try:
        collection = catalog.load(whole)
        parts = [catalog.load(f"{whole}:{split}") for split in reversed(collection.splits)]
        data = trained.data if trained else []
        left = [
            part.name
            for part in parts
            if not any(_shared(each, part.name, part.fingerprint) for each in data)
        ]
    except HybridTuiError:
        return ""
    return next(iter(left), "")


def _trained(model: str) -> ModelManifest | None:
    folder = registry.find(model)
    try:
        return manifest.read(folder) if folder else None
    except DataError:
        return None


def _shared(used: DataUsed, collection: str, fingerprint: str) -> int:
    if used.sha256 == fingerprint:
        return used.items
    if used.name.partition(":")[0] != collection.partition(":")[0]:
        return 0
    try:
        return _common(used.name, used.sha256, collection, fingerprint)
    except HybridTuiError:
        return 0


@lru_cache(maxsize=64)
def _common(used: str, used_print: str, other: str, other_print: str) -> int:
    """Return how many items of a part of a collection were trained on; 0 where one is not what it was.

    used: what was trained on, of a collection with a train split that alone. used_print: its fingerprint, or
    that of the whole collection.
    """
    name, _, split = used.partition(":")
    whole, evaluated = catalog.load(name), catalog.load(other)
    split = split or ("train" if "train" in whole.splits else "")
    trained = catalog.load(f"{name}:{split}") if split else whole
    if used_print not in {whole.fingerprint, trained.fingerprint} or evaluated.fingerprint != other_print:
        return 0
    return len(set(trained.queries["item_id"]) & set(evaluated.queries["item_id"]))
