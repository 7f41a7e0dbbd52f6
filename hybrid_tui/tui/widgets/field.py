"""A one-line text input for every script."""

from __future__ import annotations

import unicodedata
from itertools import accumulate
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widgets import Input
from textual.widgets.input import Selection

from hybrid_tui.tui.render.bidi import needs_reordering, visual_order
from hybrid_tui.tui.render.shape import shaped
from hybrid_tui.tui.render.wrap import clusters, writable

LONGEST_REORDERED = 1000
"""Characters; a longer line, which nobody reads, is drawn as it is typed, so that keys stay quick."""


class _Piece(NamedTuple):
    """A cluster as it is drawn, and where its characters begin and end in the value."""

    start: int
    end: int
    text: str


class Field(Input):
    """An input that takes several pasted lines as one and draws right-to-left text in its order."""

    BINDING_GROUP_TITLE = "Typing"

    def __init__(self, value: str = "", placeholder: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(value, placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave to the screen the keys that would scroll, if there were more than a line, and one more."""
        return not action.startswith("scroll_") and action != "delete_right_word"

    def validate_value(self, value: str) -> str:
        """Replace what no terminal can draw by spaces, one for one."""
        return writable(value)

    def select_from_start(self) -> None:
        """Select everything, to be typed over, with the cursor at the start: that is what a person reads."""
        self.selection = Selection(len(self.value), 0)

    def on_paste(self, event: events.Paste) -> None:
        """Insert everything pasted, in place of what is selected."""
        event.prevent_default()
        event.stop()
        self.replace(writable(event.text.rstrip("\r\n")), *self.selection)

    def render_line(self, y: int) -> Strip:
        """Draw the text, reordered where it holds right-to-left characters."""
        if y or not self._reordered:
            return super().render_line(y)
        width = self.scrollable_content_region.width
        placed, first = self._placed(width)
        strip = Strip([Segment(text, self._style_of(start, end)) for start, end, text in placed])
        return strip.crop(first, first + width).apply_style(self.rich_style)

    def _cell_offset_to_index(self, offset: int) -> int:
        """Return the place of the character that is drawn in a cell, for the mouse."""
        if not self._reordered:
            return super()._cell_offset_to_index(offset)
        placed, cell = self._placed(self.scrollable_content_region.width)
        cell += offset
        for start, _, text in placed:
            cell -= cell_len(text)
            if cell < 0:
                return start
        return len(self.value)

    @property
    def _reordered(self) -> bool:
        return len(self.value) <= LONGEST_REORDERED and needs_reordering(self.value)

    def _placed(self, width: int) -> tuple[list[_Piece], int]:
        """Return what is drawn, from the left, and how many cells of it are out of sight before the first."""
        from_right, length = _begins_from_right(self.value), len(self.value)
        parts = [part for part, _ in clusters(shaped(self.value, ligatures=False))]
        ends = list(accumulate(map(len, parts), initial=length - sum(map(len, parts))))
        order = visual_order(parts, right_to_left=from_right)
        placed = [_Piece(ends[index], ends[index + 1], part) for index, part in order]
        blank = _Piece(ends[-1], length + 1, " ")  # where the next character goes
        placed = [blank, *placed] if from_right else [*placed, blank]
        sizes = [cell_len(piece.text) for piece in placed]
        spare = width - sum(sizes)
        if spare >= 0:
            gap = _Piece(length, length, " " * spare)
            return ([gap, *placed] if from_right else [*placed, gap]), 0
        here = [piece.start <= self.cursor_position < piece.end for piece in placed]
        cursor = sum(sizes[: here.index(True)]) if True in here else 0
        return placed, min(cursor, -spare) if from_right else max(0, cursor - width + 1)

    def _style_of(self, start: int, end: int) -> Style | None:
        if not self.has_focus:
            return None
        if start <= self.cursor_position < end:
            return self.get_component_rich_style("input--cursor")
        low, high = sorted(self.selection)
        return self.get_component_rich_style("input--selection") if low <= start < high else None


def _begins_from_right(text: str) -> bool:
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)
