"""Whether a model was trained on the questions that it is evaluated on."""

from __future__ import annotations

from hybrid_tui.encoders import manifest, registry
from hybrid_tui.errors import DataError
from hybrid_tui.evaluation.results import EvaluationManifest


def shared_items(evaluated: EvaluationManifest) -> int:
    """Return how many of a collection's questions the model was trained on; 0 where that is not known."""
    folder = registry.find(evaluated.model)
    try:
        used = manifest.read(folder).data if folder else []
    except DataError:
        return 0
    return sum(each.items for each in used if each.sha256 == evaluated.collection_fingerprint)


def note(evaluated: EvaluationManifest) -> str:
    """Return that in words; empty where there is nothing to tell."""
    count = shared_items(evaluated)
    if not count:
        return ""
    return (
        f"{evaluated.system} was trained on {count:,} of these {evaluated.items:,} questions: "
        "its figures here tell less of new ones"
    )
