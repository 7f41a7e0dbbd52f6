"""What the engine does beside searching: trainings, and the library of models and collections."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hybrid_tui.engine import library, messages, training_plans
from hybrid_tui.engine.trainings import TrainingRunner


class Workshop:
    """Carries out requests; `tell` is given the replies that come before the last."""

    def __init__(self, tell: Callable[[messages.Reply], None]) -> None:
        self._tell = tell
        self._trainings = TrainingRunner()

    def answer(
        self, request: messages.TrainingRequest | messages.LibraryRequest, cancelled: Callable[[], bool]
    ) -> messages.Reply:
        """Return the last reply to a request."""
        if isinstance(request, messages.TrainingRequest):
            reply: messages.Reply = self._training(request, cancelled)
        else:
            reply = self._library(request)
        return msgspec.structs.replace(reply, id=request.id)

    def _training(
        self, request: messages.TrainingRequest, cancelled: Callable[[], bool]
    ) -> messages.TrainingReply | messages.Done:
        trainings = self._trainings
        match request:
            case messages.PlanTraining():
                return training_plans.plan(request.wanted)
            case messages.StartTraining():
                name = trainings.start(request.wanted, overwrite=request.overwrite)
                return messages.TrainingStarted(training=name)
            case messages.ResumeTraining():
                return messages.TrainingStarted(training=trainings.resume(request.training))
            case messages.ListTrainings():
                return messages.TrainingList(trainings=trainings.every())
            case messages.StopTraining():
                trainings.stop(request.training)
            case messages.FollowTraining():

                def tell(training: messages.Training) -> None:
                    self._tell(messages.TrainingState(id=request.id, training=training))

                trainings.follow(request.training, tell, cancelled)
        return messages.Done()

    def _library(self, request: messages.LibraryRequest) -> messages.LibraryReply | messages.Done:
        match request:
            case messages.ListLibrary():
                return library.library()
            case messages.Describe():
                return library.described(request.kind, request.name)
            case messages.Add():
                return library.add(request.kind, request.path, request.name)
            case messages.Remove():
                library.remove(request.kind, request.name)
        return messages.Done()
