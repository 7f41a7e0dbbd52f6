"""Names of temporary files and folders that tell whose they are, and the removal of those left behind."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

DAY_SECONDS = 24 * 3600.0
"""After which one is left behind whoever made it: processes of other machines cannot be asked."""
DEPTH = 5
"""Folders below a root that are looked into."""
_LONGEST = 200
_NAME = re.compile(r"\..+?\.(?:(?P<machine>[0-9a-f]{8})-(?P<process>\d+)\.)?[a-z0-9_]{8}")


def prefix(name: str) -> str:
    """Return what the temporary name of a file begins with; its end is chosen by `tempfile`."""
    start = name.encode(errors="surrogateescape")[:_LONGEST].decode(errors="ignore")
    return f".{start}.{_machine()}-{os.getpid()}."


def sweep(roots: Iterable[Path]) -> None:
    """Remove what killed processes left under folders of ours: of a process that is gone, or a day old."""
    for root in roots:
        for entry in _temporaries(str(root), DEPTH):
            _remove_left(entry)


def sweep_beside(path: Path) -> None:
    """Remove what killed processes left of earlier tries at a file or folder, wherever it is.

    What does not tell that a process of this machine made it may be anybody's, and stays.
    """
    for entry in _temporaries(str(path.parent), 0):
        told = _NAME.fullmatch(entry.name)
        if entry.name.startswith(f".{path.name}.") and told and told["machine"] == _machine():
            _remove_left(entry)


def _remove_left(entry: os.DirEntry[str]) -> None:
    if not _left_behind(entry):
        return
    if entry.is_dir(follow_symlinks=False):
        import shutil

        shutil.rmtree(entry.path, ignore_errors=True)
    else:
        Path(entry.path).unlink(missing_ok=True)


def _temporaries(folder: str, depth: int) -> Iterator[os.DirEntry[str]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            if _NAME.fullmatch(entry.name):
                yield entry
        elif depth and entry.is_dir(follow_symlinks=False):
            yield from _temporaries(entry.path, depth - 1)


def _left_behind(entry: os.DirEntry[str]) -> bool:
    told = _NAME.fullmatch(entry.name)
    if told and told["machine"] == _machine():
        return not _runs(int(told["process"]))
    try:
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > DAY_SECONDS
    except OSError:
        return False


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True


@cache
def _machine() -> str:
    """Return what tells apart where numbers of processes hold: machines, and containers on one."""
    import hashlib
    import socket

    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return hashlib.sha256(f"{socket.gethostname()} {space}".encode()).hexdigest()[:8]
