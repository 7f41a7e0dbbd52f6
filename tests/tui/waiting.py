"""Waiting for what a screen comes to, however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.pilot import Pilot

PATIENCE_SECONDS = 100.0
"""The true engine loads models and trains meanwhile; what never comes is rare, and told all the same."""


async def until(pilot: Pilot, true: Callable[[], object]) -> None:
    """Let the app go on until something is true; fail where it never is."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        await pilot.pause(0.02)
        if true():
            return
        assert time.monotonic() < end, "it never came to that"
