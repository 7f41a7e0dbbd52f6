"""The state of the engine: what is loaded, measured and trained."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from hybrid_tui.api.bias_matrices import BiasMatrices
from hybrid_tui.api.evaluation_summaries import Summaries
from hybrid_tui.api.jobs import JobProcesses, Jobs
from hybrid_tui.api.workspace import Workspace

if TYPE_CHECKING:
    from hybrid_tui.api.evaluation_jobs import EvaluationJobs
    from hybrid_tui.api.trainings import TrainingRunner


class Service:
    """The parts of the front door that remember something; safe to use from several threads."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.bias = BiasMatrices(self.workspace)
        self.summaries = Summaries()
        self._processes = JobProcesses()
        self.jobs = Jobs(self._processes)

    @cached_property
    def trainings(self) -> TrainingRunner:
        """The trainings of this user."""
        from hybrid_tui.api.trainings import TrainingRunner  # not needed to search

        return TrainingRunner(self._processes)

    @cached_property
    def evaluations(self) -> EvaluationJobs:
        """The evaluations that this user's jobs make."""
        from hybrid_tui.api.evaluation_jobs import EvaluationJobs

        return EvaluationJobs(self._processes, self.workspace.rates)
