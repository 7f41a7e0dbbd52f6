"""How sure the cells of a matrix are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from hybrid_tui.comparison.drawn_units import NOT_KNOWN, DrawnUnits
from hybrid_tui.comparison.matrix import Matrix

LEVEL, MARK = 0.05, "*"
"""Adjusted p values below this are marked, and with what."""
MARK_MEANS = "p < .05"
"""What a mark means, in a legend."""

Cells = tuple[tuple[float | None, ...], ...]


class CellCertainty(NamedTuple):
    """One cell: the 95 % interval of its value, and of a difference the p values, alone and adjusted."""

    low: float | None = None
    high: float | None = None
    p: float | None = None
    holm: float | None = None

    @property
    def significant(self) -> bool:
        """Whether the difference is beyond chance among all cells of its matrix."""
        return self.holm is not None and self.holm < LEVEL


NOTHING_SURE = CellCertainty()


@dataclass(frozen=True, slots=True)
class MatrixCertainty:
    """Intervals of the values of a matrix with these rows and columns, or of a difference of two.

    low, high: bootstrap intervals; p: two-sided, paired by item; holm: p adjusted for all cells of the matrix
    (Holm 1979). None where there is nothing to tell; p and holm are empty for one system. drawn: what was
    drawn whole, its design effect the median over cells.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    low: Cells
    high: Cells
    p: Cells = ()
    holm: Cells = ()
    drawn: DrawnUnits = NOT_KNOWN

    def at(self, row: str, column: str) -> CellCertainty:
        """Return what is known of the cell of two labels; nothing for others."""
        if row not in self.rows or column not in self.columns:
            return NOTHING_SURE
        down, across = self.rows.index(row), self.columns.index(column)
        cells = (table[down][across] if table else None for table in (self.low, self.high, self.p, self.holm))
        return CellCertainty(*cells)

    def marks(self, matrix: Matrix) -> frozenset[tuple[int, int]]:
        """Return the rows and columns of the cells of a matrix that are significant."""
        return frozenset(
            (at, place)
            for at, row in enumerate(matrix.rows)
            for place, column in enumerate(matrix.columns)
            if self.at(row, column).significant
        )
