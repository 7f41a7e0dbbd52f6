"""Waiting for what a screen comes to, however busy the machine is."""

from __future__ import annotations

from collections.abc import Callable

from textual.pilot import Pilot

TRIES = 500


async def until(pilot: Pilot, true: Callable[[], bool]) -> None:
    """Let the app go on until something is true; fail where it never is."""
    for _ in range(TRIES):
        await pilot.pause(0.02)
        if true():
            return
    raise AssertionError("it never came to that")
