"""The heatmap screen: matrices by pair of languages of one system, of two and their difference, or of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult, SystemCommand
from textual.binding import BindingType
from textual.widgets import Static

from hybrid_tui.comparison.drawn_units import drawn_words
from hybrid_tui.comparison.language_order import ORDERS
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.matrix_measures import MEASURES
from hybrid_tui.comparison.means import Means
from hybrid_tui.comparison.number_format import figure
from hybrid_tui.engine import messages
from hybrid_tui.tui.bias.cell_words import cell_lines, difference_line
from hybrid_tui.tui.bias.heatmap_choice import HeatmapChoice, HeatmapLayout, HeatmapPlace
from hybrid_tui.tui.bias.heatmap_views import HeatmapViews
from hybrid_tui.tui.bias.keys import COMMANDS, HELP
from hybrid_tui.tui.bias.measurements import Key, Measurements
from hybrid_tui.tui.bias.palette import commands
from hybrid_tui.tui.bias.pictures import NO_SCALE, in_order, pictures, scales_of
from hybrid_tui.tui.dialogs.base import PlaceScreen
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.job_watch import Jobs
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.open_requests import OpenRequests
from hybrid_tui.tui.render.grid import Grid
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.job_lines import active
from hybrid_tui.tui.render.paint import paint_of
from hybrid_tui.tui.widgets.job_line import JobLine
from hybrid_tui.tui.widgets.key_line import KeyLine
from hybrid_tui.tui.widgets.legend import Legend
from hybrid_tui.tui.widgets.thumbnails import Thumbnail, Thumbnails


class QuestionWithSystems(NamedTuple):
    """A question to be asked in the search, over passages of `langs` (all where empty), of these systems."""

    question: messages.Question
    langs: tuple[str, ...]
    systems: tuple[str, ...]


class BiasScreen(PlaceScreen[QuestionWithSystems | None]):
    """Lets one choose what is measured and go from cell to cell, and from a cell to its questions.

    link: the engine. data: the collection. systems: the first one or two are looked at. choices: all that
    can be chosen. restart: starts the engine. place: what to begin with.
    Ends with a question to be asked in the search, or None.
    """

    PLACE = "bias"
    AUTO_FOCUS = "Heatmap"
    BINDING_GROUP_TITLE = "Heatmaps"
    HELP = HELP
    BINDINGS: ClassVar[list[BindingType]] = [command.binding for command in COMMANDS]

    def __init__(
        self,
        link: EngineLink,
        data: str,
        systems: list[str],
        choices: list[str],
        restart: Callable[[], Any],
        place: HeatmapPlace,
    ) -> None:
        super().__init__()
        self._link = link
        self._data = data
        self._systems = systems
        self._choices = choices
        self._restart = restart
        self._choice, self._cell = place
        if len(systems) < 2 and self._choice.layout is HeatmapLayout.TWO:
            self._choice = replace(self._choice, layout=HeatmapLayout.ONE)
        self._enlarged = False
        """Whether one heatmap is seen that was chosen among all in small."""
        self._evaluating: set[str] = set()
        """The evaluations that run, whoever began them."""
        self._requests = OpenRequests[Key](
            link, self, progressed=self._draw_progress, lost=self._draw, revived=self._ask_again
        )
        fill = partial(fill_keys, self)
        self._measured = Measurements(self._requests, data, self._look, fill)

    def compose(self) -> ComposeResult:
        """Lay out what is shown, the heatmaps, the cell in words, and the keys."""
        yield Static(id="what", markup=False)
        yield HeatmapViews()
        yield Thumbnails()
        yield Legend(id="scale")
        for _ in range(3):
            yield Static(classes="words", markup=False)
        yield Static(id="notes", markup=False)
        yield JobLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask for what is to be shown."""
        self._look()
        self.watch(self.app, "jobs", self._take_jobs, init=False)

    def _take_jobs(self, jobs: Jobs) -> None:
        """Look again when somebody begins to evaluate: it may be what is wanted here."""
        begun = {job.name for job in active(jobs) if job.kind == "evaluation"}
        if begun - self._evaluating:
            self._measured.look_again()
            self._look()
        self._evaluating = begun

    def on_unmount(self) -> None:
        """Stop what is under way."""
        self._requests.close()

    # --- what is shown --------------------------------------------------------------------------------

    @property
    def place(self) -> HeatmapPlace:
        """What to come back to."""
        return HeatmapPlace(self._choice, self._cell)

    @property
    def matrices(self) -> dict[str, Matrix]:
        """The known matrices of what is shown, by system."""
        return self._measured.matrices(self._wanted, self._choice.measure_name)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._requests.keys)

    @property
    def _small(self) -> bool:
        return self._choice.layout is HeatmapLayout.ALL

    @property
    def _wanted(self) -> list[str]:
        """The systems of the layout, in order."""
        if self._small:
            return list(dict.fromkeys([*self._systems, *self._measured.evaluated]))
        return self._systems[: 1 if self._choice.layout is HeatmapLayout.ONE else 2]

    def _look(self) -> None:
        """Ask for what is to be shown and not known yet, and draw what is."""
        measure = self._choice.measure_name
        one, two = tuple(self._systems[:1]), tuple(self._systems[:2])
        # What is out of sight can wait: the difference comes first.
        judged = {HeatmapLayout.ONE: [one], HeatmapLayout.TWO: [two, one, two[1:]], HeatmapLayout.ALL: []}
        if self._small:
            self._measured.ask_evaluated()
        self._measured.ask_matrices(self._wanted, measure)
        self._measured.ask_certainty(filter(None, judged[self._choice.layout]), measure)
        self._draw()

    def _ask_again(self) -> None:
        self._measured.forget_failures()
        self._look()

    # --- drawing --------------------------------------------------------------------------------------

    @property
    def _views(self) -> HeatmapViews:
        return self.query_one(HeatmapViews)

    def _draw(self) -> None:
        """Draw the heatmaps of the layout, and tell the cell under the cursor."""
        thumbnails = self.query_one(Thumbnails)
        self._views.display, thumbnails.display = not self._small, self._small
        self.query_one("#scale").display = self._small
        if self._small:
            self._draw_thumbnails(thumbnails)
        else:
            self._draw_views()
        self.query_one("#what", Static).update(one_line(self._title()), layout=False)
        self._tell()

    def _draw_progress(self) -> None:
        if self._measured.measuring(self._wanted, self._choice.measure_name):
            self._draw()

    def _title(self) -> str:
        known = next(iter(self.matrices.values()), None)
        parts = [self._data, known.title if known else self._choice.measure.title]
        if known:
            parts.append(f"{known.row_axis} ↓ {known.column_axis} →")
        if drawn := self._drawn():
            parts.append(drawn)
        if self._choice.order != next(iter(ORDERS)):
            parts.append(f"by {self._choice.order}")
        if not self._small and (more := self._views.hidden):
            parts.insert(2, f"Tab: {more} more")
        return " · ".join(parts)

    def _drawn(self) -> str:
        """Return what intervals and tests of what is shown were drawn from; empty where there are none."""
        systems, measure = tuple(self._wanted), self._choice.measure_name
        certainty = None if self._small else self._measured.certainty(systems, measure)
        return drawn_words([certainty.drawn]) if certainty else ""

    def _draw_views(self) -> None:
        systems, measure = self._wanted, self._choice.measure_name
        certainty = self._measured.certainty(tuple(systems), measure) if len(systems) > 1 else None
        reasons = self._measured.reasons(systems, measure)
        labels = {system: self._measured.label(system) for system in systems}
        found = pictures(self._choice, systems, self.matrices, reasons, labels, certainty)
        paint, own = paint_of(self.app), self._choice.own_scale
        self._views.show(found, self._choice.measure, paint, self._cell, own=own)
        if not self.focused or not self.focused.is_on_screen:
            self._take_focus()

    def _draw_thumbnails(self, thumbnails: Thumbnails) -> None:
        systems = self._wanted
        reasons = self._measured.reasons(systems, self._choice.measure_name)
        ordered = in_order(self._choice, systems, self.matrices)
        scale = next(iter(scales_of(replace(self._choice, own_scale=False), ordered).values()), NO_SCALE)
        label = self._measured.label
        found = tuple(Thumbnail(name, label(name), ordered.get(name), reasons[name]) for name in systems)
        thumbnails.show(found, scale, paint_of(self.app))
        for matrix in list(ordered.values())[:1]:
            legend = self.query_one("#scale", Legend)
            legend.show(Grid(matrix, scale, paint_of(self.app)), self._choice.measure.unit)

    def _take_focus(self) -> None:
        """Give the focus to the heatmap that keys act on, or to the small ones."""
        if self._small:
            self.query_one(Thumbnails).focus()
        elif front := self._views.front:
            front.heatmap.focus()

    def _tell(self) -> None:
        """Tell the cell under the cursor, or the system, in words."""
        notes = self.query_one("#notes", Static)
        notes.update("\n".join(map(one_line, self._measured.notes(self._told))))
        notes.display = bool(notes.content)
        lines = self._system_words() if self._small else self._cell_words()
        for at, line in enumerate(self.query(".words").results(Static)):
            line.update(one_line(lines[at]) if at < len(lines) else "", layout=False)

    @property
    def _told(self) -> list[str]:
        """The systems that there are words of."""
        current = self.query_one(Thumbnails).current
        return self._wanted if not self._small else [current.name] if current else []

    def _cell_words(self) -> list[str]:
        matrices, front = self.matrices, self._views.front
        if not matrices or not front:
            return []
        self._cell = row, column = front.heatmap.labels
        measure = self._choice.measure_name
        known = {system: self._measured.certainty((system,), measure) for system in matrices}
        sure = {system: each.at(row, column) for system, each in known.items() if each}
        lines = cell_lines(row, column, matrices, sure)
        pair = tuple(matrices)
        if len(pair) < 2:
            return lines
        certainty, waiting = self._measured.certainty(pair, measure), self._measured.judging(pair, measure)
        of_pair = certainty.at(row, column) if certainty else None
        return [*lines, difference_line(row, column, list(matrices.values()), of_pair, waiting=waiting)]

    def _system_words(self) -> list[str]:
        current = self.query_one(Thumbnails).current
        if current is None:
            return []
        mean = figure(Means.of(current.matrix).whole, current.matrix.digits) if current.matrix else ""
        unit = self._choice.measure.unit
        return [
            current.label,
            f"mean {unit} over other languages {mean}" if mean else current.said,
            f"{len(self._wanted)} models · Enter enlarges one",
        ]

    # --- events ---------------------------------------------------------------------------------------

    def on_resize(self, _event: events.Resize) -> None:
        """Show as many heatmaps as fit."""
        self.call_after_refresh(self._draw)

    def on_heatmap_moved(self) -> None:
        """Tell another cell."""
        self._tell()

    def on_heatmap_opened(self) -> None:
        """List what is behind the cell."""
        self.action_queries()

    def on_thumbnails_moved(self) -> None:
        """Tell which it is."""
        self._tell()

    def on_thumbnails_chosen(self, event: Thumbnails.Chosen) -> None:
        """Enlarge it."""
        self._systems = list(dict.fromkeys([event.name, *self._systems]))
        self._see(replace(self._choice, layout=HeatmapLayout.ONE))
        self._enlarged = True

    # --- choosing what is shown -------------------------------------------------------------------------

    def _see(self, choice: HeatmapChoice) -> None:
        """Show something else."""
        if choice.layout is not self._choice.layout:
            self._enlarged = False
            self._views.turn_back()
        self._choice = choice
        self._look()
        self._take_focus()

    def change(self, **what: Any) -> None:
        """Change fields of what is chosen."""
        self._see(replace(self._choice, **what))

    def action_measure(self) -> None:
        """Choose what is measured."""
        from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne

        choices = [Choice(each.name, each.title, each.unit) for each in MEASURES.values()]
        screen = PickOne("Measure", choices, self._choice.measure_name, wide=True)
        self.app.push_screen(screen, self._set_measure)

    def _set_measure(self, name: str | None) -> None:
        if name:
            self.change(measure_name=name)

    def action_next_measure(self, by: int) -> None:
        """Measure the next thing (1), or the one before (-1)."""
        self._see(self._choice.with_next_measure(by))

    def action_layout(self) -> None:
        """Go from one model to two, to all."""
        self._see(self._choice.with_next_layout(two=len(self._systems) > 1))

    def action_order(self) -> None:
        """Order the languages otherwise."""
        self._see(self._choice.with_next_order())

    def action_scale(self) -> None:
        """Put all heatmaps on one scale, or each on its own."""
        self._see(replace(self._choice, own_scale=not self._choice.own_scale))

    def action_colours(self) -> None:
        """Take the next colour map."""
        self._see(self._choice.with_next_colours())

    def action_choose(self, at: int) -> None:
        """Choose the first system (0) or the second (1)."""
        from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne

        current = self._systems[at] if at < len(self._systems) else ""
        choices = [Choice(name, name) for name in dict.fromkeys([*self._choices, *self._systems])]
        title = "First model" if at == 0 else "Second model, to be compared to the first"
        self.app.push_screen(PickOne(title, choices, current), partial(self._chosen, at))

    def _chosen(self, at: int, system: str | None) -> None:
        if system:
            # The other place keeps its system; where that is the one chosen, the two change places.
            beside = [*self._systems[1 - at : 2 - at], *self._systems]
            pair = [each for each in beside if each != system][:1]
            pair.insert(at, system)
            self._systems = list(dict.fromkeys([*pair, *self._systems]))
            layout = HeatmapLayout.TWO if at else self._choice.layout
            self._see(
                replace(self._choice, layout=HeatmapLayout.ONE if layout is HeatmapLayout.ALL else layout)
            )

    def action_again(self) -> None:
        """Evaluate what is not, ask again for what has failed; start the engine where it has stopped."""
        wanted, measure = self._wanted, self._choice.measure_name
        if not self._requests.alive:
            self._restart()
        elif not self._measured.evaluate(wanted, measure):
            if self._measured.measuring(wanted, measure):
                self._say("not yet: measuring what there is")
            elif len(self.matrices) == len(wanted):
                self._say("everything here is evaluated already")
        self._ask_again()

    def palette(self) -> Iterator[SystemCommand]:
        """Yield what can be done here, for the command palette."""
        return commands(self, self.change)

    # --- what is behind, and back -----------------------------------------------------------------------

    def action_turn(self, by: int) -> None:
        """Go to the next heatmap in sight, and behind the last one let those out of sight come."""
        if not self._small and self._views.turn(by):
            self._draw()

    def action_queries(self) -> None:
        """List the queries behind the cell, worst first."""
        from hybrid_tui.tui.bias.cell_queries import CellQueryBrowser

        front, systems = self._views.front, tuple(self.matrices)
        if self._small:
            self.query_one(Thumbnails).action_open()
        elif front and systems:
            row, column = front.heatmap.labels
            screen = CellQueryBrowser(
                self._link, self._data, systems, self.matrices[systems[0]], self._choice.measure, row, column
            )
            self.app.push_screen(screen, partial(self._ask_in_search, systems, column))
        else:
            self._say("no heatmap yet whose queries could be listed", problem=True)

    def _ask_in_search(
        self, systems: tuple[str, ...], column: str, question: messages.Question | None
    ) -> None:
        if question:
            langs = (column,) if self._choice.measure.alone else ()
            known = tuple(system for system in systems if system in self._choices)
            self.dismiss(QuestionWithSystems(question, langs, known))

    def action_export(self) -> None:
        """Choose how and where to write the heatmap that keys act on, or the screen."""
        from hybrid_tui.tui.bias.exports import heatmap_files
        from hybrid_tui.tui.dialogs.export import export, picture, stem_of

        measure = self._choice.measure_name
        stem = stem_of(f"{self._data}-{measure}")
        kinds = [picture(self, stem)]
        if not self._small and (view := self._views.front):
            certainty = self._measured.certainty(view.picture.systems, measure)
            kinds = [*heatmap_files(view.picture, certainty, stem), *kinds]
        export(self, kinds, self._say)

    def _say(self, text: str, *, problem: bool = False) -> None:
        self.notify(text, severity="error" if problem else "information", markup=False)

    def action_leave(self) -> None:
        """Go back to the small heatmaps that one was enlarged of, or to the search."""
        if self._enlarged:
            self._see(replace(self._choice, layout=HeatmapLayout.ALL))
        else:
            self.dismiss(None)
