"""Progress and cancellation of long calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

Progress = Callable[[str, int, int], None]
"""Called with a step in words, and how many of how many are done; 0 of 0 when it begins."""
Cancelled = Callable[[], bool]
"""Asked now and then; once it is true, the call ends with errors.Cancelled."""
Counter = Callable[[int, int], None]
"""Progress within one step: (done, total)."""
Step = Callable[[str], Counter]
"""Begins a step, named in words, and returns its counter: the form that the rooms below take."""


def silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def steps(progress: Progress | None, of: str = "") -> Step:
    """Return progress in the form that the rooms below take.

    of: what the steps belong to, named before them.
    """
    tell = progress or silent

    def begin(name: str) -> Counter:
        step = f"{of}: {name}" if of else name
        tell(step, 0, 0)
        return partial(tell, step)

    return begin


def both(one: Step, other: Step) -> Step:
    """Return progress that is told to two."""

    def begin(name: str) -> Counter:
        counters = one(name), other(name)

        def tell(done: int, total: int) -> None:
            for each in counters:
                each(done, total)

        return tell

    return begin
