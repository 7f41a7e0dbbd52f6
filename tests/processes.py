"""Processes that tests start, and waits for what they come to, without a clock."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psutil

from hybrid_tui.jobs.processes import JobProcesses

Found = TypeVar("Found")
NAP_SECONDS = 0.02
LOOKS = 4_000
"""More than a minute of naps, less than a test may take: what has not come by then never will."""


def until(condition: Callable[[], Found], looks: int = LOOKS) -> Found:
    """Wait until something is true and return it; where it never is, fail with how it is written."""
    for _ in range(looks):
        if found := condition():
            return found
        time.sleep(NAP_SECONDS)
    raise AssertionError(f"it never came to: {source(condition)}")


async def until_async(condition: Callable[[], Found], looks: int = LOOKS) -> Found:
    """Wait as `until` does, and let the event loop go on meanwhile."""
    for _ in range(looks):
        if found := condition():
            return found
        await asyncio.sleep(NAP_SECONDS)
    raise AssertionError(f"it never came to: {source(condition)}")


def source(condition: Callable[[], object]) -> str:
    """Return how a condition is written."""
    try:
        return " ".join(inspect.getsource(condition).split())
    except (OSError, TypeError):
        return repr(condition)


def runs(number: int) -> bool:
    """Return whether there is a process with this number that has not ended."""
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def started(command: Sequence[object], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a process whose output is text; it is killed at the end, also where the test fails before."""
    with subprocess.Popen([*map(str, command)], text=True, **options) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def job_processes() -> Iterator[JobProcesses]:
    """Yield jobs as an engine has them; what still runs at the end is killed."""
    made = JobProcesses()
    try:
        yield made
    finally:
        for child in made._children.values():
            child.process.kill()
            child.process.wait()
