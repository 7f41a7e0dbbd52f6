"""Processes that train: their arguments and progress in a file, and locks that tell whether they run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

import msgspec
from filelock import FileLock, Timeout

from hybrid_tui import settings
from hybrid_tui.errors import Cancelled, HybridTuiError, UsageError

PATIENCE_SECONDS = 1.0
"""Whoever looks whether a process runs holds its lock for a moment."""

MODEL, PROCESS = "model.lock", "process.lock"
"""What is locked: the name of a model, by whoever trains it; the name of a process, by that process."""


class Planned(msgspec.Struct, frozen=True):
    """A model to be trained: its name, how its batches are drawn, how many steps of how many rows.

    alpha: the share of mono batches of the sampler hybrid.
    """

    name: str
    sampler: str
    alpha: float
    steps: int
    rows: int


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """A process that trains models one after the other; it is known by the first one's name.

    arguments: of its command line; folder: where that was typed. backbone, tuning, data: of all models.
    done: the models that are kept. ended: how it ended; empty while it runs, or when it was killed.
    """

    pid: int
    folder: str
    arguments: tuple[str, ...]
    backbone: str
    tuning: str
    data: tuple[str, ...]
    models: tuple[Planned, ...]
    done: tuple[str, ...] = ()
    ended: Literal["", "well", "stopped", "failed"] = ""
    problem: str = ""
    hint: str = ""

    @property
    def name(self) -> str:
        """What it is known by."""
        return self.models[0].name


class RunLock:
    """The file of a process that runs, kept up to date."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._write()

    def _write(self, **changed: object) -> None:
        self._process = msgspec.structs.replace(self._process, **changed)
        with settings.replacing(_file(self._process.name, "json"), "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(self._process)))

    def done(self, name: str) -> None:
        """Note that a model is kept."""
        self._write(done=(*self._process.done, name))

    def end(self, how: Literal["well", "stopped", "failed"], problem: str = "", hint: str = "") -> None:
        """Note how it ended."""
        self._write(ended=how, problem=problem, hint=hint)


@contextmanager
def holding(process: Process) -> Iterator[RunLock]:
    """Hold the names of a process's models while the block trains them, and note how it ends.

    Raises UsageError for a name that another process holds.
    """
    _folder().mkdir(parents=True, exist_ok=True)
    with ExitStack() as locks:
        for each in process.models:
            try:
                locks.enter_context(_lock(each.name, MODEL).acquire(timeout=PATIENCE_SECONDS))
            except Timeout:
                raise UsageError(
                    f"{each.name} is being trained by another process", "stop that one, or wait for its end"
                ) from None
        locks.enter_context(_lock(process.name, PROCESS).acquire(timeout=PATIENCE_SECONDS))
        held = RunLock(process)
        try:
            yield held
        except (Cancelled, KeyboardInterrupt):
            held.end("stopped")
            raise
        except BaseException as error:
            hint = error.hint if isinstance(error, HybridTuiError) else ""
            held.end("failed", str(error) or type(error).__name__, hint)
            raise
        held.end("well")


def runs(name: str) -> bool:
    """Tell whether the process that is known by a name is alive."""
    return _held(name, PROCESS)


def trains(name: str) -> bool:
    """Tell whether any process is training a model of that name."""
    return _held(name, MODEL)


def _held(name: str, kind: str) -> bool:
    if not _file(name, kind).exists():
        return False
    try:
        with _lock(name, kind).acquire(blocking=False):
            return False
    except Timeout:
        return True


def find(name: str) -> Process | None:
    """Return the last process that was known by a name; None where there was none."""
    try:
        return msgspec.json.decode(_file(name, "json").read_bytes(), type=Process)
    except (OSError, msgspec.MsgspecError, RecursionError):
        return None


def known() -> list[Process]:
    """Return every process that is noted, whether it runs or not, the latest first."""
    files = sorted(_folder().glob(".*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    found = [find(file.name.removeprefix(".").removesuffix(".json")) for file in files]
    return [process for process in found if process]


def output_of(name: str) -> Path:
    """Return where what a process says is written when no terminal takes it."""
    return _file(name, "log")


def _folder() -> Path:
    return settings.data_dir() / "training"


def _file(name: str, ending: str) -> Path:
    # A model's name begins with a letter or digit: nothing here is taken for a training.
    return _folder() / f".{name}.{ending}"


def _lock(name: str, kind: str) -> FileLock:
    return FileLock(_file(name, kind))
