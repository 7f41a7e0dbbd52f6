"""What the engine measures by pair of languages: matrices, how sure they are, the queries behind a cell."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from hybrid_tui import errors
from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import registry
from hybrid_tui.encoders.encoder import Encoder, Progress
from hybrid_tui.engine.messages import CellQuery, ListCellQueries, Question
from hybrid_tui.evaluation import cell_significance, evaluate, heatmaps, results
from hybrid_tui.evaluation.evaluate import System
from hybrid_tui.evaluation.grouping import grouping
from hybrid_tui.evaluation.heatmaps import OF_EVALUATIONS, Embeddings
from hybrid_tui.evaluation.observations import Observations
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.worst_queries import worst_queries
from hybrid_tui.retrieval.embedding_store import EmbeddingStore

TURN_SECONDS = 0.1
REMEMBERED = 4
"""Evaluations and matrices' observations kept in memory: the pair that is looked at, and the one before."""

Step = Callable[[str], Progress]
Vectors = tuple[NDArray[np.float32], NDArray[np.float32]]
Cancelled = Callable[[], bool]
Key = TypeVar("Key")
Value = TypeVar("Value")


@contextmanager
def _turn(lock: Lock, cancelled: Cancelled | None) -> Iterator[None]:
    """Hold a lock while the block runs; raises errors.Cancelled when that is asked for before its turn."""
    while not lock.acquire(timeout=TURN_SECONDS):
        if cancelled and cancelled():
            raise errors.Cancelled
    try:
        yield
    finally:
        lock.release()


class _Latest(Generic[Key, Value]):
    """The last few things that were made."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._made: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        if key not in self._made:
            self._made[key] = make()
        self._made.move_to_end(key)
        while len(self._made) > self._size:
            self._made.popitem(last=False)
        return self._made[key]


class _Asked(NamedTuple):
    """A system on a collection, and what tells whether one of them was added, trained or imported anew."""

    data: str
    system: str
    written: tuple[int, int]
    run: str

    @classmethod
    def of(cls, data: str, system: str) -> _Asked:
        written = catalog.changed(data), registry.changed(system.partition("+")[0])
        return cls(data, system, written, results.imported(data, system))


class Bias:
    """Measures systems, each a model, MODEL+CORRECTION or the name of a kept evaluation; one at a time.

    Two corrections of a model need the same embeddings: the second finds them made. Safe to use from
    several threads. Raises UsageError for unknown names, DataError for what cannot be measured,
    Cancelled when `cancelled()` turns true.
    """

    def __init__(self, store: EmbeddingStore, encoder: Callable[[str], Encoder]) -> None:
        self._store = store
        self._encoder = encoder
        self._measuring = Lock()
        self._evaluations: _Latest[_Asked, Evaluation] = _Latest(REMEMBERED)
        self._observed: _Latest[tuple[_Asked, str], Observations | None] = _Latest(4 * REMEMBERED)

    def matrices(
        self,
        data: str,
        system: str,
        measures: Sequence[str],
        step: Step,
        cancelled: Cancelled | None = None,
    ) -> dict[str, Matrix]:
        """Return the heatmaps of a system by measure, evaluated if that is not kept.

        measures: none for all that ranks are enough for. What there is nothing of is absent.
        """
        with _turn(self._measuring, cancelled):
            found = {
                name: self._behind(data, system, name, step, cancelled) for name in measures or OF_EVALUATIONS
            }
        return {name: behind.matrix for name, behind in found.items() if behind}

    def certainty(
        self,
        data: str,
        systems: Sequence[str],
        measure: str,
        step: Step,
        cancelled: Cancelled | None = None,
    ) -> MatrixCertainty | None:
        """Return the intervals of one system's cells, or of the second's less the first's, with p values."""
        with _turn(self._measuring, cancelled):
            found = [self._behind(data, system, measure, step, cancelled) for system in systems]
            known = [each for each in found if each]
            if len(known) < len(systems):
                return None
            report = step("judging cells")
            first = self._evaluation(data, systems[0], step, cancelled)
            groups = grouping(first.manifest)
            if len(known) == 1:
                return cell_significance.intervals(
                    known[0], groups=groups, progress=report, cancelled=cancelled
                )
            return cell_significance.difference(
                known[0], known[1], groups=groups, progress=report, cancelled=cancelled
            )

    def queries(
        self, asked: ListCellQueries, step: Step, cancelled: Cancelled | None = None
    ) -> tuple[tuple[CellQuery, ...], int]:
        """Return the first `asked.limit` queries of a cell that contain its text, and how many do.

        Raises UsageError for a cell that is not in the matrix.
        """
        with _turn(self._measuring, cancelled):
            systems = [
                (behind, self._evaluation(asked.data, system, step, cancelled).ranks)
                for system in asked.systems
                if (behind := self._behind(asked.data, system, asked.measure, step, cancelled))
            ]
        if not systems:
            return (), 0
        table = catalog.load(asked.data).queries
        texts = {row["query_id"]: row for row in table.iter_rows(named=True)}
        wanted = asked.text.lower()
        ordered = worst_queries(systems, heatmaps.measure(asked.measure), asked.row, asked.column)
        found = [
            CellQuery(
                Question(each.query_id, row["lang"], row["text"], row["topic"] or "", row["item_id"]),
                each.values,
                each.ranks,
            )
            for each in (reversed(ordered) if asked.best_first else ordered)
            if wanted in (row := texts[each.query_id])["text"].lower()
        ]
        return tuple(found[: asked.limit]), len(found)

    def _behind(
        self, data: str, system: str, measure: str, step: Step, cancelled: Cancelled | None
    ) -> Observations | None:
        heatmaps.measure(measure)  # a wrong name is told before anything is evaluated

        def make() -> Observations | None:
            evaluation = self._evaluation(data, system, step, cancelled)
            wanted = self._asked(data, system)
            return heatmaps.observed(evaluation, measure, _embeddings(wanted, evaluation, step, cancelled))

        return self._observed.get((_Asked.of(data, system), measure), make)

    def _evaluation(self, data: str, system: str, step: Step, cancelled: Cancelled | None) -> Evaluation:
        def make() -> Evaluation:
            wanted = self._asked(data, system)
            if isinstance(wanted, Evaluation):
                return wanted
            return evaluate.evaluate(wanted, step=step, cancelled=cancelled)

        return self._evaluations.get(_Asked.of(data, system), make)

    def _asked(self, data: str, system: str) -> System | Evaluation:
        (found,) = evaluate.asked([system], data)
        if isinstance(found, Evaluation):
            return found
        return replace(found, store=self._store, encoder=lambda: self._encoder(found.spec.name))


def _embeddings(
    wanted: System | Evaluation, evaluation: Evaluation, step: Step, cancelled: Cancelled | None
) -> Embeddings:
    """Return what gives the embeddings of a system; raises DataError for a kept evaluation alone."""

    def embeddings() -> Vectors:
        if isinstance(wanted, Evaluation):
            raise errors.DataError(
                f"{evaluation.manifest.system} is known by its evaluation alone, which has no embeddings",
                "this measure needs the model itself",
            )
        return evaluate.in_order(wanted, evaluation.ranks, step, cancelled)

    return embeddings
