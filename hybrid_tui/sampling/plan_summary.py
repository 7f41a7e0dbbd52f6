"""The summary of a batch plan: its modes, data sets and pairs of languages, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.sampling.plan import Plan

MOST_STEPS = 2000
"""So many steps are counted at the most, which takes about a second."""


class ItemCoverage(NamedTuple):
    """The items that a plan draws.

    items: of the data. drawn: different ones in the counted steps. epoch_steps, epoch_rows: steps of the
    first epoch that were counted, and their rows. epoch_drawn: different items in these.
    """

    items: int
    drawn: int
    epoch_steps: int
    epoch_rows: int
    epoch_drawn: int


@dataclass(frozen=True)
class PlanSummary:
    """Counts over the first steps of a plan.

    steps: how many were counted. modes: steps of each mode. sources: steps from each data set.
    languages: rows by query language (rows of the matrix) and passage language (columns).
    repeated: rows that came before in their epoch. coverage: the items among them.
    """

    steps: int
    modes: dict[str, int]
    sources: dict[str, int]
    languages: Matrix
    repeated: int
    coverage: ItemCoverage


def summary(plan: Plan, steps: int) -> PlanSummary:
    """Count the first `steps` steps of a plan, or MOST_STEPS of them."""
    counted = min(steps, MOST_STEPS)
    codes = plan.coverage.languages
    count = len(codes)
    grid = np.zeros((count, count), np.int64)
    modes: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    seen: set[int] = set()
    repeated = 0
    epoch_steps = min(counted, plan.steps_per_epoch)
    drawn = np.zeros(len(plan.coverage.mask), np.bool_)
    epoch_drawn = 0
    for number in range(counted):
        if number % plan.steps_per_epoch == 0:
            seen.clear()
        batch = plan.batch(number)
        drawn[batch.items] = True
        if number + 1 == epoch_steps:
            epoch_drawn = int(drawn.sum())
        modes[batch.mode] += 1
        sources[plan.coverage.sources[batch.source].name] += 1
        np.add.at(grid, (batch.query_langs, batch.passage_langs), 1)
        pair = batch.query_langs * count + batch.passage_langs
        rows = set((batch.items.astype(np.int64) * count**2 + pair).tolist())
        repeated += len(rows & seen)
        seen |= rows
    cells = tuple(tuple(map(float, row)) for row in grid)
    matrix = Matrix("rows drawn", codes, codes, cells, tuple(tuple(map(int, row)) for row in grid), digits=0)
    covered = ItemCoverage(
        len(drawn), int(drawn.sum()), epoch_steps, epoch_steps * plan.batch_size, epoch_drawn
    )
    return PlanSummary(counted, dict(modes), dict(sources), matrix, repeated, covered)
