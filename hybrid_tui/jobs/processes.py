"""Processes that do jobs: started, stopped, and told of by what they write."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from threading import Lock
from typing import Literal, NamedTuple

import msgspec

from hybrid_tui.errors import HybridTuiError, UsageError, unknown
from hybrid_tui.jobs import job_names, notes, running
from hybrid_tui.jobs.job_names import Standing, standing
from hybrid_tui.jobs.notes import JobNote

State = Literal["starts"] | Standing

# -P: what lies in the folder that the app was started in must not shadow a library.
COMMAND = (sys.executable, "-P", "-m", "hybrid_tui")
UNDER_WAY = frozenset({"starts", "runs"})
LAST_LINES = 3
_started: list[subprocess.Popen[bytes]] = []
"""What was started here: it may outlive whoever holds its `JobProcesses`, which Popen would warn of."""


class _Child(NamedTuple):
    """A process that was started here, and what it was told."""

    process: subprocess.Popen[bytes]
    note: JobNote


class JobProcesses:
    """All jobs of this user; those that were started here are known before they note a word."""

    def __init__(self) -> None:
        self._children: dict[str, _Child] = {}
        self._heard: set[int] = set()
        """The processes among them that have noted something."""
        self._stopping: set[int] = set()
        self._starting = Lock()

    def start(self, note: JobNote) -> None:
        """Do a job in a process of its own, which outlives this one.

        Raises UsageError where it runs already, HybridTuiError where no process can be started.
        """
        with self._starting:
            if self.state(note.name) in UNDER_WAY:
                raise running.runs_already(note.name)
            output = job_names.file_of(note.name, "log")
            try:
                output.parent.mkdir(parents=True, exist_ok=True)
                with output.open("wb") as log:
                    process = subprocess.Popen(  # noqa: S603
                        [*COMMAND, *note.arguments],
                        cwd=note.folder,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
            except OSError as error:
                raise HybridTuiError(f"cannot start the {note.kind}: {error}") from error
            _started.append(process)
            note = msgspec.structs.replace(note, pid=process.pid, ended="", problem="", hint="")
            self._children[note.name] = _Child(process, note)

    def stop(self, name: str) -> None:
        """Ask a job to end so that it can be gone on with; asked again, nothing more.

        Raises UsageError for one that does not run.
        """
        if self.state(name) not in UNDER_WAY:
            raise UsageError(f"{name} does not run", "hybrid-tui jobs list shows what does")
        pid = self.told(name).pid
        if pid not in self._stopping:
            self._stopping.add(pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def state(self, name: str) -> State:
        """Return how a job is; "stopped" for one that nobody knows."""
        if silent := self._silent(name):
            code = silent.process.poll()
            if code is None:
                return "starts"
            return "ended" if code == 0 else "stopped" if silent.note.pid in self._stopping else "failed"
        noted = notes.find(name)
        return standing(name, noted.ended if noted else "")

    def told(self, name: str) -> JobNote:
        """Return what a job noted, or was told where it has noted nothing yet. Raises UsageError for none."""
        if silent := self._silent(name):
            failed = self.state(name) == "failed"
            problem = notes.last_words(name, LAST_LINES) if failed else ""
            return msgspec.structs.replace(silent.note, problem=problem)
        if noted := notes.find(name):
            return noted
        raise unknown("job", name, [note.name for note in notes.known()])

    def names(self, kind: str = "") -> list[str]:
        """Return the names of all jobs, of one kind or all, the latest first."""
        noted = [note.name for note in notes.known(kind)]
        starting = [name for name, each in self._children.items() if kind in {"", each.note.kind}]
        return [*(name for name in reversed(starting) if name not in noted), *noted]

    def _silent(self, name: str) -> _Child | None:
        """Return the process that was started here as long as it has noted nothing itself."""
        child, noted = self._children.get(name), notes.find(name)
        if child and noted and noted.pid == child.note.pid:
            self._heard.add(noted.pid)
        if not child or child.note.pid in self._heard:
            return None
        # Where another process does the same job, this one waits for it.
        another = noted is not None and (running.runs(name) or child.process.poll() == 0)
        return None if another else child
