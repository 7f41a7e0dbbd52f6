"""A job from within: the note kept up to date and the lock held while this process does it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import msgspec

from hybrid_tui.errors import Cancelled, HybridTuiError, UsageError
from hybrid_tui.jobs import locks, notes
from hybrid_tui.jobs.job_names import JOB, is_held
from hybrid_tui.jobs.notes import Ended, JobNote
from hybrid_tui.jobs.progress import ProgressFile


class RunningJob:
    """The files of a job that this process does; `progress` takes (step, done, total)."""

    def __init__(self, note: JobNote) -> None:
        self._note = note
        notes.sweep(note.name)
        self.progress = ProgressFile(note.name)
        notes.write(note)

    def note(self, details: dict[str, Any]) -> None:
        """Note other details."""
        self._write(details=details)

    def end(self, how: Ended, problem: str = "", hint: str = "") -> None:
        """Note how it ended; a disk that refuses hides neither what was made nor what went wrong."""
        with suppress(HybridTuiError):
            self._write(ended=how, problem=problem, hint=hint)

    def _write(self, **changed: Any) -> None:
        self._note = msgspec.structs.replace(self._note, **changed)
        notes.write(self._note)


@contextmanager
def holding(
    note: JobNote,
    *,
    waiting: Callable[[], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[RunningJob]:
    """Be the process of a job while the block does it, and note how it ends; SIGTERM stops it as Ctrl-C does.

    waiting: called now and then while another process does the same job, whose end is waited for.
    Raises UsageError where another does it and `waiting` is None, Cancelled when `cancelled()` turns true.
    """
    with ExitStack() as stack:
        if waiting:
            stack.enter_context(locks.turn(note.name, JOB, waiting=waiting, cancelled=cancelled))
        else:
            try:
                stack.enter_context(locks.held(note.name, JOB))
            except locks.Held:
                raise runs_already(note.name) from None
        stack.enter_context(_stopped_by_sigterm())
        running = RunningJob(msgspec.structs.replace(note, pid=os.getpid()))
        try:
            yield running
        except (Cancelled, KeyboardInterrupt):
            running.end("stopped")
            raise
        except BaseException as error:
            hint = error.hint if isinstance(error, HybridTuiError) else ""
            running.end("failed", str(error) or type(error).__name__, hint)
            raise
        running.end("well")


def runs_already(name: str) -> UsageError:
    """Build the error for a job that is not to be done twice at a time."""
    return UsageError(f"{name} runs already", "hybrid-tui jobs list shows how far it is")


def runs(name: str) -> bool:
    """Tell whether a job's process is alive."""
    return is_held(name, JOB)


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:  # whoever catches it knows better
        yield
        return
    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
