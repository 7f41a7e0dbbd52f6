"""Trainings carried out in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Unpack

from hybrid_tui.api.progress import Cancelled, Counter, Progress, steps
from hybrid_tui.api.training_plans import PlannedTraining, TrainingOptions, TrainingPlan, plan_training
from hybrid_tui.encoders import manifest
from hybrid_tui.errors import Cancelled as CancelledError
from hybrid_tui.jobs.progress import ProgressFile
from hybrid_tui.sampling.plan import Batch as Batch
from hybrid_tui.training import run, training_note
from hybrid_tui.training.log_writer import Listener
from hybrid_tui.training.log_writer import language_pairs as language_pairs
from hybrid_tui.training.training_note import RunningTraining


class Follower(Listener, Protocol):
    """Whoever follows the training of one model, beginning with the steps before the training proper."""

    def begin(self, step: str) -> Counter:
        """Take the name of a step, such as the encoding of texts; returns its counter."""
        ...


Watch = Callable[[PlannedTraining], AbstractContextManager[Follower]]
"""Gives each model's training its follower, for as long as it runs."""


@dataclass(frozen=True)
class TrainedModel:
    """A model that was trained: its name, folder, steps, wall time in seconds, and losses.

    losses: "first" and "last" of training; "validation_best" and the like where some was held out.
    """

    name: str
    folder: Path
    steps: int
    seconds: float
    losses: dict[str, float]


class TrainingStopped(CancelledError):  # noqa: N818  (it is no failure)
    """A training was asked to stop.

    name: of the model. checkpoint: whether there is one to go on from.
    """

    def __init__(self, name: str, *, checkpoint: bool) -> None:
        super().__init__(name)
        self.name = name
        self.checkpoint = checkpoint


class _Reporter:
    """A follower that reports steps as progress, and stops when it is cancelled."""

    def __init__(
        self, planned: PlannedTraining, progress: Progress | None, cancelled: Cancelled | None
    ) -> None:
        self._step = steps(progress, planned.name)
        self._total = planned.job.options.steps
        self._training: Counter | None = None
        self._cancelled = cancelled

    def begin(self, step: str) -> Counter:
        return self._step(step)

    def stepped(self, step: int, loss: float, batch: Batch, learning_rate: float) -> None:  # noqa: ARG002
        self._training = self._training or self._step("training")
        self._training(step, self._total)

    def validated(self, step: int, loss: float) -> None:
        """Take no note."""

    def stopping(self) -> bool:
        return self._cancelled is not None and self._cancelled()


def train(
    plan: TrainingPlan | None = None,
    *,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    watch: Watch | None = None,
    kept: Callable[[TrainedModel], None] | None = None,
    **options: Unpack[TrainingOptions],
) -> tuple[TrainedModel, ...]:
    """Train what is planned, or what `options` ask for, one model after the other, and keep the models.

    resume: go on with a training that was stopped, or with what is left of several. overwrite: replace
    models of the same names. watch: who follows each model's training, instead of progress and cancelled.
    kept: called after each model.
    Raises UsageError for what cannot be trained or resumed, before anything is trained; TrainingStopped, an
    errors.Cancelled, once `cancelled()` is true, with a checkpoint kept; HybridTuiError when training comes
    apart.
    """
    plan = plan or plan_training(**options)
    rest = run.left([(each.job, each.name) for each in plan.trainings], resume=resume)
    todo = [(PlannedTraining(job, name), again) for job, name, again in rest]
    first = run.is_first()
    for each, again in todo if first else []:
        each.check(resume=again, overwrite=overwrite)

    @contextmanager
    def reported(planned: PlannedTraining) -> Iterator[Follower]:
        yield _Reporter(planned, progress, cancelled)

    found: list[TrainedModel] = []
    with _held(plan, [each.name for each, _ in todo]) as lock:
        try:
            for each, again in todo:
                with (watch or reported)(each) as follower:
                    noted = _noted(follower, lock, plan, each.name)
                    folder = _trained(each, noted, resume=again, overwrite=overwrite)
                    stopping = follower.stopping()
                if lock:
                    lock.done(each.name)
                    made = manifest.read(folder)
                    found.append(TrainedModel(each.name, folder, made.steps, made.seconds, made.losses))
                    if kept:
                        kept(found[-1])
                if stopping and each is not todo[-1][0]:
                    raise CancelledError
        finally:
            run.leave()
    return tuple(found)


def _trained(planned: PlannedTraining, follower: Follower, *, resume: bool, overwrite: bool) -> Path:
    name = planned.name
    try:
        return run.run(planned.job, name, follower, follower.begin, resume=resume, overwrite=overwrite)
    except CancelledError as error:
        raise TrainingStopped(name, checkpoint=run.is_first() and run.resumable(name)) from error


def is_first_process() -> bool:
    """Tell whether this is the only process of a training, or the first of several, which alone speaks."""
    return run.is_first()


class _Noted:
    """A follower that has the job's progress written, too.

    before, total: the steps of the models before this one, and of all.
    """

    def __init__(self, follower: Follower, progress: ProgressFile, before: int, total: int) -> None:
        self._follower = follower
        self._progress = progress
        self._before = before
        self._total = total
        self.validated = follower.validated
        self.stopping = follower.stopping

    def begin(self, step: str) -> Counter:
        counter = self._follower.begin(step)

        def tell(done: int, total: int) -> None:
            counter(done, total)
            self._progress(step, done, total)

        self._progress(step, 0, 0)
        return tell

    def stepped(self, step: int, loss: float, batch: Batch, learning_rate: float) -> None:
        self._progress("training", self._before + step, self._total, 1, 1)
        self._follower.stepped(step, loss, batch, learning_rate)


def _noted(follower: Follower, lock: RunningTraining | None, plan: TrainingPlan, name: str) -> Follower:
    if not lock:
        return follower
    steps = {each.name: each.job.options.steps for each in plan.trainings}
    before = list(steps).index(name)
    return _Noted(follower, lock.job.progress, sum([*steps.values()][:before]), sum(steps.values()))


def _held(plan: TrainingPlan, rest: list[str]) -> AbstractContextManager[RunningTraining | None]:
    """Hold the names of trainings, of which `rest` are to be done; further processes hold none."""
    if not run.is_first():
        return nullcontext()
    details = plan.details(tuple(each.name for each in plan.trainings if each.name not in rest))
    return training_note.holding(details, tuple(sys.argv[1:]))
