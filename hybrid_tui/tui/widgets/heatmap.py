"""A matrix as coloured numbers, with a cell cursor."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hybrid_tui.comparison.colormap import Scale
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.means import MEAN
from hybrid_tui.tui.render.grid import Grid

NOTHING = Grid(Matrix("", (), (), (), ()), Scale(0, 1))


class Heatmap(ScrollView, can_focus=True):
    """Draws the number in each cell, on a colour of the scale; the labels stay where they are.

    A move of the cursor draws the lines that it leaves and enters, and no others.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"heat--label", "heat--here", "heat--mean"}
    BINDING_GROUP_TITLE = "Heatmap"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", show=False, id="heatmap.up"),
        Binding("down,j", "move(1, 0)", "Down", show=False, id="heatmap.down"),
        Binding("left,h", "move(0, -1)", "Left", show=False, id="heatmap.left"),
        Binding("right,l", "move(0, 1)", "Right", show=False, id="heatmap.right"),
        Binding("home", "move(0, -1000)", "First column", show=False, id="heatmap.first"),
        Binding("end", "move(0, 1000)", "Last column", show=False, id="heatmap.last"),
        Binding("pageup", "move(-1000, 0)", "First row", show=False, id="heatmap.top"),
        Binding("pagedown", "move(1000, 0)", "Last row", show=False, id="heatmap.bottom"),
        Binding("enter,space", "open", "Queries", show=False, id="heatmap.open"),
    ]

    class Moved(Message):
        """The cursor stands on another cell."""

        def __init__(self, heatmap: Heatmap) -> None:
            self.heatmap = heatmap
            super().__init__()

    class Opened(Message):
        """The person wants to see what is behind the cell."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = NOTHING
        self.row = 0
        self.column = 0

    @property
    def grid(self) -> Grid:
        """What is shown."""
        return self._grid

    def show(self, grid: Grid) -> None:
        """Show another matrix; the cursor stays on its cell where there is one."""
        self._grid = grid
        self.row, self.column = self._inside(self.row, self.column)
        self.virtual_size = Size(grid.width, grid.height)
        self.refresh()

    def follow(self, other: Heatmap) -> None:
        """Put the cursor where another heatmap has it."""
        if other is not self:
            self._put(*self._inside(other.row, other.column))

    def stand(self, row: str, column: str) -> None:
        """Put the cursor on the cell of two labels, where there is one."""
        matrix = self._grid.matrix
        if row in matrix.rows and column in matrix.columns:
            self._put(matrix.rows.index(row), matrix.columns.index(column))

    @property
    def labels(self) -> tuple[str, str]:
        """The row's and the column's label of the cell under the cursor; empty where there is none."""
        matrix = self._grid.matrix
        if not matrix.rows or not matrix.columns:
            return "", ""
        return matrix.rows[self.row], matrix.columns[self.column]

    # --- drawing --------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Return the line at `y` of the window: the header, which stays, a row, or the means."""
        width = self.scrollable_content_region.width
        grid, row = self._grid, y + self.scroll_offset.y - 1
        rows = len(grid.matrix.rows)
        if y == 0:
            return self._line("", self._header(), width)
        if row < rows:
            return self._line(grid.matrix.rows[row], self._row(row), width, here=row == self.row)
        if row == rows + 1 and rows:
            style = self._style("mean")
            means = [Segment(grid.column_mean(at), style) for at in range(len(grid.matrix.columns))]
            return self._line(MEAN, means, width)
        return Strip.blank(width, self.rich_style)

    def _line(self, label: str, cells: list[Segment], width: int, *, here: bool = False) -> Strip:
        labels = self._grid.labels
        head = Segment(f"{label:<{labels}}", self._style("here" if here else "label"))
        scrolled = self._in_sight(cells, max(width - labels, 0))
        return Strip([head, *scrolled]).adjust_cell_length(width, self.rich_style)

    def _in_sight(self, cells: list[Segment], room: int) -> Strip:
        """Return the cells that are scrolled to; one that is cut has no number, which could be misread."""
        left, at, whole = self.scroll_offset.x, 0, []
        for cell in cells:
            end = at + cell.cell_length
            cut = room >= cell.cell_length and (at < left or end > left + room)
            whole.append(Segment(" " * cell.cell_length, self.rich_style) if cut else cell)
            at = end
        return Strip(whole).crop(left, left + room)

    def _header(self) -> list[Segment]:
        styles = self._style("label"), self._style("here")
        columns = range(len(self._grid.matrix.columns))
        heads = [Segment(self._grid.head(at), styles[at == self.column]) for at in columns]
        return [*heads, Segment(self._grid.row_mean_head(), styles[0])]

    def _row(self, row: int) -> list[Segment]:
        cells = self._grid.cells[row]
        if row == self.row:
            here = self._grid.under_cursor(row, self.column, focused=self.has_focus)
            cells = [*cells[: self.column], here, *cells[self.column + 1 :]]
        label = self._style("label")
        plain = [cell if cell.style else Segment(cell.text, label) for cell in cells]
        return [*plain, Segment(self._grid.row_mean(row), self._style("mean"))]

    def _style(self, part: str) -> Style:
        return self.rich_style + self.get_component_rich_style(f"heat--{part}")

    # --- the cursor -----------------------------------------------------------------------------------

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor by so many rows and columns."""
        self._go(self.row + down, self.column + right)

    def action_open(self) -> None:
        """Ask for what is behind the cell under the cursor."""
        if self._grid.matrix.rows:
            self.post_message(self.Opened())

    def _go(self, row: int, column: int) -> None:
        place = self._inside(row, column)
        if place != (self.row, self.column):
            self._put(*place)
            self.post_message(self.Moved(self))

    def _inside(self, row: int, column: int) -> tuple[int, int]:
        matrix = self._grid.matrix
        return (
            min(max(row, 0), max(len(matrix.rows) - 1, 0)),
            min(max(column, 0), max(len(matrix.columns) - 1, 0)),
        )

    def _put(self, row: int, column: int) -> None:
        left, self.row, self.column = self.row, row, column
        grid = self._grid
        last = row == len(grid.matrix.rows) - 1, column == len(grid.matrix.columns) - 1
        # With the label and the header, and beside the last row and column their means.
        height = 2 + (grid.height - 1 - len(grid.matrix.rows)) * last[0]
        whole = grid.labels + grid.cell * len(grid.matrix.columns)
        width = grid.labels + grid.cell + (grid.width - whole) * last[1]
        self.scroll_to_region(
            Region(column * grid.cell, row, width, height), animate=False, force=True, immediate=True
        )
        self.refresh(Region(0, 0, self.size.width, 1))
        for line in {left, row}:
            self.refresh_line(line + 1)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the cell clicked; a second click opens it."""
        row = event.y + self.scroll_offset.y - 1
        column = (event.x - self._grid.labels + self.scroll_offset.x) // self._grid.cell
        if event.y and event.x >= self._grid.labels and self._inside(row, column) == (row, column):
            again = (row, column) == (self.row, self.column) and event.chain > 1
            self._go(row, column)
            if again:
                self.action_open()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh_line(self.row + 1)

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh_line(self.row + 1)
