"""Cells of a table as a line of exact width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from hybrid_tui.tui.render.hits import one_line

BETWEEN = "  "


class Column(NamedTuple):
    """A heading and a width in cells; numbers stand at the right."""

    heading: str
    width: int
    number: bool = False

    def cell(self, text: str) -> str:
        """Return a text cut and filled to the width."""
        line = one_line(text, width=self.width)
        gap = " " * (self.width - cell_len(line))
        return gap + line if self.number else line + gap


def columned(columns: Sequence[Column], texts: Sequence[str]) -> str:
    """Return a row of a table."""
    return BETWEEN.join(column.cell(text) for column, text in zip(columns, texts, strict=True))


def headings(columns: Sequence[Column]) -> str:
    """Return the row above all others."""
    return columned(columns, [column.heading for column in columns])
