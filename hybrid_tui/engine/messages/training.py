"""Trainings: planned, started, followed."""

from __future__ import annotations

import msgspec

from hybrid_tui.api.records import PlannedModel, Training
from hybrid_tui.engine.messages.base import Done, Interim, Reply, Request
from hybrid_tui.engine.messages.jobs import JobStarted


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


class TrainingPlan(Reply, frozen=True):
    """Models and settings, or what is wrong, by field of `TrainingSpec`."""

    models: tuple[PlannedModel, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    problems: dict[str, str] = msgspec.field(default_factory=dict)


class PlanTraining(Request[TrainingPlan], frozen=True):
    """Settle what a training would do, without starting it."""

    wanted: TrainingSpec


class StartTraining(Request[JobStarted], frozen=True):
    """Train, in a process that outlives app and engine.

    overwrite: models of the same names, and trainings of them that were stopped, are given up.
    """

    wanted: TrainingSpec
    overwrite: bool = False


class TrainingState(Interim, frozen=True):
    """The present state of a training that is followed."""

    training: Training


class FollowTraining(Request[Done], frozen=True):
    """Follow a training to its end, with a `TrainingState` whenever it has changed.

    Cancelled, it ends alone: the training goes on.
    """

    training: str
