"""A loss over the steps of a training, with its validations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from hybrid_tui.tui.render.hits import Line
from hybrid_tui.tui.render.loss_chart import Point, chart


class LossChart(Widget):
    """Fills its place with a curve; empty while there is none."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"chart--label", "chart--curve", "chart--mark"}

    def __init__(self) -> None:
        super().__init__()
        self._told: tuple[Sequence[Point], Sequence[Point], float] = ((), (), 0.0)
        self._lines: list[Line] = []

    def show(self, curve: Sequence[Point], marks: Sequence[Point], end: float) -> None:
        """Show a curve, with marks, from 0 to `end`."""
        self._told = (curve, marks, end)
        self._draw()

    def on_resize(self) -> None:
        """Draw it for the new size."""
        self._draw()

    def _draw(self) -> None:
        self._lines = chart(*self._told, self.size.width, self.size.height)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a line, exactly as wide as the widget."""
        line = self._lines[y] if y < len(self._lines) else []
        segments = [
            Segment(
                span.text,
                self.rich_style
                + (self.get_component_rich_style(f"chart--{span.part}") if span.part else self.rich_style),
            )
            for span in line
        ]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)
