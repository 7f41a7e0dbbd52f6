"""Notes of evaluations: the systems that a process evaluates on a collection."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from hybrid_tui.endpoints import PREFIX
from hybrid_tui.jobs import notes, running
from hybrid_tui.jobs.notes import JobNote
from hybrid_tui.jobs.progress import progress_of
from hybrid_tui.jobs.running import RunningJob

EVALUATION = "evaluation"
MIB = 1 << 20
LONGEST_NAME = 80
REMEMBERED = 20
"""Evaluations that ended well and are listed as jobs still; what they made stays."""


class EvaluationDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Systems that a process evaluates on one collection, one after the other, by the names asked for.

    memory (bytes), again: as of `evaluate`. done: the systems that are evaluated.
    """

    data: str
    systems: tuple[str, ...]
    memory: int
    again: bool = False
    done: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The evaluation in words."""
        first, *more = self.systems
        return f"{first}{f' and {len(more)} more' if more else ''} on {self.data}"

    @property
    def name(self) -> str:
        """What the job is known by: the same for the same evaluation, fit for a file and a command line."""
        whole = f"{','.join(self.systems)}-on-{self.data}"
        name = re.sub(r"[^\w.:,=+@-]", "-", whole, flags=re.ASCII).lstrip(".,=-")
        if name == whole and len(name) <= LONGEST_NAME:
            return name
        return f"{name[:LONGEST_NAME]}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"

    @property
    def arguments(self) -> tuple[str, ...]:
        """The command line that evaluates them, which goes on where it was stopped."""
        words = ["evaluate", "--data", self.data]
        words += [word for each in self.systems for word in ("-m", each)]
        words += ["--memory", str(self.memory // MIB), *(["--again"] if self.again else [])]
        # Whoever began it agreed to what endpoints cost.
        return (*words, *(["--yes"] if any(PREFIX in each for each in self.systems) else []))


def evaluation_note(details: EvaluationDetails) -> JobNote:
    """Return the note of an evaluation."""
    return JobNote(
        kind=EVALUATION,
        name=details.name,
        title=details.title,
        folder=str(Path.cwd()),
        arguments=details.arguments,
        details=msgspec.to_builtins(details),
    )


def details_of(note: JobNote) -> EvaluationDetails | None:
    """Return what an evaluation noted; None for another job, or where that is damaged."""
    try:
        return msgspec.convert(note.details, EvaluationDetails) if note.kind == EVALUATION else None
    except msgspec.ValidationError:
        return None


def stopped(details: EvaluationDetails) -> bool:
    """Tell whether the same evaluation was begun and has not ended well."""
    noted = notes.find(details.name)
    return noted is not None and noted.ended != "well"


class RunningEvaluation:
    """An evaluation that this process does; `job` takes its progress."""

    def __init__(self, job: RunningJob, details: EvaluationDetails) -> None:
        self.job = job
        self._details = details

    def done(self, name: str) -> None:
        """Note that a system is evaluated."""
        done = dict.fromkeys((*self._details.done, name))
        self._details = msgspec.structs.replace(self._details, done=tuple(done))
        self.job.note(msgspec.to_builtins(self._details))


@contextmanager
def holding(
    details: EvaluationDetails,
    *,
    waiting: Callable[[str, int, int], None],
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[RunningEvaluation]:
    """Be the process of an evaluation while the block does it; where another one is, wait for its end first.

    waiting: told how far that one is. Raises Cancelled when `cancelled()` turns true before.
    """

    def wait() -> None:
        seen = progress_of(details.name)
        waiting(f"the same evaluation runs already: {seen.step}", seen.done, seen.total)

    notes.forget_ended(EVALUATION, REMEMBERED)
    with running.holding(evaluation_note(details), waiting=wait, cancelled=cancelled) as job:
        yield RunningEvaluation(job, details)
