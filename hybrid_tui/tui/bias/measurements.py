"""Measured matrices of systems on one collection, and how certain their cells are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.matrix_measures import MEASURES
from hybrid_tui.engine import messages
from hybrid_tui.tui.open_requests import OpenRequests
from hybrid_tui.tui.render.job_lines import cost

STOPPED = "✗ the engine has stopped · {bias.again} starts it"
NOTHING = "there is nothing to favour: the passages have one language, or each was searched alone"
EVALUATIONS, STARTING = "evaluations", "starting"


class MatrixKey(NamedTuple):
    """The matrices of a system that need no embeddings (`measures` is empty), or that of one measure."""

    system: str
    measures: tuple[str, ...]


class CertaintyKey(NamedTuple):
    """The certainty of a system's cells, or of the difference of two systems, in one measure."""

    systems: tuple[str, ...]
    measure: str


Key = MatrixKey | CertaintyKey | str


class Measurements:
    """Asks the engine for matrices and certainties, and keeps what it answers.

    requests: open requests of the screen. data: the collection. changed: called when something is known.
    fill: puts keys in place of ids in braces.
    """

    def __init__(
        self,
        requests: OpenRequests[Key],
        data: str,
        changed: Callable[[], None],
        fill: Callable[[str], str],
    ) -> None:
        self._requests = requests
        self._data = data
        self._changed = changed
        self._fill = fill
        self._evaluated: tuple[str, ...] | None = None
        self._found: dict[MatrixKey, dict[str, Matrix]] = {}
        self._about: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._failed: dict[MatrixKey, str] = {}
        self._lacking: dict[MatrixKey, messages.EvaluationEstimate] = {}
        self._certainty: dict[CertaintyKey, MatrixCertainty | None] = {}

    # --- what is known --------------------------------------------------------------------------------

    @property
    def evaluated(self) -> tuple[str, ...]:
        """The systems that were evaluated on the collection, as far as known."""
        return self._evaluated or ()

    def matrices(self, systems: Iterable[str], measure: str) -> dict[str, Matrix]:
        """Return the known matrices in one measure, by system."""
        every = {system: self._found.get(_key(system, measure), {}).get(measure) for system in systems}
        return {system: matrix for system, matrix in every.items() if matrix}

    def label(self, system: str) -> str:
        """Return a system's name, marked where its model was trained on these questions."""
        label, _ = self._about.get(system, ("", ()))
        return label or system

    def notes(self, systems: Iterable[str]) -> list[str]:
        """Return what is to be kept in mind of the figures of systems, each sentence once."""
        every = (note for system in systems for note in self._about.get(system, ("", ()))[1])
        return list(dict.fromkeys(every))

    def reasons(self, systems: Iterable[str], measure: str) -> dict[str, str]:
        """Return what is done for a matrix that is not known, or why there is none, by system."""
        return {system: self._reason(_key(system, measure)) for system in systems}

    def certainty(self, systems: tuple[str, ...], measure: str) -> MatrixCertainty | None:
        """Return the certainty of the cells of a system, or of the difference of two, where known."""
        return self._certainty.get(CertaintyKey(systems, measure))

    def judging(self, systems: tuple[str, ...], measure: str) -> bool:
        """Tell whether that certainty is being computed."""
        return CertaintyKey(systems, measure) in self._requests

    def measuring(self, systems: Iterable[str], measure: str) -> bool:
        """Tell whether the matrix of one of these systems is being measured."""
        return any(_key(system, measure) in self._requests for system in systems)

    def _reason(self, key: MatrixKey) -> str:
        if key in self._requests:
            return self._requests.progress(key)
        if estimate := self._lacking.get(key):
            return self._fill(f"not evaluated yet · {{bias.again}} evaluates it: {cost(estimate)}")
        unknown = "" if self._requests.alive else self._fill(STOPPED)
        return self._failed.get(key, NOTHING if key in self._found else unknown)

    # --- asking ---------------------------------------------------------------------------------------

    def ask_evaluated(self) -> None:
        """Ask which systems were evaluated, once."""
        if self._requests.alive and self._evaluated is None and EVALUATIONS not in self._requests:
            request = messages.ListEvaluations(data=self._data)
            self._requests.ask(EVALUATIONS, request, self._take_evaluated)

    def ask_matrices(self, systems: Iterable[str], measure: str) -> None:
        """Ask for matrices that are neither known nor failed."""
        for key in (_key(system, measure) for system in systems):
            known = key in self._found or key in self._failed or key in self._lacking or key in self._requests
            if self._requests.alive and not known:
                request = messages.MeasureMatrices(data=self._data, system=key.system, measures=key.measures)
                self._requests.ask(key, request, partial(self._take_matrices, key), "measuring")

    def ask_certainty(self, wanted: Iterable[tuple[str, ...]], measure: str) -> None:
        """Ask for certainties in order, where the matrices are known; any other is cancelled."""
        keys = [CertaintyKey(systems, measure) for systems in wanted]
        judging = [key for key in self._requests.keys if isinstance(key, CertaintyKey)]
        self._requests.cancel(*(key for key in judging if key not in keys))
        for key in keys:
            measured = len(self.matrices(key.systems, measure)) == len(key.systems)
            known = key in self._certainty or key in self._requests
            if self._requests.alive and measured and not known:
                request = messages.JudgeCells(data=self._data, systems=key.systems, measure=measure)
                self._requests.ask(key, request, partial(self._take_certainty, key))

    def evaluate(self, systems: Iterable[str], measure: str) -> bool:
        """Start to evaluate those of these systems that are not, in a process that outlives the app.

        Returns whether there are any, as far as known.
        """
        lacking = [
            key.system for key in (_key(system, measure) for system in systems) if key in self._lacking
        ]
        if lacking:
            request = messages.StartEvaluation(data=self._data, systems=tuple(lacking))
            take = partial(self._take_started, tuple(lacking))
            self._requests.ask(STARTING, request, take, outlives=True)
        return bool(lacking)

    def look_again(self) -> None:
        """Let systems be asked again that were not evaluated: somebody may evaluate them now."""
        self._lacking.clear()

    def forget_failures(self) -> None:
        """Let what has failed be asked again."""
        self._failed.clear()
        self._certainty = {key: certainty for key, certainty in self._certainty.items() if certainty}

    def _take_evaluated(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Evaluations):
            self._evaluated = tuple(each.name for each in reply.systems)
            self._changed()

    def _take_matrices(self, key: MatrixKey, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self._failed[key] = f"✗ {reply.whole}"
        elif isinstance(reply, messages.Measured) and reply.estimate:
            self._lacking[key] = reply.estimate
        elif isinstance(reply, messages.Measured):
            self._found[key] = reply.matrices
            self._about[key.system] = reply.label, reply.notes
        self._changed()

    def _take_started(self, systems: tuple[str, ...], reply: messages.Reply) -> None:
        lacking = [key for key in self._lacking if key.system in systems]
        for key in lacking:
            del self._lacking[key]
            if isinstance(reply, messages.Failure):
                self._failed[key] = f"✗ {reply.whole}"
        self._changed()

    def _take_certainty(self, key: CertaintyKey, reply: messages.Reply) -> None:
        self._certainty[key] = reply.certainty if isinstance(reply, messages.Judged) else None
        self._changed()


def _key(system: str, measure: str) -> MatrixKey:
    alone = measure in MEASURES and MEASURES[measure].needs_embeddings
    return MatrixKey(system, (measure,) if alone else ())
