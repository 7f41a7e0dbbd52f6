"""Notes of trainings: the models that a process trains, and the locks on their names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from hybrid_tui.errors import UsageError
from hybrid_tui.jobs import job_names, locks, running
from hybrid_tui.jobs.notes import JobNote
from hybrid_tui.jobs.running import RunningJob

TRAINING = "training"
MODEL = "model"
"""The lock on the name of a model, which whoever trains it holds."""


class Planned(msgspec.Struct, frozen=True):
    """A model to be trained: its name, how its batches are drawn, how many steps of how many rows.

    alpha: the share of mono batches of the sampler hybrid.
    """

    name: str
    sampler: str
    alpha: float
    steps: int
    rows: int


class TrainingDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Models that a process trains one after the other; backbone, tuning and data are the same of all.

    done: the models that are kept.
    """

    backbone: str
    tuning: str
    data: tuple[str, ...]
    models: tuple[Planned, ...]
    done: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The training in words."""
        samplers = dict.fromkeys(
            f"{each.sampler} {each.alpha:g}"
            if each.sampler == "hybrid" and each.alpha != 0.5
            else each.sampler
            for each in self.models
        )
        data = ", ".join(Path(each).name for each in self.data)
        return f"{Path(self.backbone).name}, {self.tuning}, {' '.join(samplers)}, on {data}"


def training_note(details: TrainingDetails, arguments: tuple[str, ...]) -> JobNote:
    """Return the note of a training, which is known by its first model's name."""
    return JobNote(
        kind=TRAINING,
        name=details.models[0].name,
        title=details.title,
        folder=str(Path.cwd()),
        arguments=arguments,
        details=msgspec.to_builtins(details),
    )


def details_of(note: JobNote) -> TrainingDetails | None:
    """Return what a training noted; None for another job, or where that is damaged."""
    try:
        return msgspec.convert(note.details, TrainingDetails) if note.kind == TRAINING else None
    except msgspec.ValidationError:
        return None


class RunningTraining:
    """A training that this process does; `job` takes its progress."""

    def __init__(self, job: RunningJob, details: TrainingDetails) -> None:
        self.job = job
        self._details = details

    def done(self, name: str) -> None:
        """Note that a model is kept."""
        self._details = msgspec.structs.replace(self._details, done=(*self._details.done, name))
        self.job.note(msgspec.to_builtins(self._details))


@contextmanager
def holding(details: TrainingDetails, arguments: tuple[str, ...]) -> Iterator[RunningTraining]:
    """Hold the names of models while the block trains them, and note how it ends.

    Raises UsageError for a name that another process holds.
    """
    with ExitStack() as held:
        for each in details.models:
            try:
                held.enter_context(locks.held(each.name, MODEL))
            except locks.Held:
                raise UsageError(
                    f"{each.name} is being trained by another process", "stop that one, or wait for its end"
                ) from None
        job = held.enter_context(running.holding(training_note(details, arguments)))
        yield RunningTraining(job, details)


def trains(name: str) -> bool:
    """Tell whether any process is training a model of that name."""
    return job_names.is_held(name, MODEL)
