"""A matrix as a small SVG: readable in light and dark readers, by mouse and by screen reader."""

from __future__ import annotations

import re
from itertools import chain
from xml.etree import ElementTree as ET

from hybrid_tui.comparison.cell_certainty import MARK, MARK_MEANS
from hybrid_tui.comparison.colormap import Rgb, Scale, ink
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.number_format import ABSENT, NOTHING, cell_words, figure, shared_digits
from hybrid_tui.controls import one_line

FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', Verdana, sans-serif"
PAPER: Rgb = (255, 255, 255)
TEXT: Rgb = (26, 26, 26)
EMPTY: Rgb = (236, 236, 236)
SIZE = 13
LETTER = 8.5
"""Pixels of a font and of its widest digits."""
LONGEST = 8
"""Characters of a number: 12,345.6."""
ROW = 28
GAP = 16
BAR = 160
STEPS = 64


def heatmap_svg(
    matrix: Matrix,
    scale: Scale,
    name: str = "",
    marks: frozenset[tuple[int, int]] = frozenset(),
    drawn: str = "",
) -> str:
    """Return the heatmap as an SVG document, the same for the same figures.

    Each cell shows its number and tells its languages and count in a <title>. `name`, a model's say, goes
    before the matrix's title. `marks` are the rows and columns of the significant cells. `drawn`, what
    they were drawn from, stands at the foot.
    """
    title = f"{name}: {matrix.title}" if name else matrix.title
    return _Drawing(matrix, scale, title, marks, drawn).text()


class _Drawing:
    """One heatmap, laid out from the top left; lengths in pixels."""

    def __init__(
        self, matrix: Matrix, scale: Scale, title: str, marks: frozenset[tuple[int, int]], drawn: str
    ) -> None:
        self.matrix = matrix
        self.scale = scale
        self.title = title
        self.marks = marks
        self.drawn = drawn
        cells = list(chain(*matrix.values))
        self.absent = None in cells
        self.empty = all(cell is None for cell in cells)
        self.digits = shared_digits(cells, matrix.digits, signed=scale.diverging, width=LONGEST)
        numbers = (*map(self._number, cells), *matrix.columns)
        self.column = (max(map(len, numbers), default=1) + bool(marks)) * LETTER + 14
        self.left = GAP + ROW + max(map(len, matrix.rows), default=0) * LETTER + 8
        self.top = GAP + 3 * ROW
        self.bottom = self.top + len(matrix.rows) * ROW

    def text(self) -> str:
        """Return the document."""
        matrix = self.matrix
        ends = (
            "" if self.empty else f"; from {self._number(self.scale.low)} to {self._number(self.scale.high)}"
        )
        grid = self.left + len(matrix.columns) * self.column
        legend = self.left + BAR + (2 * LONGEST + len(self._notes)) * LETTER
        title, foot = (GAP + (len(text) + 2) * LETTER for text in (self.title, self.drawn))
        width = round(max(grid, legend, title, foot) + GAP)
        height = self.bottom + (3 if self.drawn else 2) * ROW
        svg = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "width": str(width),
                "height": str(height),
                "viewBox": f"0 0 {width} {height}",
                "role": "img",
                "font-family": FONT,
                "font-size": str(SIZE),
                "fill": _hex(TEXT),
                "text-anchor": "middle",
            },
        )
        _within(svg, "title", self.title)
        _within(svg, "desc", f"rows: {matrix.row_axis}; columns: {matrix.column_axis}{ends}")
        _rect(svg, 0, 0, width, height, PAPER)
        self._names(svg)
        for row in range(len(matrix.rows)):
            for column in range(len(matrix.columns)):
                self._cell(svg, row, column)
        self._legend(svg)
        if self.drawn:
            _text(svg, GAP, self.bottom + 2.25 * ROW, self.drawn, {"text-anchor": "start"})
        ET.indent(svg, "")
        return ET.tostring(svg, "unicode") + "\n"

    def _names(self, svg: ET.Element) -> None:
        """Draw the title, the axes and the languages."""
        matrix = self.matrix
        _text(svg, GAP, GAP + ROW / 2, self.title, {"text-anchor": "start", "font-weight": "bold"})
        across = self.left + len(matrix.columns) * self.column / 2
        down = (self.top + self.bottom) / 2
        _text(svg, across, self.top - 1.5 * ROW, matrix.column_axis)
        turned = f"rotate(-90 {GAP + ROW / 2:g} {down:g})"
        _text(svg, GAP + ROW / 2, down, matrix.row_axis, {"transform": turned})
        for place, label in enumerate(matrix.columns):
            middle = self.left + (place + 0.5) * self.column
            _text(svg, middle, self.top - ROW / 2, label)
        for place, label in enumerate(matrix.rows):
            _text(svg, self.left - 8, self.top + (place + 0.5) * ROW, label, {"text-anchor": "end"})

    def _cell(self, svg: ET.Element, row: int, column: int) -> None:
        value = self.matrix.values[row][column]
        colour = EMPTY if value is None else self.scale.colour(value)
        left, top = self.left + column * self.column, self.top + row * ROW
        group = ET.SubElement(svg, "g")
        _within(group, "title", cell_words(self.matrix, row, column, signed=self.scale.diverging))
        _rect(group, left, top, self.column - 1, ROW - 1, colour)
        middle = left + self.column / 2
        number = self._number(value) + MARK * ((row, column) in self.marks)
        _text(group, middle, top + ROW / 2, number, {"fill": _hex(ink(colour))})

    def _legend(self, svg: ET.Element) -> None:
        """Draw the scale's colours between its ends, a diverging one's zero below, and what `·` is."""
        top = self.bottom + ROW / 2
        middle = top + ROW / 4
        low, high = map(self._number, (self.scale.low, self.scale.high))
        left = self.left
        if not self.empty:
            left += len(low) * LETTER
            _text(svg, left, middle, low, {"text-anchor": "end"})
            left += 6
            for step, colour in enumerate(self.scale.ramp(STEPS)):
                # Overlapping, or readers draw hairlines between them.
                width = BAR / STEPS + (step + 1 < STEPS)
                _rect(svg, left + step * BAR / STEPS, top, width, ROW / 2, colour)
            if self.scale.diverging:
                _text(svg, left + BAR / 2, top + ROW * 0.8, "0")
            left += BAR + 6
            _text(svg, left, middle, high, {"text-anchor": "start"})
            left += len(high) * LETTER + GAP
        if self._notes:
            _text(svg, left, middle, self._notes, {"text-anchor": "start"})

    @property
    def _notes(self) -> str:
        marked = [f"{MARK} {MARK_MEANS}"] if self.marks else []
        return " · ".join([*marked, *([f"{ABSENT} {NOTHING}"] if self.absent else [])])

    def _number(self, value: float | None) -> str:
        return figure(value, self.digits, signed=self.scale.diverging, width=LONGEST)


def _within(parent: ET.Element, tag: str, text: str) -> None:
    """Add an element with text, made fit for XML."""
    child = ET.SubElement(parent, tag)
    child.text = _printable(text)


def _text(parent: ET.Element, x: float, y: float, text: str, style: dict[str, str] | None = None) -> None:
    # Centred by hand: not every reader knows dominant-baseline.
    place = {"x": f"{x:g}", "y": f"{y + 0.36 * SIZE:g}"}
    child = ET.SubElement(parent, "text", place | (style or {}))
    child.text = _printable(text)


def _rect(parent: ET.Element, x: float, y: float, width: float, height: float, colour: Rgb) -> None:
    sides = {"x": x, "y": y, "width": width, "height": height}
    ET.SubElement(
        parent, "rect", {side: f"{length:g}" for side, length in sides.items()} | {"fill": _hex(colour)}
    )


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _printable(text: str) -> str:
    """Return text with controls as escapes, and U+FFFD for the two codes that XML cannot have."""
    return re.sub("[\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", one_line(text))
