"""Locks between processes: files that are held, and let go however their holder ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from hybrid_tui.errors import Cancelled, HybridTuiError
from hybrid_tui.jobs import job_names

PATIENCE_SECONDS = 1.0
"""Whoever looks whether a lock is held holds it for a moment."""
TURN_SECONDS = 0.2


class Held(Exception):  # noqa: N818  (whoever asked knows what it means)
    """Another process, or another thread, holds the lock."""


@contextmanager
def held(name: str, kind: str) -> Iterator[None]:
    """Hold a lock while the block runs; raises Held where another holds it."""
    if not _acquired(lock := _lock(name, kind), PATIENCE_SECONDS):
        raise Held(name)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def turn(
    name: str, kind: str, *, waiting: Callable[[], None], cancelled: Callable[[], bool] | None = None
) -> Iterator[None]:
    """Hold a lock while the block runs, once whoever holds it lets go.

    waiting: called now and then until then. Raises Cancelled when `cancelled()` turns true before.
    """
    lock = _lock(name, kind)
    while not _acquired(lock, TURN_SECONDS):
        if cancelled and cancelled():
            raise Cancelled
        waiting()
    try:
        yield
    finally:
        lock.release()


def _acquired(lock: FileLock, patience: float) -> bool:
    try:
        job_names.folder().mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=patience)
    except Timeout:
        return False
    except OSError as error:
        raise HybridTuiError(f"cannot write {lock.lock_file}: {error.strerror}") from error
    return True


def _lock(name: str, kind: str) -> FileLock:
    return FileLock(job_names.file_of(name, f"{kind}.lock"))
