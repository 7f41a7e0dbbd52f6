"""Trainings in processes of their own: planned, started, and followed by what they write."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

from hybrid_tui import errors
from hybrid_tui.api import training_progress
from hybrid_tui.api.once import Latest
from hybrid_tui.api.progress import Cancelled
from hybrid_tui.api.records import Training
from hybrid_tui.api.training_plans import TrainingOptions, TrainingPlan, plan_training
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import registry
from hybrid_tui.errors import UsageError, unknown
from hybrid_tui.jobs.processes import UNDER_WAY, JobProcesses
from hybrid_tui.sampling.samplers import SAMPLERS, Sampler
from hybrid_tui.training import training_note
from hybrid_tui.training.log_reader import GrowingLog
from hybrid_tui.training.training_note import TRAINING

LOOK_SECONDS = 0.3


class TrainingRunner:
    """Plans trainings, starts them among the jobs of this user, and follows them."""

    def __init__(self, processes: JobProcesses) -> None:
        self._processes = processes
        self._planning = Lock()
        self._plans: Latest[tuple[object, ...], TrainingPlan] = Latest(1)

    def plan(
        self,
        backbone: str,
        data: Sequence[str],
        samplers: Sequence[str],
        *,
        tuning: str = "auto",
        steps: int | None = None,
        alpha: float = 0.5,
    ) -> TrainingPlan:
        """Return what would be trained; the plan that was made last where nothing has changed since.

        Raises UsageError for what cannot be asked for, DataError for data that cannot be read.
        """
        for name in samplers:
            Sampler(name)  # an unknown one is told
        options = TrainingOptions(
            backbone=backbone,
            data=tuple(data),
            samplers=[name for name in SAMPLERS if name in samplers],
            tuning=tuning,
            steps=steps,
            alpha=alpha,
        )
        asked = (str(options), *map(_written, data), registry.changed(backbone))
        with self._planning:
            return self._plans.get(asked, lambda: plan_training(**options))

    def start(self, plan: TrainingPlan, *, overwrite: bool = False) -> str:
        """Start a training; returns its name. UsageError for a name in use."""
        note = training_note.training_note(plan.details(), _arguments(plan, overwrite=overwrite))
        for each in plan.trainings:
            if training_note.trains(each.name) or self._processes.state(note.name) in UNDER_WAY:
                raise UsageError(f"{each.name} is being trained", "stop that training, or wait for its end")
            each.check(overwrite=overwrite)
        self._processes.start(note)
        return note.name

    def follow(self, name: str, tell: Callable[[Training], None], cancelled: Cancelled) -> None:
        """Tell how a training gets on until it ends; raises Cancelled, and leaves it alone, when asked to."""
        logs: dict[str, GrowingLog] = {}
        last: Training | None = None
        while True:
            found = self._look(name, logs)
            if found != last:
                tell(found)
            last = found
            if found.state not in UNDER_WAY:
                return
            if cancelled():
                raise errors.Cancelled
            time.sleep(LOOK_SECONDS)

    def _look(self, name: str, logs: dict[str, GrowingLog]) -> Training:
        note = self._processes.told(name)
        details = training_note.details_of(note)
        if details is None:
            raise unknown("training", name, self._processes.names(TRAINING))
        return training_progress.seen(note, details, self._processes.state(name), logs)


def _written(data: str) -> tuple[int, int]:
    """Return when a collection, or the newest file at a path, was written, in nanoseconds; 0 for neither."""
    path = Path(data).expanduser()
    files = path.rglob("*") if path.is_dir() else [path]
    newest = max((file.stat().st_mtime_ns for file in files if file.is_file()), default=0)
    return catalog.changed(data), newest


def _arguments(plan: TrainingPlan, *, overwrite: bool) -> tuple[str, ...]:
    """Return the command line that trains what is planned."""
    options = [each.job.options for each in plan.trainings]
    first = options[0]
    arguments = ["train", "-b", first.backbone, "--tuning", first.tuning, "--steps", str(first.steps)]
    arguments += [word for each in first.data for word in ("-d", each)]
    arguments += [word for each in options for word in ("-s", each.sampler.name)]
    return (*arguments, "--alpha", f"{first.sampler.alpha:g}", *(["--overwrite"] if overwrite else []))
