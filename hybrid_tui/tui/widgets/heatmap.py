"""A matrix as coloured numbers, with a cell cursor."""

from __future__ import annotations

from typing import ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hybrid_tui.comparison.colormap import Scale, ink
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.numbers import ABSENT, figure, shared_digits

NUMBER = 5
"""Characters of a number: eleven languages fit in 80 cells."""
CELL = NUMBER + 1


class Heatmap(ScrollView, can_focus=True):
    """Draws the number in each cell, on a colour of the scale; the labels stay where they are."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"heat--label", "heat--here"}
    BINDING_GROUP_TITLE = "Heatmap"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", show=False, id="heatmap.up"),
        Binding("down,j", "move(1, 0)", "Down", show=False, id="heatmap.down"),
        Binding("left,h", "move(0, -1)", "Left", show=False, id="heatmap.left"),
        Binding("right,l", "move(0, 1)", "Right", show=False, id="heatmap.right"),
        Binding("home", "move(0, -1000)", "First column", show=False, id="heatmap.first"),
        Binding("end", "move(0, 1000)", "Last column", show=False, id="heatmap.last"),
    ]

    class Moved(Message):
        """The cursor stands on another cell."""

        def __init__(self, heatmap: Heatmap) -> None:
            self.heatmap = heatmap
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._matrix = Matrix("", (), (), (), ())
        self._scale = Scale(0, 1)
        self._digits = 0
        self._labels = 0
        self.row = 0
        self.column = 0

    def show(self, matrix: Matrix, scale: Scale) -> None:
        """Show another matrix; the cursor stays on its cell where there is one."""
        self._matrix, self._scale = matrix, scale
        ends = (scale.low, scale.high)
        self._digits = shared_digits(ends, matrix.digits, signed=scale.diverging, width=NUMBER)
        self._labels = max(map(len, matrix.rows), default=0)
        self.row = min(self.row, max(len(matrix.rows) - 1, 0))
        self.column = min(self.column, max(len(matrix.columns) - 1, 0))
        self.virtual_size = Size(self.width_of(matrix), 1 + len(matrix.rows))
        self.refresh()

    @staticmethod
    def width_of(matrix: Matrix) -> int:
        """Return the cells that a matrix takes."""
        return max(map(len, matrix.rows), default=0) + CELL * len(matrix.columns)

    def follow(self, other: Heatmap) -> None:
        """Put the cursor where another heatmap has it."""
        self.row, self.column = other.row, other.column
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line at `y` of the window: the header, which stays, or a row."""
        width = self.scrollable_content_region.width
        row = y + self.scroll_offset.y - 1
        if y and row >= len(self._matrix.rows):
            return Strip.blank(width, self.rich_style)
        label = "" if y == 0 else self._matrix.rows[row]
        here = y > 0 and row == self.row
        head = Segment(f"{label:<{self._labels}}", self._label_style(here=here))
        cells = [
            self._header(at) if y == 0 else self._cell(row, at) for at in range(len(self._matrix.columns))
        ]
        scrolled = Strip(cells).crop(self.scroll_offset.x, self.scroll_offset.x + width - self._labels)
        return Strip([head, *scrolled]).adjust_cell_length(width, self.rich_style)

    def _header(self, column: int) -> Segment:
        label = self._matrix.columns[column][:NUMBER]
        return Segment(f" {label:>{NUMBER}}", self._label_style(here=column == self.column))

    def _cell(self, row: int, column: int) -> Segment:
        value = self._matrix.values[row][column]
        if value is None:
            return Segment(f" {ABSENT:>{NUMBER}}", self._label_style(here=False))
        background = self._scale.colour(value)
        style = Style(color=Color.from_rgb(*ink(background)), bgcolor=Color.from_rgb(*background))
        text = f"{figure(value, self._digits, signed=self._scale.diverging, width=NUMBER):>{NUMBER}}"
        if self.has_focus and (row, column) == (self.row, self.column):
            return Segment(f"▸{text}", style + Style(bold=True, reverse=True))
        return Segment(f" {text}", style)

    def _label_style(self, *, here: bool) -> Style:
        return self.rich_style + self.get_component_rich_style("heat--here" if here else "heat--label")

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor by so many rows and columns."""
        self._go(self.row + down, self.column + right)

    def _go(self, row: int, column: int) -> None:
        self.row = min(max(row, 0), max(len(self._matrix.rows) - 1, 0))
        self.column = min(max(column, 0), max(len(self._matrix.columns) - 1, 0))
        cell = Region(self.column * CELL, self.row, self._labels + CELL, 2)
        self.scroll_to_region(cell, animate=False, force=True)
        self.refresh()
        self.post_message(self.Moved(self))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the cell clicked."""
        column = (event.x - self._labels + self.scroll_offset.x) // CELL
        if event.y and event.x >= self._labels:
            self._go(event.y + self.scroll_offset.y - 1, column)

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()
