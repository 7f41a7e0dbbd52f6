"""Every evaluated system in every setting, against a base; sweeps and trainings as curves."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from hybrid_tui.comparison.summary import Figure, System, sweeps
from hybrid_tui.engine import protocol
from hybrid_tui.tui.keyed import told
from hybrid_tui.tui.link import Link
from hybrid_tui.tui.render import summary
from hybrid_tui.tui.render.curves import MOST_CURVES, Series
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.screens.pick import Choice, PickOne
from hybrid_tui.tui.widgets.curves import Curves

FIGURES, SWEEP, TRAINING = "figures", "sweep", "training"
VIEWS = (FIGURES, SWEEP, TRAINING)
SCROLLBAR = 3
"""Cells of a line that padding and scrollbar take."""


class SummaryScreen(Screen[None]):
    """Asks the engine for one evaluation after the other, so that rows fill in as they are known.

    first: the system to hold the others against, where it was evaluated.
    """

    BINDING_GROUP_TITLE = "Summary"
    HELP = """\
▲ better than the base   = not worse   ▼ worse   ? undecided
Differences are tested over questions; p is adjusted over the settings."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f11", "dismiss", "Back", id="summary.back"),
        Binding("f2,v", "view", "View", tooltip="Figures, sweep, training", id="summary.view"),
        Binding("f4,b", "base", "Base", tooltip="Choose what is held against", id="summary.base"),
        Binding("space,m", "mark", "Mark", tooltip="Mark for the curves of training", id="summary.mark"),
    ]

    def __init__(self, link: Link, data: str, first: str) -> None:
        super().__init__()
        self._link = link
        self._data = data
        self._base = first
        self._systems: tuple[System, ...] = ()
        self._found: dict[str, dict[str, Figure]] = {}
        self._failed: dict[str, str] = {}
        self._curves: dict[str, protocol.Curve] = {}
        self._asked: dict[str, int] = {}
        self._marked: set[str] = set()
        self._view = FIGURES
        self._said = "listing the evaluations"

    def compose(self) -> ComposeResult:
        """Lay out title, systems, what is told of them, and keys."""
        yield Static(id="what", markup=False)
        yield Static(id="head", markup=False)
        yield OptionList(id="systems", markup=False)
        yield Curves()
        yield Static(id="told", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Ask what there is."""
        self.query_one(OptionList).focus()
        self._asked[""] = self._link.ask(protocol.ListEvaluations(data=self._data), self._take_list)
        self._draw()

    def on_unmount(self) -> None:
        """Stop what is under way."""
        for request in self._asked.values():
            self._link.cancel(request)

    # --- asking ---------------------------------------------------------------------------------------

    def _take_list(self, reply: protocol.Reply) -> None:
        self._asked.pop("", None)
        if isinstance(reply, protocol.Failure):
            self._said = f"✗ {reply.message} {reply.hint}"
        elif isinstance(reply, protocol.Evaluations):
            self._systems = reply.systems
            names = [system.name for system in reply.systems]
            self._base = self._base if self._base in names else next(iter(names), "")
            self._said = (
                "" if names else f"nothing was evaluated yet: hybrid-tui evaluate --data {self._data}"
            )
            options = self.query_one(OptionList)
            options.add_options(Option("", id=name) for name in names)
            options.highlighted = 0 if names else None
            self._ask_next()
        self._draw()

    def _ask_next(self) -> None:
        """Ask for the first system that is not known, the one under the cursor before the others."""
        order = sorted(self._systems, key=lambda system: system.name != self._here)
        known = self._found.keys() | self._failed.keys()
        wanted = next((system.name for system in order if system.name not in known), "")
        if wanted and wanted not in self._asked:
            request = protocol.Summarise(data=self._data, system=wanted, base=self._base)
            self._asked[wanted] = self._link.ask(request, partial(self._take, wanted))

    def _take(self, name: str, reply: protocol.Reply) -> None:
        if isinstance(reply, protocol.Progress):
            return
        self._asked.pop(name, None)
        if isinstance(reply, protocol.Summary):
            self._found[name] = reply.figures
        elif isinstance(reply, protocol.Failure):
            self._failed[name] = f"✗ {reply.message} {reply.hint}"
        if self.is_attached:
            self._draw_row(name)
            self._draw_rest()
            self._ask_next()

    def _ask_curves(self) -> None:
        for model in self._models:
            if model not in self._curves and model not in self._asked and model not in self._failed:
                take = partial(self._take_curve, model)
                self._asked[model] = self._link.ask(protocol.GetCurve(model=model), take)

    def _take_curve(self, model: str, reply: protocol.Reply) -> None:
        self._asked.pop(model, None)
        if isinstance(reply, protocol.Curve):
            self._curves[model] = reply
        if self.is_attached:
            self._draw_rest()

    # --- drawing --------------------------------------------------------------------------------------

    @property
    def _here(self) -> str:
        """The system under the cursor."""
        at = self.query_one(OptionList).highlighted
        return self._systems[at].name if at is not None and at < len(self._systems) else ""

    @property
    def _models(self) -> list[str]:
        """The models whose training is shown: those marked, or the one under the cursor."""
        shown = self._marked or {self._here}
        named = [
            system.name.partition("+")[0]
            for system in self._systems
            if system.name in shown and system.logged
        ]
        return list(dict.fromkeys(named))

    def on_resize(self) -> None:
        """Lay out the table for the room there is."""
        self.call_after_refresh(self._draw)

    def on_option_list_option_highlighted(self) -> None:
        """Tell of another system."""
        self._draw_rest()

    def _draw(self) -> None:
        for system in self._systems:
            self._draw_row(system.name)
        names = summary.longest(self._systems)
        self.query_one("#head", Static).update(summary.header(self._width, names) if self._systems else "")
        self._draw_rest()

    @property
    def _width(self) -> int:
        return max(self.size.width - SCROLLBAR, 40)

    def _draw_row(self, name: str) -> None:
        system = next(each for each in self._systems if each.name == name)
        figures = {} if name in self._failed else self._found.get(name)
        drawn = summary.row(
            system, figures, self._width, summary.longest(self._systems), marked=name in self._marked
        )
        self.query_one(OptionList).replace_option_prompt(name, drawn)

    def _draw_rest(self) -> None:
        known = len(self._found) + len(self._failed)
        count = f" · {known:,} of {len(self._systems):,}" if known < len(self._systems) else ""
        base = f" · base {self._base}" if self._base else ""
        self.query_one("#what", Static).update(
            one_line(f"{self._data} · mean average precision, 95 % intervals{base}{count}")
        )
        self.set_class(self._view != FIGURES, "charted")
        series, axis, notice = self._series() if self._view != FIGURES else ([], "", "")
        self.query_one(Curves).show(series, axis)
        self.query_one(Curves).display = bool(series)
        lines = [notice] if self._view != FIGURES else self._figures()
        self.query_one("#told", Static).update(Content("\n".join(filter(None, lines))))

    def _figures(self) -> list[str]:
        here = self._here
        if not here or here in self._failed:
            return [one_line(self._failed.get(here, self._said))]
        found = self._found.get(here)
        base = self._base if here != self._base else ""
        return summary.words(here, base, found) if found is not None else [f"{one_line(here)}: computing"]

    def _series(self) -> tuple[list[Series], str, str]:
        """Return the curves of the view, the name of their axis, and what is said of them."""
        if self._view == TRAINING:
            return self._training()
        found = sweeps(self._systems)
        mine = next((system.sweep for system in self._systems if system.name == self._here), "")
        sweep = mine if mine in found else next(iter(found), "")
        if not sweep:
            words = "no sweep: it takes three shares of monolingual batches; hybrid-tui sweep trains them"
            return [], "", words
        curves = [
            Series(setting, found[sweep][setting])
            for setting in summary.SETTINGS[:3]
            if setting in found[sweep]
        ]
        return curves, "share of monolingual batches", one_line(f"sweep: {sweep}")

    def _training(self) -> tuple[list[Series], str, str]:
        self._ask_curves()
        models = self._models[:MOST_CURVES]
        known = {model: self._curves[model] for model in models if model in self._curves}
        curves = [Series(model, curve.losses) for model, curve in known.items()]
        curves += [
            Series(f"{model}, held out", curve.held_out)
            for model, curve in known.items()
            if len(known) == 1 and curve.held_out
        ]
        words = told(self, "loss in training; {summary.mark} marks systems to compare")
        if not curves:
            words = "no log of its training" if not self._models else "reading the log"
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
        choices = [Choice(system.name, system.name, system.sampler) for system in self._systems]
        self.app.push_screen(PickOne("Hold against", choices, self._base), self._set_base)

    def _set_base(self, name: str | None) -> None:
        if name and name != self._base:
            self._base = name
            for system in self._systems:
                self._link.cancel(self._asked.pop(system.name, 0))
            self._found.clear()
            self._failed.clear()
            self._draw()
            self._ask_next()
