"""How long the stages of a system take: each tells it where it works, and whoever asks hears of all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class _Clock:
    """Seconds by stage; running: the stage that is at work, empty between two."""

    seconds: dict[str, float] = field(default_factory=dict)
    running: str = ""


_CLOCK: ContextVar[_Clock | None] = ContextVar("clock of stages", default=None)


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Give the seconds of wall time that each stage in the block takes, in the order in which they begin."""
    clock = _Clock()
    before = _CLOCK.set(clock)
    try:
        yield clock.seconds
    finally:
        _CLOCK.reset(before)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count the block as a stage; what is at work within another stage is counted as that one."""
    clock = _CLOCK.get()
    if clock is None or clock.running:
        yield
        return
    clock.running = name
    clock.seconds.setdefault(name, 0.0)
    started = time.perf_counter()
    try:
        yield
    finally:
        clock.seconds[name] += time.perf_counter() - started
        clock.running = ""


@contextmanager
def loading() -> Iterator[None]:
    """Leave out what the block takes: loading a model is no part of any stage."""
    clock, started = _CLOCK.get(), time.perf_counter()
    try:
        yield
    finally:
        if clock and clock.running:
            clock.seconds[clock.running] -= time.perf_counter() - started
