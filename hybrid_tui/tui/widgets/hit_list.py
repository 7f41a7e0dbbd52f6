"""Ranked passages, one under the other, with a cursor."""

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

from hybrid_tui.tui.render.hits import NO_TERMS, HitRow, Line, Span, height, hit_lines
from hybrid_tui.tui.render.terms import Terms
from hybrid_tui.tui.render.wrap import padded, shortened

MARKS = ("rank", "pin", "mark", "relevant", "lang", "name", "score")
PARTS = (*MARKS, "same", "up", "down", "new", "gone", "text", "term", "foot")
NO_ROW = -1
TEXT_LINES = 3
PAGE = 5


class HitList(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws its lines itself, so that every script keeps its order and every line its width."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"hit--{part}" for part in (*PARTS, "cursor")}
    BINDING_GROUP_TITLE = "Passages"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="hits.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="hits.down"),
        Binding("pageup", f"move(-{PAGE})", "Five up", show=False, id="hits.page_up"),
        Binding("pagedown", f"move({PAGE})", "Five down", show=False, id="hits.page_down"),
        Binding("home,g", "move(-1000000)", "First", show=False, id="hits.first"),
        Binding("end,G", "move(1000000)", "Last", show=False, id="hits.last"),
        Binding("enter,space", "open", "The passage whole", show=False, id="hits.open"),
    ]

    class Opened(Message):
        """A passage was chosen."""

        def __init__(self, row: HitRow) -> None:
            self.row = row
            super().__init__()

    class Moved(Message):
        """The person moved the cursor, or scrolled."""

        def __init__(self, hits: HitList) -> None:
            self.hits = hits
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[HitRow, ...] = ()
        self._terms = NO_TERMS
        self._foot = ""
        self._lines: list[tuple[int, int]] = []
        self._drawn: dict[int, list[Line]] = {}
        self._starts: list[int] = []
        self._cursor = 0
        self._laid_out_for = 0

    @property
    def current(self) -> HitRow | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def rows(self) -> tuple[HitRow, ...]:
        """What is shown."""
        return self._rows

    @property
    def place(self) -> tuple[int, int]:
        """The rows of the cursor and at the top, to be followed by another list."""
        top = self.scroll_offset.y
        return self._cursor, sum(start < top for start in self._starts)

    def show(self, rows: tuple[HitRow, ...], terms: Terms = NO_TERMS, foot: str = "") -> None:
        """Show other passages; the cursor stays on its passage where it is among them.

        foot: a line before the first passage that is gone.
        """
        before = self.current
        ids = [row.hit.passage_id for row in rows]
        self._rows, self._terms, self._foot = rows, terms, foot
        kept = before is not None and before.hit.passage_id in ids
        self._cursor = ids.index(before.hit.passage_id) if kept and before else 0
        self._lay_out()
        if not kept:
            self.scroll_to(0, 0, animate=False)

    def begin(self) -> None:
        """Forget where the cursor stands: what is shown next is something else."""
        self._rows, self._cursor = (), 0

    def follow(self, place: tuple[int, int]) -> None:
        """Take the place that another list has."""
        if self._rows:
            cursor, top = (min(row, len(self._rows) - 1) for row in place)
            self._cursor = cursor
            if self._starts:
                self.scroll_to(y=self._starts[top], animate=False)
            self.refresh()

    def on_resize(self) -> None:
        """Wrap anew when the width has changed."""
        if self._laid_out_for != self.scrollable_content_region.width:
            self._lay_out()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        self._laid_out_for = width
        self._lines, self._starts, self._drawn = [], [], {}
        gone = False
        if width > 0:
            for number, row in enumerate(self._rows):
                if row.gone and not gone:
                    gone = True
                    self._drawn[NO_ROW] = _heading(self._foot, width)
                    self._lines += [(NO_ROW, at) for at in range(len(self._drawn[NO_ROW]))]
                self._starts.append(len(self._lines))
                self._lines += [(number, at) for at in range(height(row, width, TEXT_LINES))]
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line at `y` of the window, exactly as wide as the window."""
        width = self.scrollable_content_region.width
        at = y + self.scroll_offset.y
        if at >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        number, part = self._lines[at]
        line = self._row(number)[part]
        last = at + 1 == len(self._lines) or self._lines[at + 1][0] != number
        marked = number == self._cursor and self.has_focus and not last
        cursor = self._style("cursor")
        here = Style(bgcolor=cursor.bgcolor, reverse=cursor.reverse)
        under = here if marked else Style(bgcolor=self.rich_style.bgcolor)
        spans = [Segment(span.text, self._over(under, span.part)) for span in line]
        return Strip(spans).adjust_cell_length(width, under)

    def _row(self, number: int) -> list[Line]:
        """Return the lines of a row; made when it is first seen, as most never are."""
        if number not in self._drawn:
            width = self._laid_out_for
            self._drawn[number] = hit_lines(self._rows[number], width, TEXT_LINES, self._terms)
        return self._drawn[number]

    def _over(self, under: Style, part: str) -> Style:
        """Return a part's style on a ground; a reversed one has one colour only."""
        style = self._style(part) if part else Style()
        return Style(bold=style.bold, underline=style.underline) + under if under.reverse else style + under

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"hit--{part}")

    def action_move(self, by: int) -> None:
        """Move the cursor by so many passages."""
        if self._rows:
            self._cursor = min(max(self._cursor + by, 0), len(self._rows) - 1)
            start = self._starts[self._cursor]
            size = sum(number == self._cursor for number, _ in self._lines)
            self.scroll_to_region(Region(0, start, 1, size), animate=False, force=True)
            self.refresh()
            self.post_message(self.Moved(self))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell where the list stands when the wheel or the scrollbar has moved it."""
        super().watch_scroll_y(old_value, new_value)
        if self.mouse_hover:
            self.post_message(self.Moved(self))

    def action_open(self) -> None:
        """Open the passage under the cursor."""
        if self.current:
            self.post_message(self.Opened(self.current))

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the passage clicked; a second click opens it."""
        at = event.y + self.scroll_offset.y
        if at < len(self._lines):
            number = self._lines[at][0]
            if number == NO_ROW:
                return
            again = number == self._cursor and event.chain > 1
            self._cursor = number
            self.refresh()
            self.post_message(self.Moved(self))
            if again:
                self.action_open()


def _heading(text: str, width: int) -> list[Line]:
    return [[Span(padded(shortened(text, width), width), "foot")], [Span(" " * width)]]
