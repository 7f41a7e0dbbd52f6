"""Asking the engine what is measured of the systems, and keeping what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.matrix_measures import CONSISTENCY
from hybrid_tui.engine import messages
from hybrid_tui.tui.bias.shown import HeatmapLayout, HeatmapPlace
from hybrid_tui.tui.dialogs.base import PlaceScreen
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.open_requests import OpenRequests

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


class _CertaintyKey(NamedTuple):
    """How sure the cells of a system, or of the difference of two, are in one measure."""

    systems: tuple[str, ...]
    measure: str


EVALUATIONS = "evaluations"


class Measuring(PlaceScreen[QuestionWithSystems | None]):
    """The part of the screen of heatmaps that talks to the engine."""

    def __init__(
        self, link: EngineLink, data: str, systems: list[str], restart: Callable[[], Any], seen: HeatmapPlace
    ) -> None:
        super().__init__()
        self.link = link
        self._requests = OpenRequests[_Key | _CertaintyKey | str](
            link, self, progressed=self._tick, lost=self._tell_lost, revived=self._revive
        )
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
        self._sure: dict[_CertaintyKey, MatrixCertainty | None] = {}

    def on_mount(self) -> None:
        """Ask for what is to be shown."""
        self.look()

    def on_unmount(self) -> None:
        """Stop what is under way."""
        self._requests.close()

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
        return bool(self._requests.keys)

    def certainty(self, *systems: str) -> MatrixCertainty | None:
        """What is known of how sure the cells of a system, or of a difference, are."""
        return self._sure.get(_CertaintyKey(systems, self.shown.measure_name))

    def judging(self, *systems: str) -> bool:
        """Whether that is being found out."""
        return _CertaintyKey(systems, self.shown.measure_name) in self._requests

    def _key(self, system: str) -> _Key:
        name = self.shown.measure_name
        return _Key(system, (name,) if name == CONSISTENCY else ())

    def _why(self, key: _Key) -> str:
        if key in self._requests:
            return f"{self._requests.progress(key)} · {fill_keys(self, '{bias.leave} stops')}"
        unknown = "" if self._requests.alive else self._stopped
        return self._failed.get(key, NOTHING if key in self._found else unknown)

    @property
    def _stopped(self) -> str:
        return fill_keys(self, f"{STOPPED} · {{bias.again}} starts it")

    # --- asking ---------------------------------------------------------------------------------------

    def look(self) -> None:
        """Ask for what is to be shown and not known yet, and draw what is."""
        if self._requests.alive:
            self._ask()
        self.draw()

    def _ask(self) -> None:
        if self.shown.layout is HeatmapLayout.ALL and self._evaluated is None:
            self._evaluated = ()
            request = messages.ListEvaluations(data=self.data)
            self._requests.ask(EVALUATIONS, request, self._take_evaluated)
        for key in map(self._key, self.wanted):
            if key not in self._found and key not in self._failed and key not in self._requests:
                measure = messages.MeasureMatrices(data=self.data, system=key.system, measures=key.measures)
                self._requests.ask(key, measure, partial(self._take, key), "measuring")
        self._judge()

    def _take_evaluated(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Evaluations):
            self._evaluated = tuple(each.name for each in reply.systems)
            self.look()
        elif isinstance(reply, messages.Failure):
            self._evaluated = None

    def _take(self, key: _Key, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self._failed[key] = f"✗ {reply.whole}"
        elif isinstance(reply, messages.Measured):
            self._found[key] = reply.matrices
        self.look()

    def _judge(self) -> None:
        """Ask how sure the cells in sight are, the difference first; what is out of sight can wait."""
        name = self.shown.measure_name
        one, two = tuple(self.systems[:1]), tuple(self.systems[:2])
        of_layout = {HeatmapLayout.ONE: [one], HeatmapLayout.TWO: [two, one, two[1:]], HeatmapLayout.ALL: []}
        wanted = [_CertaintyKey(systems, name) for systems in of_layout[self.shown.layout] if systems]
        judging = (key for key in self._requests.keys if isinstance(key, _CertaintyKey))
        self._requests.cancel(*(key for key in judging if key not in wanted))
        known = self.matrices
        for key in wanted:
            measured = all(system in known for system in key.systems)
            if measured and key not in self._sure and key not in self._requests:
                request = messages.JudgeCells(data=self.data, systems=key.systems, measure=name)
                self._requests.ask(key, request, partial(self._take_certainty, key))

    def _take_certainty(self, key: _CertaintyKey, reply: messages.Reply) -> None:
        self._sure[key] = reply.certainty if isinstance(reply, messages.Judged) else None
        self.draw()

    # --- when things go wrong -------------------------------------------------------------------------

    def action_again(self) -> None:
        """Ask again for what has failed; start the engine where it has stopped."""
        if not self._requests.alive:
            self._restart()
        self._failed.clear()
        self._sure = {key: certainty for key, certainty in self._sure.items() if certainty}
        self.look()

    def _tell_lost(self) -> None:
        """Tell that the engine has stopped, and with it what was asked."""
        if self._evaluated == ():
            self._evaluated = None
        self.draw()

    def _revive(self) -> None:
        """Go on where an engine runs again."""
        self._failed.clear()
        self.look()

    def _tick(self) -> None:
        if any(self._key(system) in self._requests for system in self.wanted):
            self.draw()
