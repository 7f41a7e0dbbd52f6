"""Curves over one axis, with their names below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from hybrid_tui.tui.render.curves import MOST_CURVES, Series, curve_lines, legend_lines
from hybrid_tui.tui.render.hits import Line


class Curves(Widget):
    """Draws curves as large as there is room."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "curves--axis",
        *(f"curves--curve-{number}" for number in range(MOST_CURVES)),
    }

    def __init__(self) -> None:
        super().__init__()
        self._series: Sequence[Series] = ()
        self._axis = ""
        self._end: float | None = None
        self._lines: list[Line] = []

    def show(self, series: Sequence[Series], axis: str, end: float | None = None) -> None:
        """Show other curves; `axis` names the horizontal one, which goes to `end` at the least."""
        self._series, self._axis, self._end = series, axis, end
        self._lay_out()

    def on_resize(self) -> None:
        """Draw for the room there is."""
        self._lay_out()

    def _lay_out(self) -> None:
        width, height = self.size
        legend = legend_lines(self._series, width)[: max(height // 3, 1)]
        chart = curve_lines(self._series, width, height - len(legend), self._axis, self._end)
        self._lines = [*chart, *legend]
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a line of the chart or of the names, exactly as wide as the window."""
        width = self.size.width
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        segments = [Segment(span.text, self._style(span.part)) for span in self._lines[y] if span.text]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _style(self, part: str) -> Style:
        named = self.get_component_rich_style(f"curves--{part.replace(' ', '-')}") if part else Style()
        return self.rich_style + named
