"""Trainings in processes of their own: started, stopped, resumed, and followed by what they write."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import msgspec

from hybrid_tui import errors
from hybrid_tui.api import training_progress
from hybrid_tui.api.once import Latest
from hybrid_tui.api.progress import Cancelled
from hybrid_tui.api.records import Training
from hybrid_tui.api.training_plans import TrainingOptions, TrainingPlan, plan_training
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import registry
from hybrid_tui.errors import HybridTuiError, UsageError, unknown
from hybrid_tui.sampling.samplers import SAMPLERS, Sampler
from hybrid_tui.training import process, run
from hybrid_tui.training.log_reader import GrowingLog
from hybrid_tui.training.process import Process

# -P: what lies in the folder that the app was started in must not shadow a library.
COMMAND = (sys.executable, "-P", "-m", "hybrid_tui")
LOOK_SECONDS = 0.3
UNDER_WAY = {"starts", "runs"}
ENDED = {"well": "ended", "failed": "failed"}


class _Child(NamedTuple):
    """A process that was started here, and what it was told."""

    running: subprocess.Popen[bytes]
    told: Process


class TrainingRunner:
    """The trainings of this user; those that were started here are known before they say a word."""

    def __init__(self) -> None:
        self._children: dict[str, _Child] = {}
        self._heard: set[int] = set()
        """The processes among them that have noted something."""
        self._stopping: set[int] = set()
        self._listing = Lock()
        self._planning = Lock()
        self._plans: Latest[tuple[object, ...], TrainingPlan] = Latest(1)
        self._logs: dict[str, dict[str, GrowingLog]] = {}

    # --- starting and ending --------------------------------------------------------------------------

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
        told = _process(plan, overwrite=overwrite)
        for each in plan.trainings:
            if process.trains(each.name) or self._runs(told.name):
                raise UsageError(f"{each.name} is being trained", "stop that training, or wait for its end")
            each.check(overwrite=overwrite)
        return self._begin(told)

    def resume(self, name: str) -> str:
        """Go on with a training that was stopped; returns its name. UsageError where that is not possible."""
        told = self._told(name)
        if self._runs(name):
            raise UsageError(f"{name} is being trained already")
        words = [word for word in told.arguments if word != "--resume"]
        if told.done or any(run.resumable(each.name) for each in told.models):
            words.append("--resume")
        return self._begin(msgspec.structs.replace(told, arguments=tuple(words)))

    def _begin(self, told: Process) -> str:
        output = process.output_of(told.name)
        output.parent.mkdir(parents=True, exist_ok=True)
        try:
            with output.open("wb") as log:
                running = subprocess.Popen(  # noqa: S603
                    [*COMMAND, *told.arguments],
                    cwd=told.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            raise HybridTuiError(f"cannot start the training: {error}") from error
        self._children[told.name] = _Child(running, msgspec.structs.replace(told, pid=running.pid))
        return told.name

    def stop(self, name: str) -> None:
        """Ask a training to keep a checkpoint and end; asked again, nothing more. UsageError if none runs."""
        if not self._runs(name):
            raise UsageError(f"{name} is not being trained")
        pid = self._told(name).pid
        if pid not in self._stopping:
            self._stopping.add(pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)

    def _runs(self, name: str) -> bool:
        return self._state(name) in UNDER_WAY

    def _silent(self, name: str) -> _Child | None:
        """Return the process that was started here as long as it has noted nothing itself."""
        child, noted = self._children.get(name), process.find(name)
        if child and noted and noted.pid == child.told.pid:
            self._heard.add(noted.pid)
        if not child or child.told.pid in self._heard:
            return None
        return child if child.running.poll() is None or not process.runs(name) else None

    def _told(self, name: str) -> Process:
        silent, noted = self._silent(name), process.find(name)
        if silent:
            return silent.told
        if not noted:
            raise unknown("training", name, [each.name for each in process.known()])
        return noted

    # --- looking --------------------------------------------------------------------------------------

    def every(self) -> tuple[Training, ...]:
        """Return every training that is known, the latest first; none whose models were all removed since."""
        noted = [each.name for each in process.known()]
        starting = [name for name in self._children if name not in noted]
        with self._listing:
            found = [
                self._look(name, self._logs.setdefault(name, {}), whole=False)
                for name in (*reversed(starting), *noted)
            ]
        return tuple(each for each in found if any(model.state != "gone" for model in each.models))

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

    def _look(self, name: str, logs: dict[str, GrowingLog], *, whole: bool = True) -> Training:
        return training_progress.seen(self._told(name), self._state(name), logs, whole=whole)

    def _state(self, name: str) -> str:
        silent, noted = self._silent(name), process.find(name)
        if silent:
            stopped = silent.told.pid in self._stopping
            return "starts" if silent.running.poll() is None else "stopped" if stopped else "failed"
        return "runs" if process.runs(name) else ENDED.get(noted.ended if noted else "", "stopped")


def _written(data: str) -> tuple[int, int]:
    """Return when a collection, or the newest file at a path, was written, in nanoseconds; 0 for neither."""
    path = Path(data).expanduser()
    files = path.rglob("*") if path.is_dir() else [path]
    newest = max((file.stat().st_mtime_ns for file in files if file.is_file()), default=0)
    return catalog.changed(data), newest


def _process(plan: TrainingPlan, *, overwrite: bool) -> Process:
    """Return the process that would train what is planned, and what its command line would be told."""
    options = [each.job.options for each in plan.trainings]
    first = options[0]
    arguments = ["train", "-b", first.backbone, "--tuning", first.tuning, "--steps", str(first.steps)]
    arguments += [word for each in first.data for word in ("-d", each)]
    arguments += [word for each in options for word in ("-s", each.sampler.name)]
    arguments += ["--alpha", f"{first.sampler.alpha:g}", *(["--overwrite"] if overwrite else [])]
    return Process(
        pid=0,
        folder=str(Path.cwd()),
        arguments=tuple(arguments),
        backbone=first.backbone,
        tuning=first.tuning,
        data=first.data,
        models=tuple(each.noted for each in plan.trainings),
    )
