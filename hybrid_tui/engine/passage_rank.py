"""Where some passages stand among all that are searched, beyond those that a screen shows."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.engine.messages import RankFigures
from hybrid_tui.evaluation.metrics import RelevantInPool, average_precision

DEEPEST = 20_000
"""Passages of one ranking that are looked through at the most."""
DEEPER = 10


def ranks(search: Callable[[int], Ranking], first: Ranking, wanted: Collection[str]) -> dict[str, int] | None:
    """Return the exact rank of each wanted passage; None where one is not among the first 20,000.

    search: gives the first k passages. first: those known already.
    """
    ranking, depth = first, len(first.hits)
    while True:
        found = {hit.passage_id: hit.rank for hit in ranking.hits if hit.passage_id in wanted}
        if len(found) == len(wanted):
            return found
        if depth >= min(ranking.pool, DEEPEST):
            return None
        depth = min(max(depth, 1) * DEEPER, ranking.pool, DEEPEST)
        ranking = search(depth)


def figures(places: Collection[int]) -> RankFigures:
    """Return the figures of a question whose relevant passages have these ranks, one or more."""
    ordered = sorted(places)
    found = np.array([ordered], np.float64)
    precision = average_precision(RelevantInPool(found, np.ones(found.shape, np.bool_)))
    return RankFigures(float(precision[0]), ordered[0], ordered[-1] - ordered[0], len(ordered))
