"""What the engine does beside searching: trainings, and the library of models and collections."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hybrid_tui.engine import library, plans, protocol
from hybrid_tui.engine.trainings import Trainings


class Workshop:
    """Carries out requests; `tell` is given the replies that come before the last."""

    def __init__(self, tell: Callable[[protocol.Reply], None]) -> None:
        self._tell = tell
        self._trainings = Trainings()

    def answer(
        self, request: protocol.TrainingRequest | protocol.LibraryRequest, cancelled: Callable[[], bool]
    ) -> protocol.Reply:
        """Return the last reply to a request."""
        if isinstance(request, protocol.TrainingRequest):
            reply: protocol.Reply = self._training(request, cancelled)
        else:
            reply = self._library(request)
        return msgspec.structs.replace(reply, id=request.id)

    def _training(
        self, request: protocol.TrainingRequest, cancelled: Callable[[], bool]
    ) -> protocol.TrainingReply | protocol.Done:
        trainings = self._trainings
        match request:
            case protocol.PlanTraining():
                return plans.plan(request.wanted)
            case protocol.StartTraining():
                name = trainings.start(request.wanted, overwrite=request.overwrite)
                return protocol.TrainingStarted(training=name)
            case protocol.ResumeTraining():
                return protocol.TrainingStarted(training=trainings.resume(request.training))
            case protocol.ListTrainings():
                return protocol.Trainings(trainings=trainings.every())
            case protocol.StopTraining():
                trainings.stop(request.training)
            case protocol.FollowTraining():

                def tell(training: protocol.Training) -> None:
                    self._tell(protocol.TrainingState(id=request.id, training=training))

                trainings.follow(request.training, tell, cancelled)
        return protocol.Done()

    def _library(self, request: protocol.LibraryRequest) -> protocol.LibraryReply | protocol.Done:
        match request:
            case protocol.ListLibrary():
                return library.library()
            case protocol.Describe():
                return library.described(request.kind, request.name)
            case protocol.Add():
                return library.add(request.kind, request.path, request.name)
            case protocol.Remove():
                library.remove(request.kind, request.name)
        return protocol.Done()
