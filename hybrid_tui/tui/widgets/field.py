"""One line to type in, in any script."""

from __future__ import annotations

import unicodedata
from itertools import accumulate

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


class Field(Input):
    """An input that takes several pasted lines as one and draws right-to-left text in its order."""

    BINDING_GROUP_TITLE = "Typing"

    def __init__(self, value: str = "", placeholder: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(value, placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave the keys that would scroll, if there were more than a line, to the screen."""
        return not action.startswith("scroll_")

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
        if y or len(self.value) > LONGEST_REORDERED or not needs_reordering(self.value):
            return super().render_line(y)
        return self._in_visual_order(self.scrollable_content_region.width).apply_style(self.rich_style)

    def _in_visual_order(self, width: int) -> Strip:
        from_right = _begins_from_right(self.value)
        parts = [part for part, _ in clusters(shaped(self.value, ligatures=False))]
        ends = list(accumulate(map(len, parts), initial=len(self.value) - sum(map(len, parts))))
        cells: list[Segment] = []
        cursor = 0
        order = visual_order(parts, right_to_left=from_right)
        blank = (len(parts), " ")  # where the next character goes
        for index, part in [blank, *order] if from_right else [*order, blank]:
            start, end = ends[index], ends[index + 1] if index < len(parts) else len(self.value) + 1
            if start <= self.cursor_position < end:
                cursor = sum(cell.cell_length for cell in cells)
            cells.append(Segment(part, self._style_of(start, end)))
        strip = Strip(cells)
        spare = width - strip.cell_length
        if spare >= 0:
            gap = [Segment(" " * spare)]
            return Strip(gap + cells if from_right else cells + gap)
        first = min(cursor, -spare) if from_right else max(0, cursor - width + 1)
        return strip.crop(first, first + width)

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
