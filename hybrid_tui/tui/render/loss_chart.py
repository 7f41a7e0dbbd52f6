"""A curve as lines of exact width: dots of Braille, two across and four down in a cell, and marks on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from hybrid_tui.comparison.numbers import figure
from hybrid_tui.tui.render.hits import Line, Span

Point = tuple[float, float]
LABEL = 7
"""Cells before the curve: a figure and its edge."""
MARK = "◆"
ACROSS, DOWN = 2, 4
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Of a dot in Unicode's block of Braille patterns, by column and row."""
_BLANK = 0x2800


def chart(curve: Sequence[Point], marks: Sequence[Point], end: float, width: int, height: int) -> list[Line]:
    """Return a curve and marks, from 0 to `end` along the bottom line, in `height` lines of `width` cells.

    Parts: "label", "curve", "mark". Nothing is drawn where there is nothing, or no room.
    """
    room, rows = width - LABEL, height - 1
    if not curve or room < 2 or rows < 1:
        return [[Span(" " * max(width, 0))] for _ in range(height)]
    values = [value for _, value in (*curve, *marks)]
    low, high = min(values), max(values)
    dots = _dots([_place(each, end, low, high, room * ACROSS, rows * DOWN) for each in curve])
    marked = {_place(each, end, low, high, room, rows) for each in marks}
    labels = {0: figure(high, 3, width=LABEL - 1), rows - 1: figure(low, 3, width=LABEL - 1)}
    lines = [
        [Span(f"{labels.get(row, ''):>{LABEL - 1}}▏", "label"), *_row(row, room, dots, marked)]
        for row in range(rows)
    ]
    return [*lines, [Span(f"{'0':>{LABEL + 1}}{f'{end:,.0f}':>{room - 1}}"[:width].ljust(width), "label")]]


def _place(point: Point, end: float, low: float, high: float, width: int, height: int) -> tuple[int, int]:
    """Return the column, and the row from the top, of a point in a grid."""
    along = point[0] / end if end else 0.0
    up = (point[1] - low) / (high - low) if high > low else 0.5
    return min(int(along * width), width - 1), min(int((1 - up) * height), height - 1)


def _dots(places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the Braille bits of each cell that a line through some dots touches."""
    dots = {places[0], *(dot for each in pairwise(places) for dot in _between(*each))}
    cells: dict[tuple[int, int], int] = {}
    for x, y in dots:
        cell = x // ACROSS, y // DOWN
        cells[cell] = cells.get(cell, 0) | _BITS[x % ACROSS][y % DOWN]
    return cells


def _between(one: tuple[int, int], other: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the dots from one to another, without a gap."""
    (x, y), (to_x, to_y) = one, other
    count = max(abs(to_x - x), abs(to_y - y), 1)
    for step in range(1, count + 1):
        yield round(x + (to_x - x) * step / count), round(y + (to_y - y) * step / count)


def _row(
    row: int, width: int, dots: dict[tuple[int, int], int], marked: set[tuple[int, int]]
) -> Iterator[Span]:
    cells = [
        (MARK, "mark") if (column, row) in marked else (chr(_BLANK + dots.get((column, row), 0)), "curve")
        for column in range(width)
    ]
    for part, group in groupby(cells, key=lambda cell: cell[1]):
        yield Span("".join(text for text, _ in group), part)
