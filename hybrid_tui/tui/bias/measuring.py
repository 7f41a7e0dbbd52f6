"""Asking the engine what is measured of the systems, and keeping what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from textual.timer import Timer

from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.matrix_measures import CONSISTENCY
from hybrid_tui.engine import messages
from hybrid_tui.tui.bias.shown import HeatmapLayout, HeatmapPlace
from hybrid_tui.tui.dialogs.base import PlaceScreen
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.pending import Pending

TICK_SECONDS = 0.5
STOPPED = "✗ the engine has stopped"
NOTHING = "there is nothing to favour: the passages have one language, or each was searched alone"


class QuestionWithSystems(NamedTuple):
    """A question to be asked in the search, over passages of `langs` (all where empty), of these systems."""

    question: messages.Question
    langs: tuple[str, ...]
    systems: tuple[str, ...]


class _Key(NamedTuple):
    """What is asked for: the matrices of a system that need no embeddings, or those of one measure."""

    system: str
    measures: tuple[str, ...]


class Measuring(PlaceScreen[QuestionWithSystems | None]):
    """The part of the screen of heatmaps that talks to the engine."""

    def __init__(
        self, link: EngineLink, data: str, systems: list[str], restart: Callable[[], Any], seen: HeatmapPlace
    ) -> None:
        super().__init__()
        self.link = link
        self.data = data
        self.systems = systems
        """The first is looked at, or compared to the second; all that stand in panes are among them."""
        self.shown, self.cell = seen
        if self.shown.layout is HeatmapLayout.TWO and len(systems) < 2:
            self.shown = replace(self.shown, layout=HeatmapLayout.ONE)
        self._restart = restart
        self._evaluated: tuple[str, ...] | None = None
        self._found: dict[_Key, dict[str, Matrix]] = {}
        self._failed: dict[_Key, str] = {}
        self._asked: dict[_Key, tuple[int, Pending]] = {}
        self._sure: dict[tuple[tuple[str, ...], str], MatrixCertainty | None] = {}
        self._judging: dict[tuple[tuple[str, ...], str], int] = {}
        self._revival: Timer | None = None

    def on_mount(self) -> None:
        """Ask for what is to be shown."""
        self.set_interval(TICK_SECONDS, self._tick)
        self.look()

    def on_unmount(self) -> None:
        """Stop what is under way."""
        for number in (*(number for number, _ in self._asked.values()), *self._judging.values()):
            self.link.cancel(number)

    def draw(self) -> None:
        """Draw what is known."""
        raise NotImplementedError

    # --- what is known --------------------------------------------------------------------------------

    @property
    def wanted(self) -> list[str]:
        """The systems of the layout, in order."""
        match self.shown.layout:
            case HeatmapLayout.ONE:
                return self.systems[:1]
            case HeatmapLayout.TWO:
                return self.systems[:2]
            case HeatmapLayout.ALL:
                return list(dict.fromkeys([*self.systems, *(self._evaluated or ())]))

    @property
    def seen(self) -> HeatmapPlace:
        """What to come back to."""
        return HeatmapPlace(self.shown, self.cell)

    @property
    def matrices(self) -> dict[str, Matrix]:
        """The matrices of what is measured now, by system."""
        name = self.shown.measure_name
        every = {system: self._found.get(self._key(system), {}).get(name) for system in self.wanted}
        return {system: matrix for system, matrix in every.items() if matrix}

    @property
    def said(self) -> dict[str, str]:
        """Why there is no matrix, by system."""
        return {system: self._why(self._key(system)) for system in self.wanted}

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._asked or self._judging)

    def certainty(self, *systems: str) -> MatrixCertainty | None:
        """What is known of how sure the cells of a system, or of a difference, are."""
        return self._sure.get((systems, self.shown.measure_name))

    def judging(self, *systems: str) -> bool:
        """Whether that is being found out."""
        return (systems, self.shown.measure_name) in self._judging

    def _key(self, system: str) -> _Key:
        name = self.shown.measure_name
        return _Key(system, (name,) if name == CONSISTENCY else ())

    def _why(self, key: _Key) -> str:
        if key in self._asked:
            return f"{self._asked[key][1]} · {fill_keys(self, '{bias.leave} stops')}"
        unknown = "" if self.link.engine.alive else self._stopped
        return self._failed.get(key, NOTHING if key in self._found else unknown)

    @property
    def _stopped(self) -> str:
        return fill_keys(self, f"{STOPPED} · {{bias.again}} starts it")

    # --- asking ---------------------------------------------------------------------------------------

    def look(self) -> None:
        """Ask for what is to be shown and not known yet, and draw what is."""
        if self.link.engine.alive:
            self._ask()
        elif self._revival is None:
            self._revival = self.set_interval(TICK_SECONDS, self._revive)
        self.draw()

    def _ask(self) -> None:
        if self.shown.layout is HeatmapLayout.ALL and self._evaluated is None:
            self._evaluated = ()
            self.link.ask(messages.ListEvaluations(data=self.data), self._take_evaluated)
        for key in map(self._key, self.wanted):
            if key not in self._found and key not in self._asked and key not in self._failed:
                request = messages.MeasureMatrices(data=self.data, system=key.system, measures=key.measures)
                number = self.link.ask(request, partial(self._take, key))
                self._asked[key] = number, Pending("measuring")
        self._judge()

    def _take_evaluated(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Evaluations) and self.is_attached:
            self._evaluated = tuple(each.name for each in reply.systems)
            self.look()
        elif isinstance(reply, messages.Failure):
            self._evaluated = None

    def _take(self, key: _Key, reply: messages.Reply) -> None:
        match reply:
            case messages.Progress():
                if key in self._asked:
                    self._asked[key][1].take(reply)
            case messages.Failure():
                self._asked.pop(key, None)
                self._failed[key] = f"✗ {reply.whole}"
            case messages.Measured():
                self._asked.pop(key, None)
                self._found[key] = reply.matrices
            case _:
                return
        if self.is_attached:
            self.look()

    def _judge(self) -> None:
        """Ask how sure the cells in sight are, the difference first; what is out of sight can wait."""
        name = self.shown.measure_name
        one, two = tuple(self.systems[:1]), tuple(self.systems[:2])
        of_layout = {HeatmapLayout.ONE: [one], HeatmapLayout.TWO: [two, one, two[1:]], HeatmapLayout.ALL: []}
        wanted = [(systems, name) for systems in of_layout[self.shown.layout] if systems]
        for key in [key for key in self._judging if key not in wanted]:
            self.link.cancel(self._judging.pop(key))
        known = self.matrices
        for key in wanted:
            measured = all(system in known for system in key[0])
            if measured and key not in self._sure and key not in self._judging:
                request = messages.JudgeCells(data=self.data, systems=key[0], measure=name)
                self._judging[key] = self.link.ask(request, partial(self._take_certainty, key))

    def _take_certainty(self, key: tuple[tuple[str, ...], str], reply: messages.Reply) -> None:
        if isinstance(reply, messages.Progress):
            return
        self._judging.pop(key, None)
        self._sure[key] = reply.certainty if isinstance(reply, messages.Judged) else None
        if self.is_attached:
            self.draw()

    # --- when things go wrong -------------------------------------------------------------------------

    def action_again(self) -> None:
        """Ask again for what has failed; start the engine where it has stopped."""
        if not self.link.engine.alive:
            self._restart()
        self._failed.clear()
        self._sure = {key: certainty for key, certainty in self._sure.items() if certainty}
        self.look()

    def on_screen_resume(self) -> None:
        """Notice that the engine has stopped meanwhile, and with it what was asked."""
        lost = [key for key, (number, _) in self._asked.items() if not self.link.waits(number)]
        for key in lost:
            del self._asked[key]
        self._judging = {key: number for key, number in self._judging.items() if self.link.waits(number)}
        if lost or not self.link.engine.alive:
            self._failed |= dict.fromkeys(lost, self._stopped)
            self.look()

    def _revive(self) -> None:
        """Go on where an engine runs again."""
        if self.link.engine.alive and self._revival:
            self._revival.stop()
            self._revival = None
            self._failed.clear()
            self.look()

    def _tick(self) -> None:
        if any(self._key(system) in self._asked for system in self.wanted):
            self.draw()
