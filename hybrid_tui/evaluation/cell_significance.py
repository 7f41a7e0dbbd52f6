"""How sure each cell of a matrix is, and each of a difference, from the queries behind it.

What `significance` does for one comparison, for all cells at once: the same draws serve every cell whose
items are the same, so that a whole matrix takes little longer than one of its cells.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.comparison.cell_certainty import Cells, MatrixCertainty
from hybrid_tui.errors import Cancelled, DataError
from hybrid_tui.evaluation import significance
from hybrid_tui.evaluation.observations import Observations
from hybrid_tui.evaluation.significance import DEFAULT, LEVEL, PairedTest

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]


def intervals(
    observed: Observations,
    test: PairedTest = DEFAULT,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> MatrixCertainty:
    """Return the interval of every cell: BCa bootstrap of the mean over items, None for fewer than two.

    Raises Cancelled when `cancelled()` turns true.
    """
    matrix = observed.matrix
    low, high = _bounds(_by_item(observed, _items(observed)), test, progress, cancelled)
    return MatrixCertainty(matrix.rows, matrix.columns, _cells(observed, low), _cells(observed, high))


def difference(
    a: Observations,
    b: Observations,
    test: PairedTest = DEFAULT,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> MatrixCertainty:
    """Return interval, p and Holm's p of every cell of B less A, paired by item.

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
    of_a, of_b = _by_item(a, items), _by_item(b, items)
    table = of_b - of_a
    with np.errstate(invalid="ignore"):
        table[np.abs(table) <= _rounding(of_a, of_b)] = 0.0
    low, high = _bounds(table, test, progress, cancelled)
    p = np.full(table.shape[1], np.nan)
    for rows, columns in _patterns(table):
        _check(cancelled)
        p[columns] = significance.permutations(table[np.ix_(rows, columns)], draws=test.draws, seed=test.seed)
    holm, known = p.copy(), np.isfinite(p)
    holm[known] = significance.holm(p[known])
    cells = (_cells(a, each) for each in (low, high, p, holm))
    return MatrixCertainty(a.matrix.rows, a.matrix.columns, *cells)


def _rounding(a: Floats, b: Floats) -> Floats:
    """Return the differences that are rounding, by cell, as `significance.compare` takes them."""
    means = [np.abs(np.where(np.isfinite(each), each, 0.0).mean(axis=0)) for each in (a, b)]
    limits: Floats = significance.SAME * np.maximum(1.0, np.maximum(*means))
    return limits


def _items(observed: Observations) -> pl.Series:
    return observed.queries["item_id"].unique().sort()


def _by_item(observed: Observations, items: pl.Series) -> Floats:
    """Return the mean of each item's queries in each cell, shape (items, rows * columns), nan for none."""
    place = observed.queries["item_id"].cast(pl.Enum(items)).to_physical().cast(pl.Int64).to_numpy()
    parts = []
    for row in observed.rows.values():
        there = np.isfinite(row.values)
        sums = np.zeros((len(items), row.values.shape[1]))
        counts = np.zeros(sums.shape)
        np.add.at(sums, place[row.queries], np.where(there, row.values, 0.0))
        np.add.at(counts, place[row.queries], there)
        with np.errstate(invalid="ignore"):
            parts.append(sums / np.where(counts, counts, np.nan))
    return np.concatenate(parts, axis=1)


def _patterns(table: Floats) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the items and the cells of each group of cells that know the same items, one or more."""
    there = np.isfinite(table)
    _, group = np.unique(np.packbits(there, axis=0), axis=1, return_inverse=True)
    for each in range(group.max(initial=-1) + 1):
        columns = np.flatnonzero(group == each)
        rows = np.flatnonzero(there[:, columns[0]])
        if len(rows):
            yield rows, columns


def _bounds(
    table: Floats, test: PairedTest, progress: Progress | None, cancelled: Callable[[], bool] | None
) -> tuple[Floats, Floats]:
    """Return the ends of the intervals, shape (cells,), nan where there are fewer than two items."""
    outer = (1 - LEVEL) / 2
    ends = np.full((2, table.shape[1]), np.nan)
    done = 0
    for rows, columns in _patterns(table):
        _check(cancelled)
        if len(rows) > 1:
            chosen = table[np.ix_(rows, columns)]
            resampled = significance.bootstraps(chosen, draws=test.draws, seed=test.seed)
            for at, column in enumerate(columns):
                ends[:, column] = significance.bca(chosen[:, at], resampled[:, at], (outer, 1 - outer))
        done += len(columns)
        if progress:
            progress(done, table.shape[1])
    return ends[0], ends[1]


def _check(cancelled: Callable[[], bool] | None) -> None:
    if cancelled and cancelled():
        raise Cancelled


def _cells(observed: Observations, values: Floats) -> Cells:
    table = values.reshape(len(observed.matrix.rows), -1).tolist()
    return tuple(tuple(None if math.isnan(cell) else cell for cell in row) for row in table)
