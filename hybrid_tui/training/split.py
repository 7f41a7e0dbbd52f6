"""Rows and the batches over them."""

from __future__ import annotations

from typing import NamedTuple

from hybrid_tui.corpus.pairs import TrainingPairs
from hybrid_tui.sampling.plan import Plan


class Split(NamedTuple):
    """What is trained or validated on: rows, the plan of batches over them, and how many of those."""

    pairs: TrainingPairs
    plan: Plan
    steps: int
