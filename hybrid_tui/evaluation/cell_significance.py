"""How sure each cell of a matrix is, and each of a difference, from the groups of queries behind it.

What `significance` does for one comparison, for all cells at once: the same draws serve every cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.comparison.cell_certainty import Cells, MatrixCertainty
from hybrid_tui.comparison.drawn_units import DrawnUnits
from hybrid_tui.comparison.verdicts import LEVEL
from hybrid_tui.errors import Cancelled, DataError
from hybrid_tui.evaluation import resampling
from hybrid_tui.evaluation.grouping import Grouping
from hybrid_tui.evaluation.observations import Observations
from hybrid_tui.evaluation.significance import DEFAULT, PairedTest

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
_NO_GROUPS = Grouping(pl.DataFrame(schema={"item_id": pl.String}))


@dataclass(frozen=True, eq=False)
class _Cells:
    """Values by item, summed over its queries in each cell, and their numbers: (items, rows * columns)."""

    sums: Floats
    counts: Floats

    def of_groups(self, group: NDArray[np.int64]) -> _Cells:
        shape = (int(group.max()) + 1, self.sums.shape[1])
        found = _Cells(np.zeros(shape), np.zeros(shape))
        np.add.at(found.sums, group, self.sums)
        np.add.at(found.counts, group, self.counts)
        return found

    def variances(self) -> Floats:
        """Return the linearised variance of each cell's mean (Cochran 1977, ch. 6); nan for one unit."""
        units, total = len(self.sums), self.counts.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            drawn = (self.sums - self.counts * (self.sums.sum(axis=0) / total)) / total
            found: Floats = np.float64(units) / (units - 1) * (drawn**2).sum(axis=0)
        return found


def intervals(
    observed: Observations,
    test: PairedTest = DEFAULT,
    groups: Grouping = _NO_GROUPS,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> MatrixCertainty:
    """Return the interval of every cell: BCa bootstrap over groups of items, None for fewer than two.

    Raises Cancelled when `cancelled()` turns true.
    """
    matrix, items = observed.matrix, _items(observed)
    of_items = _by_item(observed, items)
    found, drawn = _drawn(of_items, items, groups)
    low, high = _bounds(found, test, progress, cancelled)
    return MatrixCertainty(
        matrix.rows, matrix.columns, _cells(observed, low), _cells(observed, high), drawn=drawn
    )


def difference(
    a: Observations,
    b: Observations,
    test: PairedTest = DEFAULT,
    groups: Grouping = _NO_GROUPS,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> MatrixCertainty:
    """Return interval, p and Holm's p of every cell of B less A, paired by item, drawn in groups.

    A cell counts the items that both systems tell something of. Raises UsageError for matrices over
    different languages, DataError for different items, Cancelled when `cancelled()` turns true.
    """
    a.matrix.minus(b.matrix)
    items = _items(a)
    if not items.equals(_items(b)):
        raise DataError(
            f"the two matrices of {a.matrix.title} are not of the same items",
            "compare evaluations of the same queries",
        )
    found, drawn = _drawn(_less(_by_item(a, items), _by_item(b, items)), items, groups)
    low, high = _bounds(found, test, progress, cancelled)
    total = found.counts.sum(axis=0)
    p = resampling.permutations(found.sums / np.where(total, total, np.nan), draws=test.draws, seed=test.seed)
    p[total == 0] = np.nan
    _check(cancelled)
    holm, known = p.copy(), np.isfinite(p)
    holm[known] = resampling.holm(p[known])
    lows, highs, chances, adjusted = (_cells(a, each) for each in (low, high, p, holm))
    drawn = drawn._replace(smallest_p=resampling.smallest_p(drawn.units, test.draws))
    return MatrixCertainty(a.matrix.rows, a.matrix.columns, lows, highs, chances, adjusted, drawn)


def _drawn(of_items: _Cells, items: pl.Series, groups: Grouping) -> tuple[_Cells, DrawnUnits]:
    """Return the values by group, and what such a group is."""
    unit, group, too_few = groups.of(items)
    found = of_items.of_groups(group)
    effect = None
    if len(found.sums) < len(items):
        variances, by_item = found.variances(), of_items.variances()
        known = (by_item > 0) & np.isfinite(variances)
        effect = float(np.median(variances[known] / by_item[known])) if known.any() else None
    return found, DrawnUnits(unit, len(found.sums), effect, too_few)


def _less(a: _Cells, b: _Cells) -> _Cells:
    """Return B less A of each item's means, where both have one, weighed by its queries; no rounding."""
    both = (a.counts > 0) & (b.counts > 0)
    one, other = (np.where(both, each.sums / np.maximum(each.counts, 1), 0.0) for each in (a, b))
    counts = np.where(both, np.minimum(a.counts, b.counts), 0)
    means = [np.abs(each.mean(axis=0)) for each in (one, other)]
    less = other - one
    less[np.abs(less) <= resampling.SAME * np.maximum(1.0, np.maximum(*means))] = 0.0
    return _Cells(less * counts, counts)


def _items(observed: Observations) -> pl.Series:
    return observed.queries["item_id"].unique().sort()


def _by_item(observed: Observations, items: pl.Series) -> _Cells:
    place = observed.queries["item_id"].cast(pl.Enum(items)).to_physical().cast(pl.Int64).to_numpy()
    sums: list[Floats] = []
    counts: list[Floats] = []
    for row in observed.rows.values():
        there = np.isfinite(row.values)
        for parts, values in ((sums, np.where(there, row.values, 0.0)), (counts, there)):
            parts.append(np.zeros((len(items), row.values.shape[1])))
            np.add.at(parts[-1], place[row.queries], values)
    return _Cells(np.concatenate(sums, axis=1), np.concatenate(counts, axis=1))


def _bounds(
    found: _Cells, test: PairedTest, progress: Progress | None, cancelled: Callable[[], bool] | None
) -> tuple[Floats, Floats]:
    """Return the ends of the intervals, shape (cells,), nan where fewer than two groups know a cell."""
    outer = (1 - LEVEL) / 2
    units, cells = found.sums.shape
    ends = np.full((2, cells), np.nan)

    def means(times: Floats) -> Floats:
        _check(cancelled)
        counts = times @ found.counts
        drawn: Floats = (times @ found.sums) / np.where(counts > 0, counts, np.nan)
        return drawn

    _check(cancelled)
    resampled = resampling.bootstrap(means, units, draws=test.draws, seed=test.seed)
    total, number = found.sums.sum(axis=0), found.counts.sum(axis=0)
    for cell in np.flatnonzero((found.counts > 0).sum(axis=0) > 1):
        _check(cancelled)
        less = number[cell] - found.counts[:, cell]
        jackknife = (total[cell] - found.sums[:, cell]) / less
        estimate = float(total[cell] / number[cell])
        ends[:, cell] = resampling.bca(estimate, resampled[:, cell], jackknife, (outer, 1 - outer))
        if progress:
            progress(int(cell) + 1, cells)
    if progress:
        progress(cells, cells)
    return ends[0], ends[1]


def _check(cancelled: Callable[[], bool] | None) -> None:
    if cancelled and cancelled():
        raise Cancelled


def _cells(observed: Observations, values: Floats) -> Cells:
    table = values.reshape(len(observed.matrix.rows), -1).tolist()
    return tuple(tuple(None if math.isnan(cell) else cell for cell in row) for row in table)
