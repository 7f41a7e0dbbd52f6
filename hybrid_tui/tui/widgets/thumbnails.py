"""Small heatmaps of many systems: colours only, a mean under each, one scale for all."""

from __future__ import annotations

from dataclasses import dataclass
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
from hybrid_tui.comparison.means import MEAN, Means
from hybrid_tui.comparison.number_format import figure
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.paint import Paint, pair_of
from hybrid_tui.tui.render.wrap import padded

WIDE = 2
"""Cells of a column; a line holds two rows where there are colours, one where glyphs stand for them."""
NARROWEST = 24
"""Cells of a name."""
GAP = 2


@dataclass(frozen=True)
class Thumbnail:
    """A system's name, the label under which it is shown, and its matrix or what is said without one."""

    name: str
    label: str
    matrix: Matrix | None = None
    said: str = ""


class Thumbnails(ScrollView, can_focus=True):
    """As many beside each other as fit; Enter or a click enlarges one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"thumb--name", "thumb--here", "thumb--mean"}
    BINDING_GROUP_TITLE = "Thumbnails"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "Left", show=False, id="thumbnails.left"),
        Binding("right,l", "move(1)", "Right", show=False, id="thumbnails.right"),
        Binding("up,k", "line(-1)", "Up", show=False, id="thumbnails.up"),
        Binding("down,j", "line(1)", "Down", show=False, id="thumbnails.down"),
        Binding("home", "move(-10000)", "First", show=False, id="thumbnails.first"),
        Binding("end", "move(10000)", "Last", show=False, id="thumbnails.last"),
        Binding("enter,space", "open", "Enlarge", show=False, id="thumbnails.open"),
    ]

    class Chosen(Message):
        """A system is to be enlarged."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    class Moved(Message):
        """Another system is under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Thumbnail, ...] = ()
        self._scale = Scale(0, 1)
        self._paint = Paint.TRUE
        self._cursor = 0

    @property
    def current(self) -> Thumbnail | None:
        """The one under the cursor."""
        return self._shown[self._cursor] if self._shown else None

    @property
    def shown(self) -> tuple[Thumbnail, ...]:
        """All of them."""
        return self._shown

    def show(self, thumbnails: tuple[Thumbnail, ...], scale: Scale, paint: Paint) -> None:
        """Show others; the cursor stays on its system where that is among them."""
        name = self.current.name if self.current else ""
        names = [each.name for each in thumbnails]
        self._shown, self._scale, self._paint = thumbnails, scale, paint
        self._cursor = names.index(name) if name in names else 0
        self._lay_out()

    def on_resize(self) -> None:
        """Place as many beside each other as fit."""
        self._lay_out()

    def _lay_out(self) -> None:
        lines = -(-len(self._shown) // self._abreast) * self._height
        self.virtual_size = Size(self.scrollable_content_region.width, lines)
        self.refresh()

    @property
    def _width(self) -> int:
        columns = max((len(each.matrix.columns) for each in self._shown if each.matrix), default=0)
        return max(WIDE * columns, NARROWEST)

    @property
    def _body(self) -> int:
        """The lines of colours."""
        rows = max((len(each.matrix.rows) for each in self._shown if each.matrix), default=1)
        return rows if self._paint is Paint.SHADES else -(-rows // 2)

    @property
    def _height(self) -> int:
        return self._body + 3

    @property
    def _abreast(self) -> int:
        return max((self.scrollable_content_region.width + GAP) // (self._width + GAP), 1)

    # --- drawing --------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Return a line of all that stand beside each other there."""
        line, part = divmod(y + self.scroll_offset.y, self._height)
        first = line * self._abreast
        segments: list[Segment] = []
        for at in range(first, min(first + self._abreast, len(self._shown))):
            piece = Strip(self._part(at, part)).adjust_cell_length(self._width + GAP, self.rich_style)
            segments += piece
        width = self.scrollable_content_region.width
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _part(self, at: int, part: int) -> list[Segment]:
        """Return one line of a thumbnail: its name, two rows of colours, its mean, or nothing."""
        thumbnail = self._shown[at]
        if part == 0:
            here = at == self._cursor
            name = padded(one_line(thumbnail.label, width=self._width - 1), self._width - 1)
            style = self._style("here" if here else "name")
            return [Segment(("▸" if here else " ") + name, style + Style(reverse=here and self.has_focus))]
        if thumbnail.matrix is None:
            said = thumbnail.said if part == 1 else ""
            return [Segment(one_line(said, width=self._width), self._style("mean"))]
        if part <= self._body:
            return self._colours(thumbnail.matrix, part - 1)
        if part == self._body + 1:
            mean = figure(Means.of(thumbnail.matrix).whole, thumbnail.matrix.digits)
            return [Segment(f" {MEAN} {mean}", self._style("mean"))]
        return []

    def _colours(self, matrix: Matrix, line: int) -> list[Segment]:
        if self._paint is Paint.SHADES:
            cells = matrix.values[line] if line < len(matrix.rows) else ()
            return [
                Segment((" " if cell is None else self._scale.shade(cell)) * WIDE, self.rich_style)
                for cell in cells
            ]
        rows = matrix.values[2 * line : 2 * line + 2]
        if not rows:
            return []
        upper, lower = rows[0], rows[1] if len(rows) > 1 else (None,) * len(rows[0])
        return [self._half(*pair) for pair in zip(upper, lower, strict=True)]

    def _half(self, upper: float | None, lower: float | None) -> Segment:
        """Return two values, one above the other, in half a line each."""
        above, below = (
            None if value is None else pair_of(self._scale, self._scale.colour(value), self._paint)[1]
            for value in (upper, lower)
        )
        if above is None:
            return Segment(("▄" if below else " ") * WIDE, self.rich_style + Style(color=below))
        return Segment("▀" * WIDE, self.rich_style + Style(color=above, bgcolor=below))

    def _style(self, part: str) -> Style:
        return self.rich_style + self.get_component_rich_style(f"thumb--{part}")

    # --- the cursor -----------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Go to another by so many places."""
        self._go(min(max(self._cursor + by, 0), len(self._shown) - 1))

    def action_line(self, by: int) -> None:
        """Go up or down a line, where there is a place."""
        at = self._cursor + by * self._abreast
        if 0 <= at < len(self._shown):
            self._go(at)

    def action_open(self) -> None:
        """Enlarge the one under the cursor."""
        if self.current:
            self.post_message(self.Chosen(self.current.name))

    def _go(self, at: int) -> None:
        if self._shown:
            self._cursor = at
            top = at // self._abreast * self._height
            self.scroll_to_region(Region(0, top, 1, self._height), animate=False, force=True)
            self.refresh()
            self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """Go to the one clicked; a second click enlarges it."""
        line, column = (event.y + self.scroll_offset.y) // self._height, event.x // (self._width + GAP)
        at = line * self._abreast + column
        if column < self._abreast and at < len(self._shown):
            self._go(at)
            if event.chain > 1:
                self.action_open()
