"""Training: planned, started, followed, stopped."""

from __future__ import annotations

import msgspec

from hybrid_tui.engine.messages.base import Message


class TrainingSpec(msgspec.Struct, frozen=True):
    """A training as a person asks for it; the rest is settled by the defaults.

    data: collections, files and folders. samplers: one a model. tuning: "auto" to have it chosen.
    steps: 0 for the default. alpha: hybrid's share of mono batches.
    """

    backbone: str
    data: tuple[str, ...]
    samplers: tuple[str, ...]
    tuning: str = "auto"
    steps: int = 0
    alpha: float = 0.5


class PlanTraining(Message, frozen=True):
    """What would a training do? Answered by `TrainingPlan`."""

    wanted: TrainingSpec


class StartTraining(Message, frozen=True):
    """Train, in a process that outlives app and engine. Answered by `TrainingStarted`.

    overwrite: models of the same names, and trainings of them that were stopped, are given up.
    """

    wanted: TrainingSpec
    overwrite: bool = False


class ResumeTraining(Message, frozen=True):
    """Go on with a training that was stopped. Answered by `TrainingStarted`."""

    training: str


class StopTraining(Message, frozen=True):
    """Let a training keep a checkpoint and end. Answered by `Done` at once."""

    training: str


class ListTrainings(Message, frozen=True):
    """Which trainings run, were stopped, have ended? Answered by `Trainings`."""


class FollowTraining(Message, frozen=True):
    """How does a training get on? Any number of `TrainingState`, and `Done` after the last.

    Cancelled, it ends alone: the training goes on.
    """

    training: str


class PlannedModel(msgspec.Struct, frozen=True):
    """A model that would be trained: steps of so many rows.

    taken: why its name cannot be had without overwriting; empty where it is free.
    """

    name: str
    sampler: str
    steps: int
    rows: int
    taken: str = ""


class TrainingPlan(Message, frozen=True):
    """Answer to `PlanTraining`: models and settings, or what is wrong, by field of `Wanted`."""

    models: tuple[PlannedModel, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    problems: dict[str, str] = msgspec.field(default_factory=dict)


class TrainingStarted(Message, frozen=True):
    """Answer to `StartTraining` and `ResumeTraining`: what the training is called from now on."""

    training: str


class ModelTraining(msgspec.Struct, frozen=True):
    """How far a model is.

    state: "waits", "runs", "stopped", "kept", or "gone" when it was removed since.
    losses: (step, loss) from first to last, means of several steps where there are many. validations:
    (step, loss). mode: of the last step. pairs: rows so far by languages, as `de>en`. rate: rows a second of
    late. seconds: of training so far.
    """

    name: str
    sampler: str
    alpha: float
    steps: int
    rows: int
    state: str
    step: int = 0
    losses: tuple[tuple[int, float], ...] = ()
    validations: tuple[tuple[int, float], ...] = ()
    mode: str = ""
    pairs: dict[str, int] = msgspec.field(default_factory=dict)
    rate: float = 0.0
    seconds: float = 0.0


class Training(msgspec.Struct, frozen=True):
    """Models trained one after the other by one process, known by the first one's name.

    state: "starts", "runs", "stopped", "failed" or "ended". problem, hint: why it failed. said: its last
    words. left: estimated seconds until its end, 0 where that is not known.
    """

    name: str
    title: str
    state: str
    models: tuple[ModelTraining, ...]
    problem: str = ""
    hint: str = ""
    said: str = ""
    left: float = 0.0


class TrainingList(Message, frozen=True):
    """Answer to `ListTrainings`, the latest first, without losses and pairs."""

    trainings: tuple[Training, ...]


class TrainingState(Message, frozen=True):
    """How a training gets on; more follows."""

    training: Training
