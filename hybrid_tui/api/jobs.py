"""Jobs of every kind: listed, followed, stopped, gone on with."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from hybrid_tui import errors
from hybrid_tui.api.progress import Cancelled
from hybrid_tui.api.records import Job
from hybrid_tui.encoders import registry
from hybrid_tui.errors import HybridTuiError, UsageError
from hybrid_tui.evaluation.evaluation_note import EVALUATION
from hybrid_tui.jobs.notes import JobNote
from hybrid_tui.jobs.processes import JobProcesses as JobProcesses
from hybrid_tui.jobs.progress import JobProgress, progress_of
from hybrid_tui.training import training_note
from hybrid_tui.training.training_note import TRAINING

LOOK_SECONDS = 1.0
BEGIN_SECONDS = 0.05


def _as_before(note: JobNote) -> tuple[str, ...]:
    return note.arguments


def _resumed_training(note: JobNote) -> tuple[str, ...]:
    from hybrid_tui.training import run  # not needed to list jobs

    details = training_note.details_of(note)
    begun = details and (details.done or any(run.resumable(each.name) for each in details.models))
    return (*(word for word in note.arguments if word != "--resume"), *(["--resume"] if begun else []))


def _never(_: JobNote) -> bool:
    return False


def _no_models(note: JobNote) -> bool:
    details = training_note.details_of(note)
    return details is not None and not any(registry.find(each.name) for each in details.models)


@dataclass(frozen=True)
class JobKind:
    """resumed: returns the command line that goes on with a job. gone: whether what it made is no more."""

    resumed: Callable[[JobNote], tuple[str, ...]] = _as_before
    gone: Callable[[JobNote], bool] = _never


KINDS: Mapping[str, JobKind] = MappingProxyType(
    {TRAINING: JobKind(_resumed_training, _no_models), EVALUATION: JobKind()}
)
"""What is particular to a kind of job."""


class Jobs:
    """All jobs of this user; processes: those that this process starts are known at once."""

    def __init__(self, processes: JobProcesses | None = None) -> None:
        self._processes = processes or JobProcesses()

    def every(self) -> tuple[Job, ...]:
        """Return the jobs that run, were stopped or have ended, the latest first; none that left nothing."""
        found = []
        for name in self._processes.names():
            note, state = self._processes.told(name), self._processes.state(name)
            if state != "ended" or not KINDS.get(note.kind, JobKind()).gone(note):
                found.append(_job(note, state))
        return tuple(found)

    def follow(self, tell: Callable[[tuple[Job, ...]], None], cancelled: Cancelled) -> None:
        """Tell all jobs, now and whenever one has changed; raises Cancelled when asked to."""
        last: tuple[Job, ...] | None = None
        while not cancelled():
            found = self.every()
            if found != last:
                tell(found)
            last = found
            time.sleep(LOOK_SECONDS)
        raise errors.Cancelled

    def stop(self, name: str) -> None:
        """Ask a job to end so that it can be gone on with. UsageError for one that does not run."""
        self._processes.told(name)
        self._processes.stop(name)

    def resume(self, name: str) -> str:
        """Go on with a job that was stopped or has failed, without waiting for it; returns its name.

        Raises UsageError for one that is unknown, runs or has ended well.
        """
        note = self._processes.told(name)
        if self._processes.state(name) == "ended":
            raise UsageError(f"{name} has ended: there is nothing to go on with")
        resumed = KINDS.get(note.kind, JobKind()).resumed(note)
        self._processes.start(msgspec.structs.replace(note, arguments=resumed))
        return name

    def begun(self, name: str) -> None:
        """Wait until a job that was started here has begun, from when on every process sees it run.

        Raises HybridTuiError, with the reason, for one that fails before or at once.
        """
        while (state := self._processes.state(name)) == "starts":
            time.sleep(BEGIN_SECONDS)
        if state == "failed":
            note = self._processes.told(name)
            raise HybridTuiError(note.problem or f"{name} has failed", note.hint)


def _job(note: JobNote, state: str) -> Job:
    progress = progress_of(note.name) if state != "starts" else JobProgress()
    return Job(
        kind=note.kind,
        name=note.name,
        title=note.title,
        state=state,
        step=progress.step,
        done=progress.done,
        total=progress.total,
        left=progress.left if state == "runs" else 0.0,
        problem=note.problem if state == "failed" else "",
        hint=note.hint if state == "failed" else "",
        number=progress.number,
        steps=progress.steps,
    )
