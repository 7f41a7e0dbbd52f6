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

from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.tui.render.hits import Line, hit_lines

PARTS = ("rank", "mark", "relevant", "lang", "name", "score", "text")
TEXT_LINES = 3
PAGE = 5


class HitList(ScrollView, can_focus=True):
    """Draws its lines itself, so that every script keeps its order and every line its width."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"hit--{part}" for part in (*PARTS, "cursor")}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", f"move(-{PAGE})", "Five up", show=False),
        Binding("pagedown", f"move({PAGE})", "Five down", show=False),
        Binding("home", "move(-1000000)", "First", show=False),
        Binding("end", "move(1000000)", "Last", show=False),
        Binding("enter,space", "open", "Open", show=False),
    ]

    class Opened(Message):
        """A passage was chosen."""

        def __init__(self, hit: Hit) -> None:
            self.hit = hit
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._hits: tuple[Hit, ...] = ()
        self._lines: list[tuple[int, Line]] = []
        self._starts: list[int] = []
        self._cursor = 0
        self._laid_out_for = 0

    @property
    def current(self) -> Hit | None:
        """The passage under the cursor."""
        return self._hits[self._cursor] if self._hits else None

    def show(self, hits: tuple[Hit, ...]) -> None:
        """Show other passages, from the first one on."""
        self._hits = hits
        self._cursor = 0
        self._lay_out()
        self.scroll_to(0, 0, animate=False)

    def on_resize(self) -> None:
        """Wrap anew when the width has changed."""
        if self._laid_out_for != self.scrollable_content_region.width:
            self._lay_out()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        self._laid_out_for = width
        self._lines, self._starts = [], []
        if width > 0:
            for number, hit in enumerate(self._hits):
                self._starts.append(len(self._lines))
                self._lines += [(number, line) for line in hit_lines(hit, width, TEXT_LINES)]
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line at `y` of the window, exactly as wide as the window."""
        width = self.scrollable_content_region.width
        at = y + self.scroll_offset.y
        if at >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        number, line = self._lines[at]
        last = at + 1 == len(self._lines) or self._lines[at + 1][0] != number
        marked = number == self._cursor and self.has_focus and not last
        background = Style(bgcolor=(self._style("cursor") if marked else self.rich_style).bgcolor)
        spans = [
            Segment(span.text, (self._style(span.part) + background) if span.part else background)
            for span in line
        ]
        return Strip(spans).adjust_cell_length(width, background)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"hit--{part}")

    def action_move(self, by: int) -> None:
        """Move the cursor by so many passages."""
        if self._hits:
            self._cursor = min(max(self._cursor + by, 0), len(self._hits) - 1)
            start = self._starts[self._cursor]
            size = sum(number == self._cursor for number, _ in self._lines)
            self.scroll_to_region(Region(0, start, 1, size), animate=False, force=True)
            self.refresh()

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
            again = number == self._cursor and event.chain > 1
            self._cursor = number
            self.refresh()
            if again:
                self.action_open()
