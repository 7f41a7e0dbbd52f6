"""Handlers of requests about trainings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybrid_tui.engine import messages
from hybrid_tui.engine.dispatch import Context, answers
from hybrid_tui.engine.service import Service
from hybrid_tui.errors import HybridTuiError

if TYPE_CHECKING:
    from hybrid_tui.api.training_plans import TrainingPlan


@answers(messages.PlanTraining)
def plan(service: Service, request: messages.PlanTraining, context: Context) -> messages.TrainingPlan:
    """Settle what a training would do."""
    from hybrid_tui.api import training_previews

    wanted = request.wanted
    try:
        found = training_previews.preview(_plan(service, wanted))
    except HybridTuiError as error:
        found = training_previews.problems(
            error, backbone=wanted.backbone, data=wanted.data, tuning=wanted.tuning
        )
    return messages.TrainingPlan(models=found.models, facts=found.facts, problems=found.problems)


def _plan(service: Service, wanted: messages.TrainingSpec) -> TrainingPlan:
    return service.trainings.plan(
        wanted.backbone,
        wanted.data,
        wanted.samplers,
        tuning=wanted.tuning,
        steps=wanted.steps or None,
        alpha=wanted.alpha,
    )


@answers(messages.StartTraining)
def start(service: Service, request: messages.StartTraining, context: Context) -> messages.JobStarted:
    """Start a training in a process of its own."""
    name = service.trainings.start(_plan(service, request.wanted), overwrite=request.overwrite)
    return messages.JobStarted(job=name)


@answers(messages.FollowTraining)
def follow(service: Service, request: messages.FollowTraining, context: Context) -> messages.Done:
    """Tell how a training gets on until it ends."""

    def tell(training: messages.Training) -> None:
        context.tell(messages.TrainingState(training=training))

    service.trainings.follow(request.training, tell, context.cancelled)
    return messages.Done()
