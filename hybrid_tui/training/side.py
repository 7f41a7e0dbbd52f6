"""Rows and the batches over them."""

from __future__ import annotations

from typing import NamedTuple

from hybrid_tui.corpus.pairs import Pairs
from hybrid_tui.sampling.plan import Plan


class Side(NamedTuple):
    """What is trained or validated on: rows, the plan of batches over them, and how many of those."""

    pairs: Pairs
    plan: Plan
    steps: int
