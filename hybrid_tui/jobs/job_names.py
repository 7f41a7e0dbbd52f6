"""Names of jobs, their files, and how they stand: loads in an instant."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from hybrid_tui import settings

Standing = Literal["runs", "stopped", "failed", "ended"]
JOB = "job"
"""The lock that a job's process holds for as long as it runs."""


def folder() -> Path:
    """Return the folder of all jobs' files."""
    return settings.data_dir() / "jobs"


def file_of(name: str, ending: str) -> Path:
    """Return one of a job's files: its note ("json"), its words ("log"), its progress, its lock."""
    return folder() / f"{name}.{ending}"


def standings() -> dict[str, Standing]:
    """Return how the jobs that are noted stand, by their names, sorted; a damaged note's is left out."""
    import json

    found: dict[str, Standing] = {}
    for file in sorted(folder().glob("*.json")):
        try:
            found[file.stem] = standing(file.stem, json.loads(file.read_bytes())["ended"])
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            continue
    return found


def standing(name: str, ended: str) -> Standing:
    """Return how a job stands of whose end its note says `ended`: what was killed has noted none."""
    if ended in {"well", "failed"}:
        return "ended" if ended == "well" else "failed"
    return "runs" if is_held(name, JOB) else "stopped"


def is_held(name: str, kind: str) -> bool:
    """Tell whether anyone holds a lock of `locks`."""
    import fcntl

    try:
        with file_of(name, f"{kind}.lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False
