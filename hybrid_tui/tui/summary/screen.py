"""The summary screen: evaluated systems in every setting against a base; curves of sweeps and trainings."""

from __future__ import annotations

from textwrap import fill
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from hybrid_tui.comparison.setting_summary import bases, sweeps
from hybrid_tui.comparison.verdicts import MARGIN, rule
from hybrid_tui.tui.dialogs.base import PlaceScreen
from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne
from hybrid_tui.tui.engine_link import NO_ENGINE, EngineLink
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.open_requests import OpenRequests
from hybrid_tui.tui.render import summary_table
from hybrid_tui.tui.render.curves import MOST_CURVES, Series
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.summary.figures import FigureQueue
from hybrid_tui.tui.widgets.curves import Curves
from hybrid_tui.tui.widgets.key_line import KeyLine

FIGURES, SWEEP, TRAINING = "figures", "sweep", "training"
VIEWS = (FIGURES, SWEEP, TRAINING)
HELP_WIDTH = 70
SCROLLBAR = 3
"""Cells of a line that padding and scrollbar take."""


class SummaryScreen(PlaceScreen[None]):
    """Shows values at once, and intervals and verdicts as they are computed, one system after the other.

    first: the system to hold the others against, where it was evaluated.
    """

    PLACE = "summary"
    BINDING_GROUP_TITLE = "Summary"
    HELP = f"""\
▲ better   ▼ behind   = not worse   ? undecided
{fill(rule(MARGIN), HELP_WIDTH)}
† trained on some of these questions: its figures tell less of new ones
rank distance  ranks between the best and the worst answer; less is better
It has no margin. Groups of questions are drawn whole, as the line below
the figures tells; p is adjusted over the settings."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", id="summary.back"),
        Binding("f2,v", "view", "View", tooltip="Figures, sweep, training", id="summary.view"),
        Binding("f4,b", "base", "Base", tooltip="Choose what is held against", id="summary.base"),
        Binding("space,m", "mark", "Mark", tooltip="Mark for the curves of training", id="summary.mark"),
    ]

    def __init__(self, link: EngineLink, data: str, first: str) -> None:
        super().__init__()
        self._data = data
        self._requests = OpenRequests[tuple[str, str]](
            link, self, lost=self._draw_rest, revived=self._ask_again
        )
        self._sums = FigureQueue(self._requests, data, first, self._changed)
        self._marked: set[str] = set()
        self._view = FIGURES

    def compose(self) -> ComposeResult:
        """Lay out title, systems, what is told of them, and keys."""
        yield Static(id="what", markup=False)
        yield Static(id="head", markup=False)
        yield OptionList(id="systems", markup=False)
        yield Curves()
        yield Static(id="told", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask what there is."""
        self.query_one(OptionList).focus()
        self._sums.begin()
        self._draw()

    def on_unmount(self) -> None:
        """Stop what is under way."""
        self._requests.close()

    def _ask_again(self) -> None:
        self._sums.ask_again(self._here)

    def _changed(self, name: str) -> None:
        if name in self._names:
            self._draw_row(name)
        elif not name:
            self._list()
        self._draw_rest()
        self._sums.ask_next(self._here)

    def _list(self) -> None:
        options = self.query_one(OptionList)
        options.set_options(Option("", id=name) for name in self._names)
        options.highlighted = 0 if self._names else None
        self._draw()

    # --- drawing --------------------------------------------------------------------------------------

    @property
    def _names(self) -> list[str]:
        return [system.name for system in self._sums.systems]

    @property
    def _here(self) -> str:
        """The system under the cursor."""
        at, names = self.query_one(OptionList).highlighted, self._names
        return names[at] if at is not None and at < len(names) else ""

    @property
    def _models(self) -> list[str]:
        """The models whose training is shown: those marked, or the one under the cursor."""
        shown = self._marked or {self._here}
        logged = [each.name for each in self._sums.systems if each.logged and each.name in shown]
        return list(dict.fromkeys(name.partition("+")[0] for name in logged))[:MOST_CURVES]

    def on_resize(self) -> None:
        """Lay out the table for the room there is."""
        self.call_after_refresh(self._draw)

    def on_option_list_option_highlighted(self) -> None:
        """Tell of another system."""
        self._draw_rest()

    def _draw(self) -> None:
        for system in self._sums.systems:
            self._draw_row(system.name)
        header = summary_table.header(self._width, summary_table.longest(self._sums.systems))
        self.query_one("#head", Static).update(header if self._sums.systems else "")
        self._draw_rest()

    @property
    def _width(self) -> int:
        return max(self.size.width - SCROLLBAR, 40)

    def _draw_row(self, name: str) -> None:
        system = next(each for each in self._sums.systems if each.name == name)
        figures = {} if name in self._sums.failed else self._sums.found.get(name)
        drawn = summary_table.row(
            system,
            figures,
            self._width,
            summary_table.longest(self._sums.systems),
            marked=name in self._marked,
        )
        self.query_one(OptionList).replace_option_prompt(name, drawn)

    def _draw_rest(self) -> None:
        known, every = self._sums.known, len(self._sums.systems)
        count = f" · {known:,} of {every:,} computed" if known < every else ""
        base = f" · base {self._sums.base}" if self._sums.base else ""
        self.query_one("#what", Static).update(
            one_line(
                f"{self._data}{count}{base} · mAP and rank distance, 95 % intervals, Holm p over settings"
            )
        )
        self.set_class(self._view != FIGURES, "charted")
        series, axis, notice = self._series() if self._view != FIGURES else ([], "", "")
        self.query_one(Curves).show(series, axis)
        self.query_one(Curves).display = bool(series)
        lines = [notice] if self._view != FIGURES else self._figures()
        self.query_one("#told", Static).update(Content("\n".join(filter(None, lines))))

    def _figures(self) -> list[str]:
        here = self._here
        system = next((each for each in self._sums.systems if each.name == here), None)
        if not self._requests.alive and here not in self._sums.found:
            return [NO_ENGINE]
        if not system or here in self._sums.failed:
            return [one_line(self._sums.failed.get(here, self._sums.said))]
        found = self._sums.found.get(here)
        bases_here = (each for each in self._sums.systems if each.name == self._sums.base != here)
        base = next(bases_here, None)
        return (
            summary_table.words(system, base, found)
            if found is not None
            else [f"{one_line(here)}: computing"]
        )

    def _series(self) -> tuple[list[Series], str, str]:
        """Return the curves of the view, the name of their axis, and what is said of them."""
        if self._view == TRAINING:
            return self._training()
        found = sweeps(self._sums.systems)
        mine = next((system.sweep for system in self._sums.systems if system.name == self._here), "")
        sweep = mine if mine in found else next(iter(found), "")
        if not sweep:
            words = "no sweep: it takes three shares of monolingual batches; hybrid-tui sweep trains them"
            return [], "", words
        curves = [
            Series(setting, found[sweep][setting])
            for setting in summary_table.SETTINGS[:3]
            if setting in found[sweep]
        ]
        told = f"sweep: {sweep} (digits: of its data and settings)"
        return curves, "share of monolingual batches", one_line(told)

    def _training(self) -> tuple[list[Series], str, str]:
        known = {model: curve for model in self._models if (curve := self._sums.curve(model))}
        curves = [Series(model, curve.losses) for model, curve in known.items() if curve.losses]
        curves += [
            Series(f"{model}, held out", curve.held_out)
            for model, curve in known.items()
            if len(known) == 1 and curve.held_out
        ]
        words = fill_keys(self, "loss in training; {summary.mark} marks systems to compare")
        if not curves:
            words = "no log of its training" if len(known) == len(self._models) else "reading the log"
        return curves, "step", words

    # --- choosing -------------------------------------------------------------------------------------

    def action_view(self) -> None:
        """Show figures, the sweep, or the training."""
        self._view = VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)]
        self._draw_rest()

    def on_option_list_option_selected(self) -> None:
        """Mark what was clicked, or chosen with Enter."""
        self.action_mark()

    def action_mark(self) -> None:
        """Mark the system under the cursor, or unmark it."""
        if here := self._here:
            self._marked ^= {here}
            self._draw_row(here)
            self._draw_rest()

    def action_base(self) -> None:
        """Choose what the systems are held against."""
        able = set(bases(self._sums.systems))
        choices = [
            Choice(system.name, system.name, system.sampler)
            for system in self._sums.systems
            if system.name in able
        ]
        self.app.push_screen(PickOne("Hold against", choices, self._sums.base), self._set_base)

    def _set_base(self, name: str | None) -> None:
        if name and name != self._sums.base:
            self._sums.hold_against(name)
            self._draw()
            self._sums.ask_next(self._here)
