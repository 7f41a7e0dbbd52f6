"""The languages of the first passages, above those of the whole pool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.tui.render.mix import bar

LABEL = 8
"""Cells of the words before a bar."""


class MixBar(Widget):
    """Two bars with the same colours; hidden where there is one language only."""

    def __init__(self) -> None:
        super().__init__()
        self._langs: tuple[str, ...] = ()
        self._bars: list[tuple[str, Mapping[str, int]]] = []

    def show(self, ranking: Ranking, pool: Mapping[str, int]) -> None:
        """Show the mix of a ranking and of the pool that it comes from."""
        self._langs = ranking.langs
        self._bars = [(f"top {len(ranking.hits)}", Counter(hit.lang for hit in ranking.hits)), ("pool", pool)]
        self.display = len(self._langs) > 1
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the bar of the first passages, or of the pool."""
        width = self.size.width
        if y >= len(self._bars):
            return Strip.blank(width, self.rich_style)
        label, counts = self._bars[y]
        coloured = not self.app.no_color
        segments = bar(counts, self._langs, width - LABEL, counted=y == 0, coloured=coloured)
        return Strip([Segment(f"{label:<{LABEL}}", self.rich_style), *segments]).adjust_cell_length(
            width, self.rich_style
        )
