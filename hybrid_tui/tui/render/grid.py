"""Text cells of a heatmap: labels, coloured numbers, and means set apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rich.segment import Segment
from rich.style import Style

from hybrid_tui.comparison.cell_certainty import MARK
from hybrid_tui.comparison.colormap import Scale
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.means import MEAN, Means
from hybrid_tui.comparison.number_format import ABSENT, figure, shared_digits
from hybrid_tui.tui.render.paint import Paint, cell_style

NUMBER = 5
"""Characters of a number: eleven languages and their mean fit in 80 cells."""
HERE = "◂"
"""What stands behind the number under the cursor, in place of its mark."""
GAP = 1
"""Cells and lines between a matrix and its means."""


@dataclass(frozen=True, eq=False)
class Grid:
    """A matrix on a scale, laid out; `marks` are the rows and columns of its significant cells.

    Line 0 has the columns' labels, then comes a line for each row, then an empty one and the means.
    """

    matrix: Matrix
    scale: Scale
    paint: Paint = Paint.TRUE
    marks: frozenset[tuple[int, int]] = frozenset()

    @cached_property
    def means(self) -> Means:
        """The means of rows and columns."""
        return Means.of(self.matrix)

    @cached_property
    def number(self) -> int:
        """The characters of a number; all lie between the ends of the scale."""
        ends = (self.scale.low, self.scale.high)
        longest = max(len(figure(end, self.matrix.digits, signed=self.scale.diverging)) for end in ends)
        return max(min(longest, NUMBER), min(max(map(len, self.matrix.columns), default=0), NUMBER))

    @cached_property
    def digits(self) -> int:
        """The decimals of a number."""
        ends = (self.scale.low, self.scale.high)
        signed = self.scale.diverging
        return shared_digits(ends, self.matrix.digits, signed=signed, width=NUMBER)

    @cached_property
    def cell(self) -> int:
        """The cells that a column takes: a glyph where there are no colours, the number, a mark."""
        return (self.paint is Paint.SHADES) + self.number + 1

    @cached_property
    def labels(self) -> int:
        """The cells of a row's label, and of the gap behind it."""
        return max(map(len, (*self.matrix.rows, MEAN))) + 1

    @property
    def width(self) -> int:
        """The cells of a line."""
        means = GAP + max(self.cell, len(MEAN) + 1) if self.means.rows else 0
        return self.labels + self.cell * len(self.matrix.columns) + means

    @property
    def height(self) -> int:
        """The number of lines."""
        return 1 + len(self.matrix.rows) + GAP + 1

    def text(self, value: float | None) -> str:
        """Return a number, as wide as its column has room."""
        written = figure(value, self.digits, signed=self.scale.diverging, width=self.number)
        return f"{written:>{self.number}}"

    def head(self, column: int) -> str:
        """Return the label of a column."""
        return self._over_numbers(self.matrix.columns[column][: self.number])

    @cached_property
    def cells(self) -> list[list[Segment]]:
        """The cells by row, none of them under the cursor."""
        return [
            [self._drawn(row, column) for column in range(len(self.matrix.columns))]
            for row in range(len(self.matrix.rows))
        ]

    def under_cursor(self, row: int, column: int, *, focused: bool) -> Segment:
        """Return a cell under the cursor; reversed in the heatmap that has the focus."""
        text, style, _ = self.cells[row][column]
        return Segment(text[:-1] + HERE, (style or Style()) + Style(bold=True, reverse=focused))

    def _drawn(self, row: int, column: int) -> Segment:
        value = self.matrix.values[row][column]
        mark = MARK if (row, column) in self.marks else " "
        if value is None:
            return Segment(self._over_numbers(ABSENT), None)
        glyph = self.scale.shade(value) if self.paint is Paint.SHADES else ""
        return Segment(glyph + self.text(value) + mark, cell_style(self.scale, value, self.paint))

    def row_mean(self, row: int) -> str:
        """Return the text of a row's mean, and of the gap before it; empty where rows have none."""
        return self._apart(self.text(self.means.rows[row])) if self.means.rows else ""

    def row_mean_head(self) -> str:
        """Return the label of the rows' means."""
        return self._apart(MEAN) if self.means.rows else ""

    def column_mean(self, column: int) -> str:
        """Return the text of a column's mean."""
        return self._over_numbers(self.text(self.means.columns[column]))

    def _over_numbers(self, text: str) -> str:
        return f"{text:>{self.cell - 1}} "

    def _apart(self, text: str) -> str:
        return f"{text:>{GAP + max(self.cell, len(MEAN) + 1)}}"
