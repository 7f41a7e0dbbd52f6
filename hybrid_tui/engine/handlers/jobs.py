"""Handlers of requests about jobs."""

from __future__ import annotations

from hybrid_tui.engine import messages
from hybrid_tui.engine.dispatch import Context, answers
from hybrid_tui.engine.service import Service


@answers(messages.FollowJobs)
def follow(service: Service, request: messages.FollowJobs, context: Context) -> messages.Done:
    """Tell all jobs whenever one has changed."""

    def tell(jobs: tuple[messages.Job, ...]) -> None:
        context.tell(messages.JobList(jobs=jobs))

    service.jobs.follow(tell, context.cancelled)
    return messages.Done()


@answers(messages.ResumeJob)
def resume(service: Service, request: messages.ResumeJob, context: Context) -> messages.JobStarted:
    """Go on with a job."""
    return messages.JobStarted(job=service.jobs.resume(request.job))


@answers(messages.StopJob)
def stop(service: Service, request: messages.StopJob, context: Context) -> messages.Done:
    """Ask a job to end."""
    service.jobs.stop(request.job)
    return messages.Done()


@answers(messages.EstimateEvaluation)
def estimate(service: Service, request: messages.EstimateEvaluation, context: Context) -> messages.Estimated:
    """Tell what an evaluation would take."""
    return messages.Estimated(estimate=service.evaluations.estimate(request.data, request.systems))


@answers(messages.StartEvaluation)
def start(service: Service, request: messages.StartEvaluation, context: Context) -> messages.JobStarted:
    """Evaluate in a process of its own."""
    return messages.JobStarted(job=service.evaluations.start(request.data, request.systems))
