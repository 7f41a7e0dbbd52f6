"""Waiting for what a screen comes to, however busy the machine is."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

PATIENCE_SECONDS = 100.0
"""The true engine loads models and trains meanwhile; what never comes is rare, and told all the same."""

SOON_SECONDS = 0.05
"""Longer than a screen waits before it draws, and than Compare waits for answers that come together."""
RESTLESS_NAPS, RESTLESS_SECONDS = 200, 1.0


async def settled(*_: float) -> None:
    """Let the app go on until it has nothing to do now, nor soon; give up on what moves without end.

    Stands in for Textual's own wait, which takes an app that is kept from the processor for an idle one.
    """
    loop: Any = asyncio.get_running_loop()
    naps, end = 0, loop.time() + RESTLESS_SECONDS
    while naps < RESTLESS_NAPS or loop.time() < end:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=math.inf)
        if due > loop.time() + SOON_SECONDS:
            return
        await asyncio.sleep(due - loop.time())
        naps += 1


async def until(pilot: Pilot, true: Callable[[], object]) -> None:
    """Let the app go on until something is true; fail where it never is."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        await pilot.pause(0.02)
        await settled()
        if true():
            return
        assert time.monotonic() < end, "it never came to that"
