"""Evaluations in processes of their own: estimated, started, waited for."""

from __future__ import annotations

import time
from collections.abc import Sequence

from hybrid_tui import errors
from hybrid_tui.api.encoding_rates import EncodingRates, measured_as
from hybrid_tui.api.evaluations import MEMORY, kept_of
from hybrid_tui.api.progress import Cancelled, Progress
from hybrid_tui.api.records import EvaluationEstimate
from hybrid_tui.api.workspace import default
from hybrid_tui.errors import HybridTuiError, UsageError
from hybrid_tui.evaluation import evaluate as evaluating
from hybrid_tui.evaluation import evaluation_note, time_estimate
from hybrid_tui.evaluation.evaluation_note import EVALUATION, EvaluationDetails
from hybrid_tui.jobs.processes import UNDER_WAY, JobProcesses
from hybrid_tui.jobs.progress import progress_of
from hybrid_tui.systems.system import System

QUICK_SECONDS = 10.0
"""What takes less is begun unasked."""
LOOK_SECONDS = 0.3


class EvaluationJobs:
    """Starts evaluations among the jobs of this user, and tells what those that are not there would take."""

    def __init__(self, processes: JobProcesses, rates: EncodingRates) -> None:
        self._processes = processes
        self._rates = rates

    def estimate(self, data: str, systems: Sequence[str]) -> EvaluationEstimate:
        """Return which of these systems are not evaluated on a collection, and what that would take.

        Raises UsageError for unknown names.
        """
        lacking = _lacking(data, systems)
        cost = time_estimate.estimate(list(lacking.values()), lambda spec: self._rates.get(measured_as(spec)))
        seconds = cost.seconds if lacking else 0.0
        quick = seconds < QUICK_SECONDS
        return EvaluationEstimate(data, tuple(lacking), cost.texts, seconds, quick=quick, guess=cost.guess)

    def start(self, data: str, systems: Sequence[str]) -> str:
        """Evaluate what is not evaluated yet; returns the job's name, of the one that does it already if any.

        Raises UsageError for unknown names, and where everything is evaluated.
        """
        wanted = tuple(_lacking(data, systems))
        if not wanted:
            raise UsageError(f"{', '.join(systems)}: evaluated on {data} already")
        if running := self._running(data, wanted):
            return running
        note = evaluation_note.evaluation_note(EvaluationDetails(data=data, systems=wanted, memory=MEMORY))
        self._processes.start(note)
        return note.name

    def wait(
        self, data: str, system: str, progress: Progress, cancelled: Cancelled
    ) -> EvaluationEstimate | None:
        """Wait for the job that evaluates a system, where one does; None once it is there, or quickly made.

        Otherwise returns what evaluating it would take. Raises Cancelled when asked to, and the job goes on;
        HybridTuiError for a job that fails meanwhile.
        """
        (wanted,) = evaluating.asked([system], data, default())
        followed = ""
        while not kept_of(wanted) and (name := self._running(data, [system])):
            followed = name
            seen = progress_of(name)
            progress(seen.step or "starting", seen.done, seen.total)
            if cancelled():
                raise errors.Cancelled
            time.sleep(LOOK_SECONDS)
        if kept_of(wanted):
            return None
        if followed and self._processes.state(followed) == "failed":
            note = self._processes.told(followed)
            raise HybridTuiError(note.problem, note.hint)
        estimate = self.estimate(data, [system])
        return None if estimate.quick else estimate

    def _running(self, data: str, systems: Sequence[str]) -> str:
        """Return the name of the job that evaluates systems on a collection; empty where none does."""
        for name in self._processes.names(EVALUATION):
            details = evaluation_note.details_of(self._processes.told(name))
            if not details or details.data != data or set(systems) - set(details.systems):
                continue
            if self._processes.state(name) in UNDER_WAY:
                return name
        return ""


def _lacking(data: str, systems: Sequence[str]) -> dict[str, System]:
    asked = dict(zip(systems, evaluating.asked(list(systems), data, default()), strict=True))
    return {name: each for name, each in asked.items() if isinstance(each, System) and not kept_of(each)}
