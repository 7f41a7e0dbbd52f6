"""Waits for what an app comes to, however busy the machine is; one that ends in vain says what for."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from ..processes import LOOKS, NAP_SECONDS, source

SOON_SECONDS = 0.05
"""Longer than a screen waits before it draws, and than Compare waits for answers that come together."""
RESTLESS_NAPS, RESTLESS_TURNS = 200, 100_000
"""An app that still moves after so many timers, or turns of the event loop, never settles."""


async def settled(*_: float) -> None:
    """Let the app go on until it has nothing to do now, nor soon; give up on what moves without end.

    Stands in for Textual's own wait, which takes an app that is kept from the processor for an idle one.
    """
    loop: Any = asyncio.get_running_loop()
    naps = 0
    for _turn in range(RESTLESS_TURNS):
        await asyncio.sleep(0)
        if loop._ready:
            continue
        due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=math.inf)
        if due > loop.time() + SOON_SECONDS or naps == RESTLESS_NAPS:
            return
        await asyncio.sleep(due - loop.time())
        naps += 1


async def until(pilot: Pilot[Any], condition: Callable[[], object], looks: int = LOOKS) -> None:
    """Let the app go on until something is true; where it never is, fail with it and with the screen."""
    for _ in range(looks):
        await pilot.pause()
        if condition():
            return
        await asyncio.sleep(NAP_SECONDS)
    raise AssertionError(f"it never came to: {source(condition)}\n{seen(pilot.app)}")


async def work_done(pilot: Pilot[Any], looks: int = LOOKS) -> None:
    """Let the app go on until its workers, those of threads too, have ended."""
    await until(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers), looks)


def seen(app: App[Any]) -> str:
    """Return what an app shows and does: its screens, notifications, workers, and the screen as text."""
    if not app.screen_stack:
        return "the app has ended"
    strips = app.screen._compositor.render_strips()
    lines = ("".join(segment.text for segment in strip).rstrip() for strip in strips)
    facts = {
        "screens": [type(screen).__name__ for screen in app.screen_stack],
        "focus": app.focused,
        "notifications": [note.message for note in app._notifications],
        "workers": [f"{worker.group} {worker.state.name}: {worker.description}" for worker in app.workers],
    }
    return "\n".join([*(f"{name}: {fact}" for name, fact in facts.items()), *lines])
