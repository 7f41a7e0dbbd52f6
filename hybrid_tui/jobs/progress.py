"""Progress of a job in a file: the step, how far it is, the time left."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import msgspec

from hybrid_tui import settings
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.jobs import job_names

WRITE_SECONDS = 0.5
SOON_SECONDS = 2.0
"""For how long a step must run before its rate tells when it ends."""


class JobProgress(msgspec.Struct, frozen=True):
    """How far a job is.

    step: what it does, in words. done, total: how much of that, 0 of 0 where that is not known. left:
    estimated seconds until the step ends, 0 where that is not known. number: which of its `steps` that is, 0
    of 0 where it does not know; the only one tells of the whole job.
    """

    step: str = ""
    done: int = 0
    total: int = 0
    left: float = 0.0
    number: int = 0
    steps: int = 0


class ProgressFile:
    """Writes a job's progress, at most twice a second; clock: the time in seconds."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = job_names.file_of(name, "progress")
        self._clock = clock
        self._step = ""
        self._began = (0.0, 0)
        self._next = 0.0
        self._file.unlink(missing_ok=True)

    def __call__(self, step: str, done: int, total: int, number: int = 0, steps: int = 0) -> None:
        """Take how far a step is, and which of how many; where the disk refuses nobody is told."""
        now = self._clock()
        if step != self._step or done < self._began[1]:
            self._step, self._began, self._next = step, (now, done), now
        elif not self._began[1]:
            self._began = now, done  # what came before the first was loading
        if now < self._next and done < total:
            return
        self._next = now + WRITE_SECONDS
        found = JobProgress(step, done, total, self._left(now, done, total), number, steps)
        with suppress(HybridTuiError), settings.replacing(self._file, "wb") as file:
            file.write(msgspec.json.encode(found))

    def _left(self, now: float, done: int, total: int) -> float:
        began, first = self._began
        if now - began < SOON_SECONDS or done <= first:
            return 0.0
        return (now - began) * (total - done) / (done - first)


def progress_of(name: str) -> JobProgress:
    """Return how far a job is, as it wrote last."""
    try:
        return msgspec.json.decode(job_names.file_of(name, "progress").read_bytes(), type=JobProgress)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return JobProgress()
