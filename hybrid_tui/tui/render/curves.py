"""Curves in a few lines of text: Braille dots, and the number of each curve where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from rich.cells import cell_len

from hybrid_tui.comparison.number_format import figure
from hybrid_tui.tui.render.hits import Line, Span, one_line
from hybrid_tui.tui.render.wrap import padded, shortened

Point = tuple[float, float]
MOST_CURVES = 8
"""Curves that have a colour of their own."""
FEW_POINTS = 12
"""Points, up to which each is numbered."""
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of a Braille character, four rows of two dots."""
_ROWS, _COLUMNS = len(_DOTS), len(_DOTS[0])
_BLANK = 0x2800
BETWEEN = "   "


class Series(NamedTuple):
    """A curve: its name, and its points from left to right; with a `sign` its points alone, each by that."""

    name: str
    points: Sequence[Point]
    sign: str = ""


class _Range(NamedTuple):
    """From where to where an axis goes, in so many steps."""

    low: float
    high: float
    steps: int

    def place(self, value: float) -> int:
        return round((value - self.low) / (self.high - self.low) * self.steps)


def curve_lines(
    series: Sequence[Series], width: int, height: int, axis: str = "", end: float | None = None
) -> list[Line]:
    """Return the curves as `height` lines of exactly `width` cells, with both axes; empty ones for no points.

    Parts: "axis", and "curve 0" to "curve 7" by the order of the curves. axis: names the horizontal one.
    end: how far that goes at the least.
    """
    points = [point for each in series for point in each.points]
    if not points or width < 20 or height < 5:
        return [[Span(" " * width)] for _ in range(height)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    bottom, top = _widened(min(ys), max(ys))
    labels = _labels(bottom, top, height - 2)
    margin = max(map(len, labels.values()))
    across = width - margin - 1
    left, right = _widened(min(xs), max(xs) if end is None else max(*xs, end))
    horizontal = _Range(left, right, across * _COLUMNS - 1)
    vertical = _Range(bottom, top, (height - 2) * _ROWS - 1)
    cells = _cells(series, horizontal, vertical, height - 2)
    rows = [
        [
            Span(f"{labels.get(row, ''):>{margin}}{'┤' if row in labels else '│'}", "axis"),
            *_spans([cells.get((row, column), (" ", "")) for column in range(across)]),
        ]
        for row in range(height - 2)
    ]
    edge = Span(f"{'':>{margin}}└{'─' * across}", "axis")
    return [*rows, [edge], [Span(_under(left, right, axis, margin + 1, across), "axis")]]


def legend_lines(series: Sequence[Series], width: int) -> list[Line]:
    """Return the numbers and names of the curves, as many on a line as fit in its `width` cells."""
    lines: list[Line] = []
    room = 0
    for number, each in enumerate(series):
        text = one_line(f"{each.sign or number + 1} {each.name}", width=width)
        size = cell_len(text) + len(BETWEEN)
        if cell_len(text) > room or not lines:
            lines.append([])
            room = width
        lines[-1] += [Span(text, _part(number)), Span(BETWEEN if size <= room else "")]
        room -= size
    return [[*line, Span(" " * max(width - sum(cell_len(span.text) for span in line), 0))] for line in lines]


def _part(number: int) -> str:
    return f"curve {number % MOST_CURVES}"


def _widened(low: float, high: float) -> tuple[float, float]:
    """Return a range that is not empty."""
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _labels(bottom: float, top: float, rows: int) -> dict[int, str]:
    """Return what stands beside the first, the middle and the last row."""
    digits = 3 if top - bottom < 10 and max(abs(bottom), abs(top)) < 100 else 0
    places = {0: top, rows // 2: top - (top - bottom) * (rows // 2) / (rows - 1), rows - 1: bottom}
    return {row: figure(value, digits) for row, value in places.items()}


def _under(left: float, right: float, axis: str, margin: int, across: int) -> str:
    """Return the line under the chart: both ends of the axis, its name between them."""
    digits = 2 if right - left < 10 else 0
    first, last = (figure(value, digits) for value in (left, right))
    between = max(across - len(first) - len(last), 1)
    line = f"{'':>{margin}}{first}{shortened(axis, between):^{between}}{last}"
    return padded(shortened(line, margin + across), margin + across)


def _cells(
    series: Sequence[Series], horizontal: _Range, vertical: _Range, height: int
) -> dict[tuple[int, int], tuple[str, str]]:
    """Return character and part of each cell that something is drawn in, by row and column."""
    dots: dict[tuple[int, int], tuple[int, int]] = {}
    marks: dict[tuple[int, int], tuple[str, str]] = {}
    for number, each in enumerate(series):
        placed = [(horizontal.place(x), vertical.steps - vertical.place(y)) for x, y in each.points]
        for x, y in () if each.sign else _path(placed):
            cell = y // _ROWS, x // _COLUMNS
            dots[cell] = dots.get(cell, (0, 0))[0] | _DOTS[y % _ROWS][x % _COLUMNS], number
        for x, y in placed if each.sign or len(placed) <= FEW_POINTS else placed[-1:]:
            cell = _free(marks, y // _ROWS, x // _COLUMNS, height)
            marks[cell] = each.sign or str(number + 1)[-1], _part(number)
    drawn = {cell: (chr(_BLANK + bits), _part(number)) for cell, (bits, number) in dots.items()}
    return drawn | marks


def _free(
    taken: dict[tuple[int, int], tuple[str, str]], row: int, column: int, height: int
) -> tuple[int, int]:
    """Return the cell nearest to a place, in its column, that has no number yet."""
    rows = sorted(range(height), key=lambda each: abs(each - row))
    return next(((each, column) for each in rows if (each, column) not in taken), (row, column))


def _path(placed: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield every dot on the way from point to point."""
    yield from placed[:1]
    for (x, y), (to_x, to_y) in pairwise(placed):
        steps = max(abs(to_x - x), abs(to_y - y), 1)
        for step in range(1, steps + 1):
            yield x + round((to_x - x) * step / steps), y + round((to_y - y) * step / steps)


def _spans(cells: Sequence[tuple[str, str]]) -> Line:
    return [
        Span("".join(char for char, _ in run), part) for part, run in groupby(cells, key=lambda cell: cell[1])
    ]
