"""Trainings: planned, started, followed, stopped."""

from __future__ import annotations

import msgspec

from hybrid_tui.engine.messages.base import Done, Interim, Reply, Request


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


class PlannedModel(msgspec.Struct, frozen=True):
    """A model that would be trained: steps of so many rows.

    taken: why its name cannot be had without overwriting; empty where it is free.
    """

    name: str
    sampler: str
    steps: int
    rows: int
    taken: str = ""


class TrainingPlan(Reply, frozen=True):
    """Models and settings, or what is wrong, by field of `TrainingSpec`."""

    models: tuple[PlannedModel, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    problems: dict[str, str] = msgspec.field(default_factory=dict)


class PlanTraining(Request[TrainingPlan], frozen=True):
    """Settle what a training would do, without starting it."""

    wanted: TrainingSpec


class TrainingStarted(Reply, frozen=True):
    """What the training is called from now on."""

    training: str


class StartTraining(Request[TrainingStarted], frozen=True):
    """Train, in a process that outlives app and engine.

    overwrite: models of the same names, and trainings of them that were stopped, are given up.
    """

    wanted: TrainingSpec
    overwrite: bool = False


class ResumeTraining(Request[TrainingStarted], frozen=True):
    """Go on with a training that was stopped."""

    training: str


class StopTraining(Request[Done], frozen=True):
    """Let a training keep a checkpoint and end; answered at once."""

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


class TrainingList(Reply, frozen=True):
    """Trainings, the latest first, without losses and pairs."""

    trainings: tuple[Training, ...]


class ListTrainings(Request[TrainingList], frozen=True):
    """List the trainings that run, were stopped or have ended."""


class TrainingState(Interim, frozen=True):
    """The present state of a training that is followed."""

    training: Training


class FollowTraining(Request[Done], frozen=True):
    """Follow a training to its end, with a `TrainingState` whenever it has changed.

    Cancelled, it ends alone: the training goes on.
    """

    training: str
