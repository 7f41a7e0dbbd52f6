"""Handlers of requests about trainings."""

from __future__ import annotations

from hybrid_tui.engine import messages
from hybrid_tui.engine.dispatch import Context, answers
from hybrid_tui.engine.service import Service


@answers(messages.PlanTraining)
def plan(service: Service, request: messages.PlanTraining, context: Context) -> messages.TrainingPlan:
    """Settle what a training would do."""
    from hybrid_tui.engine import training_plans

    return training_plans.plan(request.wanted)


@answers(messages.StartTraining)
def start(service: Service, request: messages.StartTraining, context: Context) -> messages.TrainingStarted:
    """Start a training in a process of its own."""
    name = service.trainings.start(request.wanted, overwrite=request.overwrite)
    return messages.TrainingStarted(training=name)


@answers(messages.ResumeTraining)
def resume(service: Service, request: messages.ResumeTraining, context: Context) -> messages.TrainingStarted:
    """Go on with a training that was stopped."""
    return messages.TrainingStarted(training=service.trainings.resume(request.training))


@answers(messages.StopTraining)
def stop(service: Service, request: messages.StopTraining, context: Context) -> messages.Done:
    """Ask a training to keep a checkpoint and end."""
    service.trainings.stop(request.training)
    return messages.Done()


@answers(messages.ListTrainings)
def trainings(service: Service, request: messages.ListTrainings, context: Context) -> messages.TrainingList:
    """List the trainings that are known."""
    return messages.TrainingList(trainings=service.trainings.every())


@answers(messages.FollowTraining)
def follow(service: Service, request: messages.FollowTraining, context: Context) -> messages.Done:
    """Tell how a training gets on until it ends."""

    def tell(training: messages.Training) -> None:
        context.tell(messages.TrainingState(training=training))

    service.trainings.follow(request.training, tell, context.cancelled)
    return messages.Done()
