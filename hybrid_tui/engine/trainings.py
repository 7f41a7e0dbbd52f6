"""Trainings in processes of their own: started, stopped, resumed, and followed by what they write."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

import msgspec

from hybrid_tui.engine import messages, training_plans, training_progress
from hybrid_tui.errors import Cancelled, HybridTuiError, UsageError, unknown
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
        self._logs: dict[str, dict[str, GrowingLog]] = {}

    # --- starting and ending --------------------------------------------------------------------------

    def start(self, wanted: messages.TrainingSpec, *, overwrite: bool = False) -> str:
        """Start a training; returns its name. UsageError for what cannot be asked for, or a name in use."""
        planned = training_plans.settled(wanted)
        told = training_plans.process_of(wanted, planned, overwrite=overwrite)
        for job, name in planned:
            if process.trains(name) or self._runs(told.name):
                raise UsageError(f"{name} is being trained", "stop that training, or wait for its end")
            run.check(job, name, overwrite=overwrite)
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

    def every(self) -> tuple[messages.Training, ...]:
        """Return every training that is known, the latest first; none whose models were all removed since."""
        noted = [each.name for each in process.known()]
        starting = [name for name in self._children if name not in noted]
        with self._listing:
            found = [
                self._look(name, self._logs.setdefault(name, {}), whole=False)
                for name in (*reversed(starting), *noted)
            ]
        return tuple(each for each in found if any(model.state != "gone" for model in each.models))

    def follow(
        self, name: str, tell: Callable[[messages.Training], None], cancelled: Callable[[], bool]
    ) -> None:
        """Tell how a training gets on until it ends; raises Cancelled, and leaves it alone, when asked to."""
        logs: dict[str, GrowingLog] = {}
        last: messages.Training | None = None
        while True:
            found = self._look(name, logs)
            if found != last:
                tell(found)
            last = found
            if found.state not in UNDER_WAY:
                return
            if cancelled():
                raise Cancelled
            time.sleep(LOOK_SECONDS)

    def _look(self, name: str, logs: dict[str, GrowingLog], *, whole: bool = True) -> messages.Training:
        return training_progress.seen(self._told(name), self._state(name), logs, whole=whole)

    def _state(self, name: str) -> str:
        silent, noted = self._silent(name), process.find(name)
        if silent:
            stopped = silent.told.pid in self._stopping
            return "starts" if silent.running.poll() is None else "stopped" if stopped else "failed"
        return "runs" if process.runs(name) else ENDED.get(noted.ended if noted else "", "stopped")
