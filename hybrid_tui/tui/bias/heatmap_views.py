"""Heatmaps, each with its name above and its scale below, that share the room of a screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Static

from hybrid_tui.comparison.matrix_measures import MatrixMeasure
from hybrid_tui.tui.bias.pictures import Picture
from hybrid_tui.tui.render.grid import Grid
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.paint import Paint
from hybrid_tui.tui.widgets.heatmap import Heatmap
from hybrid_tui.tui.widgets.legend import Legend

EMPTY_WIDTH, EMPTY_HEIGHT = 40, 6
"""Cells of a view that has nothing to show yet."""
EDGES = 2
"""Lines of a view that are not its heatmap's, and cells beside it."""


class HeatmapView(Vertical):
    """A picture; one without a matrix shows what is said instead."""

    picture = Picture((), ())
    """What is shown."""

    def compose(self) -> ComposeResult:
        """Lay out name, message, heatmap and legend."""
        yield Static(classes="title", markup=False)
        yield Static(classes="notice", markup=False)
        yield Heatmap()
        yield Legend()

    @property
    def heatmap(self) -> Heatmap:
        """The heatmap."""
        return self.query_one(Heatmap)

    def on_resize(self) -> None:
        """Leave room for name and legend."""
        self.heatmap.styles.max_height = max(self.size.height - EDGES, 1)

    def draw(self, picture: Picture, measure: MatrixMeasure, paint: Paint, *, own: bool) -> None:
        """Show a picture, or say why there is none."""
        self.picture = picture
        self.query_one(".title", Static).update(one_line(picture.title), layout=False)
        notice = self.query_one(".notice", Static)
        known = picture.matrix is not None
        notice.display, self.heatmap.display, self.query_one(Legend).display = not known, known, known
        if picture.matrix is None:
            notice.update(one_line(picture.said))
            return
        grid = Grid(picture.matrix, picture.scale, paint, picture.marks)
        self.heatmap.show(grid)
        self.query_one(Legend).show(grid, measure.unit, own=own and not picture.scale.diverging)


class HeatmapViews(Container):
    """Heatmaps side by side, as many as there is room for, one at the least; the others come with `turn`."""

    def __init__(self) -> None:
        super().__init__()
        self._turned = 0
        self._count = 0

    def compose(self) -> ComposeResult:
        """Lay out one model, another, and their difference."""
        for _ in range(3):
            yield HeatmapView()

    @property
    def views(self) -> list[HeatmapView]:
        """The views in sight."""
        return [view for view in self.query(HeatmapView) if view.display]

    @property
    def hidden(self) -> int:
        """How many pictures there is no room for."""
        return self._count - len(self.views)

    @property
    def front(self) -> HeatmapView | None:
        """The view that keys act on; None where no matrix is in sight."""
        known = self._known
        return next((view for view in known if view.heatmap.has_focus), next(iter(known), None))

    @property
    def _known(self) -> list[HeatmapView]:
        return [view for view in self.views if view.heatmap.display]

    def show(
        self,
        found: Sequence[Picture],
        measure: MatrixMeasure,
        paint: Paint,
        cell: tuple[str, str],
        *,
        own: bool,
    ) -> None:
        """Show pictures, with the cursor where it was, or else on the cell of two labels."""
        self._count = len(found)
        before = self.front.heatmap.labels if self.front else cell
        turned = [found[(at + self._turned) % len(found)] for at in range(len(found))]
        room = self._make_room(turned, paint)
        for view, picture in zip(self.query(HeatmapView).results(HeatmapView), turned[:room], strict=False):
            view.draw(picture, measure, paint, own=own)
            view.heatmap.stand(*before)

    def turn(self, by: int) -> bool:
        """Go to the next heatmap in sight; behind the last one return True: another is to be shown first."""
        known = self._known
        if not known:
            return False
        at = next((at for at, view in enumerate(known) if view.heatmap.has_focus), 0)
        if 0 <= at + by < len(known) or len(known) >= self._count:
            known[(at + by) % len(known)].heatmap.focus()
            return False
        self._turned = (self._turned + by) % self._count
        return True

    def turn_back(self) -> None:
        """Let the first picture be the first in sight."""
        self._turned = 0

    def on_heatmap_moved(self, event: Heatmap.Moved) -> None:
        """Keep the cursors of all heatmaps on the same cell."""
        for view in self.views:
            view.heatmap.follow(event.heatmap)

    def _make_room(self, found: Sequence[Picture], paint: Paint) -> int:
        """Lay out a grid, and return how many pictures it has room for."""
        sizes = [_size(picture, paint) for picture in found]
        width, height = self.size.width // max(wide for wide, _ in sizes), max(high for _, high in sizes)
        across = min(max(width, _beside(sizes[:2], self.size.width), 1), len(found))
        room = min(across * max(self.size.height // height, 1), len(found))
        self.styles.grid_size_columns = across
        self.styles.grid_size_rows = -(-room // across)
        for at, view in enumerate(self.query(HeatmapView)):
            view.display = at < room
            # One that is alone in its line has all of it.
            view.styles.column_span = across if at == room - 1 and at % across == 0 else 1
        return room


def _size(picture: Picture, paint: Paint) -> tuple[int, int]:
    """Return the cells and the lines that a picture needs."""
    if picture.matrix is None:
        return EMPTY_WIDTH, EMPTY_HEIGHT
    grid = Grid(picture.matrix, picture.scale, paint)
    return grid.width + EDGES, grid.height + EDGES


def _beside(sizes: Sequence[tuple[int, int]], width: int) -> int:
    """Return 2 where two pictures fit beside each other, else 1."""
    return 2 if len(sizes) == 2 and max(wide for wide, _ in sizes) * 2 <= width else 1
