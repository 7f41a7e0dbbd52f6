"""Matrices by pair of languages, how sure their cells are, and the queries behind a cell."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hybrid_tui import errors
from hybrid_tui.api.once import Latest, turn
from hybrid_tui.api.progress import Cancelled, Progress, Step, steps
from hybrid_tui.api.questions import question
from hybrid_tui.api.records import CellQuery
from hybrid_tui.api.workspace import Workspace
from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import registry
from hybrid_tui.evaluation import cell_significance, contamination, evaluate, heatmaps, imported_runs
from hybrid_tui.evaluation.caveats import caveats
from hybrid_tui.evaluation.grouping import grouping
from hybrid_tui.evaluation.heatmaps import OF_EVALUATIONS, Embeddings
from hybrid_tui.evaluation.observations import Observations
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.worst_queries import worst_queries
from hybrid_tui.systems.system import System

REMEMBERED = 4
"""Evaluations and matrices' observations kept in memory: the pair that is looked at, and the one before."""

Vectors = tuple[NDArray[np.float32], NDArray[np.float32]]


class _Key(NamedTuple):
    """A system on a collection, and what tells whether one of them was added, trained or imported anew."""

    data: str
    system: str
    written: tuple[int, int]
    run: str

    @classmethod
    def of(cls, data: str, system: str) -> _Key:
        written = catalog.changed(data), registry.changed(system.partition("+")[0])
        return cls(data, system, written, imported_runs.newest_key(data, system))


class BiasMatrices:
    """Measures systems, each a model, MODEL+CORRECTION or the name of a kept evaluation; one at a time.

    Two corrections of a model need the same embeddings: the second finds them made. Safe to use from
    several threads. Raises UsageError for unknown names, DataError for what cannot be measured,
    Cancelled when `cancelled()` turns true.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._measuring = Lock()
        self._evaluations: Latest[_Key, Evaluation] = Latest(REMEMBERED)
        self._observed: Latest[tuple[_Key, str], Observations | None] = Latest(4 * REMEMBERED)

    def matrices(
        self,
        data: str,
        system: str,
        measures: Sequence[str] = (),
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> dict[str, Matrix]:
        """Return the heatmaps of a system by measure, evaluated if that is not kept.

        measures: none for all that ranks are enough for. What there is nothing of is absent.
        """
        step = steps(progress)
        with turn(self._measuring, cancelled):
            found = {
                name: self._behind(data, system, name, step, cancelled) for name in measures or OF_EVALUATIONS
            }
        return {name: behind.matrix for name, behind in found.items() if behind}

    def about(
        self,
        data: str,
        system: str,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> tuple[str, list[str]]:
        """Return a system's name, marked where its model was trained on these questions, and notes on it."""
        with turn(self._measuring, cancelled):
            evaluation = self._evaluation(data, system, steps(progress), cancelled)
        return contamination.marked(evaluation.manifest), caveats(evaluation)

    def certainty(
        self,
        data: str,
        systems: Sequence[str],
        measure: str,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> MatrixCertainty | None:
        """Return the intervals of one system's cells, or of the second's less the first's, with p values.

        None where one of them has no such matrix.
        """
        step = steps(progress)
        with turn(self._measuring, cancelled):
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
        self,
        data: str,
        systems: Sequence[str],
        measure: str,
        row: str,
        column: str,
        *,
        text: str = "",
        limit: int = 500,
        best_first: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> tuple[tuple[CellQuery, ...], int]:
        """Return the first `limit` queries of a cell that contain `text`, worst first, and how many do.

        systems: one, or two to list by their difference. Raises UsageError for a cell that is not in the
        matrix.
        """
        step = steps(progress)
        with turn(self._measuring, cancelled):
            observed = [
                (behind, self._evaluation(data, system, step, cancelled).ranks)
                for system in systems
                if (behind := self._behind(data, system, measure, step, cancelled))
            ]
        if not observed:
            return (), 0
        texts = {each["query_id"]: each for each in catalog.load(data).queries.iter_rows(named=True)}
        ordered = worst_queries(observed, heatmaps.measure(measure), row, column)
        found = [
            CellQuery(question(about), each.values, each.ranks)
            for each in (reversed(ordered) if best_first else ordered)
            if text.lower() in (about := texts[each.query_id])["text"].lower()
        ]
        return tuple(found[:limit]), len(found)

    def _behind(
        self, data: str, system: str, measure: str, step: Step, cancelled: Cancelled | None
    ) -> Observations | None:
        heatmaps.measure(measure)  # a wrong name is told before anything is evaluated

        def make() -> Observations | None:
            evaluation = self._evaluation(data, system, step, cancelled)
            wanted = self._asked(data, system)
            return heatmaps.observed(evaluation, measure, _embeddings(wanted, evaluation, step, cancelled))

        return self._observed.get((_Key.of(data, system), measure), make)

    def _evaluation(self, data: str, system: str, step: Step, cancelled: Cancelled | None) -> Evaluation:
        def make() -> Evaluation:
            wanted = self._asked(data, system)
            if isinstance(wanted, Evaluation):
                return wanted
            return evaluate.evaluate(wanted, step=step, cancelled=cancelled)

        return self._evaluations.get(_Key.of(data, system), make)

    def _asked(self, data: str, system: str) -> System | Evaluation:
        (found,) = evaluate.asked([system], data, self._workspace)
        return found


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
