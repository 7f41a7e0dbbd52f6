"""Notes of jobs: what each does, by which command line, and how it ended, a JSON file each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from hybrid_tui import settings
from hybrid_tui.jobs.job_names import file_of, folder

Ended = Literal["", "well", "stopped", "failed"]


class JobNote(msgspec.Struct, frozen=True, kw_only=True):
    """A job as its process notes it.

    kind: such as "training". name: what it is known by, alone among all jobs. title: in words, without the
    kind. pid: of its process. folder, arguments: where its command line was typed, and its words.
    details: what its kind notes besides, as plain JSON. ended: how it ended; empty while it runs, or when
    it was killed. problem, hint: why it failed.
    """

    kind: str
    name: str
    title: str
    pid: int = 0
    folder: str
    arguments: tuple[str, ...]
    details: dict[str, Any] = {}
    ended: Ended = ""
    problem: str = ""
    hint: str = ""


def write(note: JobNote) -> None:
    """Keep a note. Raises HybridTuiError when the disk refuses."""
    with settings.replacing(file_of(note.name, "json"), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(note)))


def find(name: str) -> JobNote | None:
    """Return the last job that was known by a name; None where there was none, or its note is damaged."""
    try:
        return msgspec.json.decode(file_of(name, "json").read_bytes(), type=JobNote)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def known(kind: str = "") -> list[JobNote]:
    """Return every job that is noted, of one kind or all, whether it runs or not, the latest first."""
    files = [(_written(path), path) for path in folder().glob("*.json")]
    found = [find(path.name.removesuffix(".json")) for _, path in sorted(files, reverse=True)]
    return [note for note in found if note and kind in {"", note.kind}]


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def last_words(name: str, lines: int) -> str:
    """Return the last lines that a job said where no terminal took them."""
    try:
        said = file_of(name, "log").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join([line for line in said if line.strip()][-lines:])


def forget_ended(kind: str, keep: int) -> None:
    """Remove the files of the jobs of a kind that ended well, but of the latest `keep`."""
    well = [note for note in known(kind) if note.ended == "well"]
    for note in well[keep:]:
        for ending in ("json", "log", "progress"):
            file_of(note.name, ending).unlink(missing_ok=True)


def sweep(name: str) -> None:
    """Remove what a job that was killed while it wrote has left; for the process that does the job now."""
    half_written = re.compile(re.escape(f".{name}.") + r"(json|progress)\.(?:[0-9a-f]{8}-\d+\.)?[a-z0-9_]{8}")
    for path in folder().glob(".*"):
        if half_written.fullmatch(path.name):
            path.unlink(missing_ok=True)
