"""The legend of a heatmap: its scale with colours, its unit, its marks."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from hybrid_tui.comparison.cell_certainty import MARK, MARK_MEANS
from hybrid_tui.comparison.colormap import SHADES, Scale
from hybrid_tui.comparison.number_format import ABSENT, NOTHING, figure
from hybrid_tui.tui.render.grid import Grid
from hybrid_tui.tui.render.paint import Paint, pair_of

BAR = 12


class Legend(Widget):
    """One line under a heatmap."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._parts: list[Segment] = []

    def show(self, grid: Grid, unit: str, *, own: bool = False) -> None:
        """Explain a heatmap; `own`: its scale is not that of the others."""
        notes = [unit, *(["own scale"] if own else []), *_notes(grid)]
        self._parts = [*bar(grid.scale, grid.paint, grid.matrix.digits), Segment(f"  {' · '.join(notes)}")]
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the only line."""
        if y:
            return Strip.blank(self.size.width, self.rich_style)
        styled = [Segment(text, self.rich_style + (style or Style())) for text, style, _ in self._parts]
        return Strip(styled).adjust_cell_length(self.size.width, self.rich_style)


def bar(scale: Scale, paint: Paint, digits: int) -> list[Segment]:
    """Return the ends of a scale with its colours, or the glyphs that stand for them, between."""
    low, high = (figure(end, digits, signed=scale.diverging) for end in (scale.low, scale.high))
    if paint is Paint.SHADES:
        between = [Segment(SHADES[::-1] + SHADES if scale.diverging else SHADES)]
    else:
        colours = (pair_of(scale, colour, paint)[1] for colour in scale.ramp(BAR))
        between = [Segment(" ", Style(bgcolor=colour)) for colour in colours]
    return [Segment(f"{low} "), *between, Segment(f" {high}")]


def _notes(grid: Grid) -> list[str]:
    """Return what else is to be explained."""
    matrix = grid.matrix
    told = {
        f"{MARK} {MARK_MEANS}": bool(grid.marks),
        "mean: others": bool(set(matrix.rows) & set(matrix.columns)),
        f"{ABSENT} {NOTHING}": any(cell is None for row in matrix.values for cell in row),
    }
    return [note for note, wanted in told.items() if wanted]
