"""Heatmaps by pair of languages: one model, two and their difference, or all in small."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from hybrid_tui.comparison.heatmap_svg import heatmap_svg
from hybrid_tui.comparison.language_order import ORDERS
from hybrid_tui.comparison.matrix_text import matrix_csv, matrix_markdown
from hybrid_tui.comparison.means import Means
from hybrid_tui.comparison.number_format import figure
from hybrid_tui.engine import messages
from hybrid_tui.tui.bias.choosing import Choosing
from hybrid_tui.tui.bias.keys import COMMANDS, HELP
from hybrid_tui.tui.bias.measuring import QuestionWithSystems
from hybrid_tui.tui.bias.pictures import NO_SCALE, in_order, pictures, scales_of
from hybrid_tui.tui.bias.shown import HeatmapLayout
from hybrid_tui.tui.bias.view import HeatmapView, HeatmapViews
from hybrid_tui.tui.bias.words import cell_lines, difference_line
from hybrid_tui.tui.render.grid import Grid
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.paint import paint_of
from hybrid_tui.tui.widgets.heatmap import Heatmap
from hybrid_tui.tui.widgets.key_line import KeyLine
from hybrid_tui.tui.widgets.legend import Legend
from hybrid_tui.tui.widgets.thumbnails import Thumbnail, Thumbnails


class BiasScreen(Choosing):
    """Lets one choose what is measured and go from cell to cell, and from a cell to its questions.

    Ends with a question to be asked in the search, or None.
    """

    PLACE = "bias"
    AUTO_FOCUS = "Heatmap"
    BINDING_GROUP_TITLE = "Heatmaps"
    HELP = HELP
    BINDINGS: ClassVar[list[BindingType]] = [command.binding for command in COMMANDS]

    def compose(self) -> ComposeResult:
        """Lay out what is shown, the heatmaps, the cell in words, and the keys."""
        yield Static(id="what", markup=False)
        yield HeatmapViews()
        yield Thumbnails()
        yield Legend(id="scale")
        for _ in range(3):
            yield Static(classes="words", markup=False)
        yield KeyLine()

    # --- drawing --------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the heatmaps of the layout, and tell the cell under the cursor."""
        small = self.shown.layout is HeatmapLayout.ALL
        views, thumbnails = self.query_one(HeatmapViews), self.query_one(Thumbnails)
        views.display, thumbnails.display = not small, small
        self.query_one("#scale").display = small
        if small:
            self._draw_thumbnails(thumbnails)
        else:
            self._draw_views(views)
        self.query_one("#what", Static).update(one_line(self._title()), layout=False)
        self._tell()

    def _title(self) -> str:
        known = next(iter(self.matrices.values()), None)
        parts = [self.data, known.title if known else self.shown.measure.title]
        if known:
            parts.append(f"{known.row_axis} ↓ {known.column_axis} →")
        if self.shown.order != next(iter(ORDERS)):
            parts.append(f"by {self.shown.order}")
        if self.shown.layout is not HeatmapLayout.ALL and (
            more := self._pictures - len(self.query_one(HeatmapViews).views)
        ):
            parts.insert(2, f"Tab: {more} more")
        return " · ".join(parts)

    @property
    def _pictures(self) -> int:
        """How many heatmaps there are to see at their full size: two systems have a difference."""
        return len(self.wanted) + (len(self.wanted) > 1)

    def _draw_views(self, views: HeatmapViews) -> None:
        systems = self.wanted
        certainty = self.certainty(*systems) if len(systems) > 1 else None
        found = pictures(self.shown, systems, self.matrices, self.said, certainty)
        turned = [found[(at + self.turned) % len(found)] for at in range(len(found))]
        before = self._front.labels if self._front else self.cell
        views.draw(turned, self.shown.measure, paint_of(self.app), own=self.shown.own_scale)
        for view in views.views:
            view.heatmap.stand(*before)
        if not self.focused or not self.focused.is_on_screen:
            self.take_focus()

    def _draw_thumbnails(self, thumbnails: Thumbnails) -> None:
        systems, said = self.wanted, self.said
        ordered = in_order(self.shown, systems, self.matrices)
        scale = next(iter(scales_of(replace(self.shown, own_scale=False), ordered).values()), NO_SCALE)
        found = tuple(Thumbnail(name, ordered.get(name), said[name]) for name in systems)
        thumbnails.show(found, scale, paint_of(self.app))
        for matrix in list(ordered.values())[:1]:
            legend = self.query_one("#scale", Legend)
            legend.show(Grid(matrix, scale, paint_of(self.app)), self.shown.measure.unit)

    @property
    def _front_view(self) -> HeatmapView | None:
        """The view that keys act on."""
        shown = [view for view in self.query_one(HeatmapViews).views if view.heatmap.display]
        return next((view for view in shown if view.heatmap.has_focus), next(iter(shown), None))

    @property
    def _front(self) -> Heatmap | None:
        """The heatmap that keys act on."""
        view = self._front_view
        return view.heatmap if view else None

    def take_focus(self) -> None:
        """Give the focus to the heatmap that keys act on, or to the small ones."""
        if self.shown.layout is HeatmapLayout.ALL:
            self.query_one(Thumbnails).focus()
        elif self._front:
            self._front.focus()

    def _tell(self) -> None:
        """Tell the cell under the cursor, or the system, in words."""
        lines = self._system_words() if self.shown.layout is HeatmapLayout.ALL else self._cell_words()
        for at, line in enumerate(self.query(".words").results(Static)):
            line.update(one_line(lines[at]) if at < len(lines) else "", layout=False)

    def _cell_words(self) -> list[str]:
        matrices, front = self.matrices, self._front
        if not matrices or not front:
            return []
        self.cell = row, column = front.labels
        known = {system: self.certainty(system) for system in matrices}
        sure = {system: each.at(row, column) for system, each in known.items() if each}
        lines = cell_lines(row, column, matrices, sure)
        pair = tuple(matrices)
        if len(pair) < 2:
            return lines
        certainty, waiting = self.certainty(*pair), self.judging(*pair)
        of_pair = certainty.at(row, column) if certainty else None
        return [*lines, difference_line(row, column, list(matrices.values()), of_pair, waiting=waiting)]

    def _system_words(self) -> list[str]:
        current = self.query_one(Thumbnails).current
        if current is None:
            return []
        mean = figure(Means.of(current.matrix).whole, current.matrix.digits) if current.matrix else ""
        unit = self.shown.measure.unit
        return [
            current.name,
            f"mean {unit} over other languages {mean}" if mean else current.said,
            f"{len(self.wanted)} models · Enter enlarges one",
        ]

    # --- events ---------------------------------------------------------------------------------------

    def on_resize(self, _event: events.Resize) -> None:
        """Show as many heatmaps as fit."""
        self.call_after_refresh(self.draw)

    def on_heatmap_moved(self, event: Heatmap.Moved) -> None:
        """Keep the cursors of all heatmaps on the same cell."""
        for view in self.query_one(HeatmapViews).views:
            view.heatmap.follow(event.heatmap)
        self._tell()

    def on_heatmap_opened(self) -> None:
        """List what is behind the cell."""
        self.action_queries()

    def on_thumbnails_moved(self) -> None:
        """Tell which it is."""
        self._tell()

    def on_thumbnails_chosen(self, event: Thumbnails.Chosen) -> None:
        """Enlarge it."""
        self.systems = list(dict.fromkeys([event.name, *self.systems]))
        self.see(replace(self.shown, layout=HeatmapLayout.ONE))
        self.enlarged = True

    # --- what is behind, and back -----------------------------------------------------------------------

    def action_turn(self, by: int) -> None:
        """Go to the next heatmap in sight, and behind the last one let those out of sight come."""
        seen = [view.heatmap for view in self.query_one(HeatmapViews).views if view.heatmap.display]
        if self.shown.layout is HeatmapLayout.ALL or not seen:
            return
        at = next((at for at, heatmap in enumerate(seen) if heatmap.has_focus), 0)
        if 0 <= at + by < len(seen) or len(seen) >= self._pictures:
            seen[(at + by) % len(seen)].focus()
        else:
            self.turned = (self.turned + by) % self._pictures
            self.draw()

    def action_queries(self) -> None:
        """List the queries behind the cell, worst first."""
        from hybrid_tui.tui.bias.queries import CellQueryBrowser

        front, systems = self._front, tuple(self.matrices)
        if self.shown.layout is HeatmapLayout.ALL:
            self.query_one(Thumbnails).action_open()
        elif front and systems:
            row, column = front.labels
            screen = CellQueryBrowser(
                self.link, self.data, systems, self.matrices[systems[0]], self.shown.measure, row, column
            )
            self.app.push_screen(screen, partial(self._ask_in_search, systems, column))

    def _ask_in_search(
        self, systems: tuple[str, ...], column: str, question: messages.Question | None
    ) -> None:
        if question:
            langs = (column,) if self.shown.measure.alone else ()
            known = tuple(system for system in systems if system in self.choices)
            self.dismiss(QuestionWithSystems(question, langs, known))

    def action_export(self) -> None:
        """Choose how and where to write the heatmap that keys act on, or the screen."""
        from hybrid_tui.tui.dialogs.export import Kind, export, picture, stem_of

        stem = stem_of(f"{self.data}-{self.shown.measure_name}")
        kinds = [picture(self, stem)]
        view = self._front_view
        if view and (matrix := view.picture.matrix) and self.shown.layout is not HeatmapLayout.ALL:
            seen, title = view.picture, view.picture.title
            path = str(Path.cwd() / stem_of(f"{stem}-{title}"))
            table = matrix_markdown(matrix, title, seen.marks, signed=seen.scale.diverging)
            cells = matrix_csv(matrix, self.certainty(*seen.systems))
            drawn = heatmap_svg(matrix, seen.scale, title, seen.marks)
            kinds = [
                Kind("Markdown", Path(f"{path}.md"), table),
                Kind("CSV: a line a cell", Path(f"{path}.csv"), cells),
                Kind("SVG: the heatmap", Path(f"{path}.svg"), drawn),
                *kinds,
            ]
        export(self, kinds, self._say)

    def _say(self, text: str, *, problem: bool = False) -> None:
        self.notify(text, severity="error" if problem else "information", markup=False)

    def action_leave(self) -> None:
        """Go back to the small heatmaps that one was enlarged of, or to the search."""
        if self.enlarged:
            self.see(replace(self.shown, layout=HeatmapLayout.ALL))
        else:
            self.dismiss(None)
