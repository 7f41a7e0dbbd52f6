"""The summary screen: evaluated systems in every setting against a base; curves of sweeps and trainings."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from hybrid_tui.comparison.setting_summary import bases, sweeps
from hybrid_tui.comparison.verdicts import MARGIN, rule
from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.base import PlaceScreen
from hybrid_tui.tui.dialogs.confirm import Confirm
from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne
from hybrid_tui.tui.engine_link import NO_ENGINE, EngineLink
from hybrid_tui.tui.job_watch import Jobs
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.open_requests import OpenRequests
from hybrid_tui.tui.render import summary_table
from hybrid_tui.tui.render.curves import MOST_CURVES, Series
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.job_lines import cost, running_line
from hybrid_tui.tui.summary.evaluation_offer import EvaluationOffer
from hybrid_tui.tui.summary.figure_queue import FigureQueue
from hybrid_tui.tui.widgets.curves import Curves
from hybrid_tui.tui.widgets.job_line import JobLine
from hybrid_tui.tui.widgets.key_line import KeyLine

FIGURES, SWEEP, TRAINING = "figures", "sweep", "training"
VIEWS = (FIGURES, SWEEP, TRAINING)
HELP_WIDTH = 70
SCROLLBAR = 3
"""Cells of a line that padding and scrollbar take."""


class SummaryScreen(PlaceScreen[None]):
    """Shows values at once, and intervals and verdicts as they are computed, one system after the other.

    systems: of the panes, which can be evaluated; the first model is the base to compare the others with,
    where it was evaluated.
    """

    PLACE = "summary"
    BINDING_GROUP_TITLE = "Summary"
    HELP = f"""\
▲ better   ▼ behind   = not worse   ? undecided
{fill(rule(MARGIN), HELP_WIDTH)}
† trained on some of these questions: its scores say less about new ones
rank distance  ranks between the best and the worst answer; less is better
It has no margin. Groups of questions are drawn whole, as the line below
the figures tells; p is adjusted over the settings."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", id="summary.back"),
        Binding("f2,v", "view", "View", tooltip="Figures, sweep, training", id="summary.view"),
        Binding("f4,b", "base", "Base", tooltip="Choose the base to compare with", id="summary.base"),
        Binding("f5,e", "evaluate", "Evaluate", tooltip="Evaluate the panes' systems", id="summary.evaluate"),
        Binding("space,m", "mark", "Mark", tooltip="Mark for the training curves", id="summary.mark"),
    ]

    def __init__(self, link: EngineLink, data: str, systems: Sequence[str]) -> None:
        super().__init__()
        self._data = data
        self._requests = OpenRequests[tuple[str, str]](
            link, self, lost=self._draw_rest, revived=self._ask_again
        )
        self._queue = FigureQueue(self._requests, data, systems[0], self._changed)
        self._offer = EvaluationOffer(self._requests, data, systems, self._offered)
        self._evaluations: Jobs | None = None
        self._marked: set[str] = set()
        self._view = FIGURES

    def compose(self) -> ComposeResult:
        """Lay out title, systems, what is told of them, and keys."""
        yield Static(id="what", markup=False)
        yield Static(id="head", markup=False)
        yield OptionList(id="systems", markup=False)
        yield Curves()
        yield Static(id="told", markup=False)
        yield JobLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask what there is."""
        self.query_one(OptionList).focus()
        self.watch(self.app, "jobs", self._take_jobs)
        self._draw()

    def on_unmount(self) -> None:
        """Stop what is under way."""
        self._requests.close()

    def _ask_again(self) -> None:
        self._queue.ask_again(self._here)
        self._offer.ask()

    def _changed(self, name: str) -> None:
        if name in self._names:
            self._draw_row(name)
        elif not name:
            self._list()
        self._draw_rest()
        self._queue.ask_next(self._here)

    def _list(self) -> None:
        options = self.query_one(OptionList)
        at, names = options.highlighted, self._names
        here = str(options.get_option_at_index(at).id) if at is not None else ""
        options.set_options(Option("", id=name) for name in names)
        options.highlighted = names.index(here) if here in names else 0 if names else None
        self._draw()

    # --- evaluating -----------------------------------------------------------------------------------

    def _take_jobs(self, jobs: Jobs) -> None:
        """List anew what was evaluated when an evaluation comes to another step, or to its end."""
        before, now = self._evaluations, tuple(job for job in jobs if job.kind == "evaluation")
        self._evaluations = now
        if before is None or list(map(_stage, before)) != list(map(_stage, now)):
            self._queue.begin()
            self._offer.ask()
        self._draw_rest()

    def _offered(self) -> None:
        self.refresh_bindings()
        self._draw_rest()
        if self._offer.wished:
            self._offer.wished = False
            self._grant()

    def _grant(self) -> None:
        """Do what a key has asked for before it was known what that takes."""
        if self._offer.problem:
            self.notify(self._offer.problem, severity="error", markup=False)
        elif not self._offer.systems:
            self.notify(f"the panes' systems are evaluated on {self._data} already", markup=False)
        elif self.is_active:
            self._ask_or_start(told=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """Tell whether a key does something now; the key line leaves out those that do not."""
        return action != "evaluate" or not self._offer.estimate or bool(self._offer.systems)

    def action_evaluate(self) -> None:
        """Evaluate the panes' systems that are not; where nothing told how long that takes, ask first."""
        if not self._requests.alive:
            self.notify(NO_ENGINE, severity="error", markup=False)
        elif not self._offer.estimate:
            self._offer.wish()
            self.notify("looking what there is to evaluate", markup=False)
        else:
            self._ask_or_start(told=not self._queue.systems)

    def _ask_or_start(self, *, told: bool) -> None:
        """Evaluate what is lacking. told: whether the screen tells how long that takes."""
        if not self._offer.estimate:
            return
        if told or self._offer.estimate.quick:
            self._start(yes=True)
        else:
            systems = ", ".join(self._offer.systems)
            title = f"Evaluate {systems} on {self._data}?"
            self.app.push_screen(Confirm(title, cost(self._offer.estimate), "starts it"), self._start)

    def _start(self, yes: bool | None) -> None:
        if yes:
            self._offer.start()

    @property
    def _here_evaluated(self) -> Jobs:
        """The evaluations on this collection, which their titles end with."""
        return tuple(job for job in self._evaluations or () if job.title.endswith(f" on {self._data}"))

    def _nothing(self) -> list[str]:
        """Return what there is to say where nothing is listed, and what would fill the screen."""
        lines = [one_line(self._queue.said)]
        if self._offer.problem:
            lines.append(one_line(f"✗ {self._offer.problem}"))
        elif running := running_line(self._here_evaluated):
            lines.append(one_line(running))
        elif self._offer.estimate and self._offer.systems:
            takes = f"{{summary.evaluate}} takes {cost(self._offer.estimate)}"
            evaluates = f"{takes} to evaluate {', '.join(self._offer.systems)}"
            lines.append(one_line(fill_keys(self, evaluates)))  # narrow screens cut the names, not the time
        return lines

    # --- drawing --------------------------------------------------------------------------------------

    @property
    def _names(self) -> list[str]:
        return [system.name for system in self._queue.systems]

    @property
    def _here(self) -> str:
        """The system under the cursor."""
        at, names = self.query_one(OptionList).highlighted, self._names
        return names[at] if at is not None and at < len(names) else ""

    @property
    def _models(self) -> list[str]:
        """The models whose training is shown: those marked, or the one under the cursor."""
        shown = self._marked or {self._here}
        logged = [each.name for each in self._queue.systems if each.logged and each.name in shown]
        return list(dict.fromkeys(name.partition("+")[0] for name in logged))[:MOST_CURVES]

    def on_resize(self) -> None:
        """Lay out the table for the room there is."""
        self.call_after_refresh(self._draw)

    def on_option_list_option_highlighted(self) -> None:
        """Tell of another system."""
        self._draw_rest()

    def _draw(self) -> None:
        for system in self._queue.systems:
            self._draw_row(system.name)
        header = summary_table.header(self._width, summary_table.longest(self._queue.systems))
        self.query_one("#head", Static).update(header if self._queue.systems else "")
        self._draw_rest()

    @property
    def _width(self) -> int:
        return max(self.size.width - SCROLLBAR, 40)

    def _draw_row(self, name: str) -> None:
        system = next(each for each in self._queue.systems if each.name == name)
        figures = {} if name in self._queue.failed else self._queue.found.get(name)
        drawn = summary_table.row(
            system,
            figures,
            self._width,
            summary_table.longest(self._queue.systems),
            marked=name in self._marked,
        )
        self.query_one(OptionList).replace_option_prompt(name, drawn)

    def _draw_rest(self) -> None:
        known, every = self._queue.known, len(self._queue.systems)
        count = f" · {known:,} of {every:,} computed" if known < every else ""
        base = f" · base {self._queue.base}" if self._queue.base else ""
        self.query_one("#what", Static).update(
            one_line(f"{self._data}{count}{base} · mAP, rank distance, 95 % CI, Holm p over settings")
        )
        self.set_class(self._view != FIGURES, "charted")
        series, axis, notice = self._series() if self._view != FIGURES else ([], "", "")
        self.query_one(Curves).show(series, axis)
        self.query_one(Curves).display = bool(series)
        lines = [notice] if self._view != FIGURES else self._figures()
        self.query_one("#told", Static).update(Content("\n".join(filter(None, lines))))

    def _figures(self) -> list[str]:
        here = self._here
        system = next((each for each in self._queue.systems if each.name == here), None)
        if not self._requests.alive and here not in self._queue.found:
            return [NO_ENGINE]
        if not system:
            return self._nothing()
        if here in self._queue.failed:
            return [one_line(self._queue.failed[here])]
        found = self._queue.found.get(here)
        bases_here = (each for each in self._queue.systems if each.name == self._queue.base != here)
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
        found = sweeps(self._queue.systems)
        mine = next((system.sweep for system in self._queue.systems if system.name == self._here), "")
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
        known = {model: curve for model in self._models if (curve := self._queue.curve(model))}
        curves = [Series(model, curve.losses) for model, curve in known.items() if curve.losses]
        curves += [
            Series(f"{model}, held out", curve.held_out)
            for model, curve in known.items()
            if len(known) == 1 and curve.held_out
        ]
        words = fill_keys(self, "loss in training; {summary.mark} marks systems to compare")
        if not curves:
            words = "no training log" if len(known) == len(self._models) else "reading the log"
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
        """Choose the base to compare with."""
        able = set(bases(self._queue.systems))
        choices = [
            Choice(system.name, system.name, system.sampler)
            for system in self._queue.systems
            if system.name in able
        ]
        self.app.push_screen(PickOne("Compare with", choices, self._queue.base), self._set_base)

    def _set_base(self, name: str | None) -> None:
        if name and name != self._queue.base:
            self._queue.compare_with(name)
            self._draw()
            self._queue.ask_next(self._here)


def _stage(job: messages.Job) -> tuple[str, str, str]:
    return job.name, job.state, job.step
