"""Means of a matrix's rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hybrid_tui.comparison.matrix import Matrix

MEAN = "mean"
"""The label of means."""

_SAME = 1e-9
"""Sums of shares differ by rounding alone."""

Value = float | None


@dataclass(frozen=True, slots=True)
class Means:
    """The macro mean of each row and of each column; None where there is nothing.

    A mean leaves out the cell whose row and column are the same language: what is monolingual is no part
    of a cross-lingual mean. rows: empty where every row adds up to the same, as shares do.
    """

    rows: tuple[Value, ...]
    columns: tuple[Value, ...]

    @classmethod
    def of(cls, matrix: Matrix) -> Means:
        """Return the means of a matrix."""
        rows = [
            _mean(row, matrix.columns, cells) for row, cells in zip(matrix.rows, matrix.values, strict=True)
        ]
        columns = [
            _mean(column, matrix.rows, [cells[place] for cells in matrix.values])
            for place, column in enumerate(matrix.columns)
        ]
        return cls(() if _all_alike(matrix) else tuple(rows), tuple(columns))

    @property
    def whole(self) -> Value:
        """The mean of the columns' means, which is that of the matrix."""
        known = [mean for mean in self.columns if mean is not None]
        return sum(known) / len(known) if known else None


def _all_alike(matrix: Matrix) -> bool:
    known = [[cell for cell in cells if cell is not None] for cells in matrix.values]
    sums = [sum(cells) for cells in known if cells]
    return len(sums) > 1 and max(sums) - min(sums) < _SAME


def _mean(own: str, others: Sequence[str], cells: Sequence[Value]) -> Value:
    """Return the mean of the cells of languages other than `own`; None where there are none."""
    known = [cell for other, cell in zip(others, cells, strict=True) if other != own and cell is not None]
    return sum(known) / len(known) if known else None
