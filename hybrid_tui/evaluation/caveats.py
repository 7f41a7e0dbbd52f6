"""What is to be kept in mind of an evaluation, in words."""

from __future__ import annotations

from hybrid_tui.evaluation import contamination, run_depth
from hybrid_tui.evaluation.evaluation_manifest import EvaluationManifest
from hybrid_tui.evaluation.results import Evaluation


def caveats(evaluation: Evaluation) -> list[str]:
    """Return a sentence for questions trained on, a cut run, what is left out, and what the system notes."""
    about = evaluation.manifest
    words = (contamination.note(about), run_depth.note(evaluation), left_out(about), *about.notes)
    return [each for each in words if each]


def left_out(about: EvaluationManifest) -> str:
    """Return how many queries a passage is left out for; empty for none."""
    if not about.left_out:
        return ""
    are = "is a passage itself" if about.left_out == 1 else "are passages themselves"
    queries = "query" if about.left_out == 1 else "queries"
    return f"{about.left_out:,} {queries} of {about.queries:,} {are}, each ranked without its own passage"
