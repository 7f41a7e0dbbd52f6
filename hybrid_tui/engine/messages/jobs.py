"""Jobs of every kind: followed, stopped, gone on with; evaluations estimated and started."""

from __future__ import annotations

from hybrid_tui.api.records import EvaluationEstimate, Job
from hybrid_tui.engine.messages.base import Done, Interim, Reply, Request


class JobList(Interim, frozen=True):
    """All jobs, the latest first, as they are now."""

    jobs: tuple[Job, ...]


class FollowJobs(Request[Done], frozen=True):
    """Tell all jobs, with a `JobList` at once and whenever one has changed; ends when it is cancelled."""


class JobStarted(Reply, frozen=True):
    """What the job is called from now on."""

    job: str


class ResumeJob(Request[JobStarted], frozen=True):
    """Go on with a job that was stopped or has failed."""

    job: str


class StopJob(Request[Done], frozen=True):
    """Ask a job to end so that it can be gone on with; answered at once."""

    job: str


class Estimated(Reply, frozen=True):
    """What evaluating takes."""

    estimate: EvaluationEstimate


class EstimateEvaluation(Request[Estimated], frozen=True):
    """Tell which of these systems are not evaluated on a collection, and what that would take."""

    data: str
    systems: tuple[str, ...]


class StartEvaluation(Request[JobStarted], frozen=True):
    """Evaluate systems on a collection, in a process that outlives app and engine; join the one that does."""

    data: str
    systems: tuple[str, ...]
