"""The longest times for which the app holds up its own event loop, with the true engine.

Usage: event_loop.py   (in a terminal of any kind; the app runs headless)
The engine is killed and started again, loads torch, and encodes a query. Prints the longest computing and
the longest waiting between two ticks; over 100 ms a person notices.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from textual.widgets import Static

from hybrid_tui.engine.client import EngineClient
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.dialogs.engine_stopped import EngineStopped
from hybrid_tui.tui.memory import State
from hybrid_tui.tui.widgets.pane import Pane

TICK_SECONDS = 0.01
END_SECONDS = 300.0
MODEL = "me5-small-head-hybrid"


class Watchdog:
    """Ticks in the event loop, and tells of the longest times that the loop itself took between two ticks.

    busy: seconds of computing, by the thread's own clock. blocked: seconds of waiting for something
    other than a processor. Neither grows while others have the processors.
    """

    def __init__(self) -> None:
        self.ticks = 0
        self.busy = 0.0
        self.blocked = 0.0

    async def watch(self) -> None:
        """Tick until cancelled."""
        wall, used, queued = time.monotonic(), time.thread_time(), _queued()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = time.monotonic(), time.thread_time(), _queued()
            busy = now[1] - used
            self.ticks += 1
            self.busy = max(self.busy, busy)
            self.blocked = max(self.blocked, now[0] - wall - TICK_SECONDS - busy - (now[2] - queued))
            wall, used, queued = now


def _queued() -> float:
    """Return for how many seconds this thread has waited for a processor; growing as time where unknown."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return time.monotonic()


@contextmanager
def watched() -> Iterator[Watchdog]:
    """Watch while the block runs."""
    dog = Watchdog()
    task = asyncio.create_task(dog.watch())
    yield dog
    task.cancel()


async def until(condition: Callable[[], object]) -> None:
    """Wait for a condition without taking the processor for it."""
    while not condition():
        await asyncio.sleep(0.02)


async def play() -> Watchdog:
    """Lose the engine, start it again, let it load and encode."""
    clients: list[EngineClient] = []

    def make(deliver) -> EngineClient:
        clients.append(EngineClient(deliver))
        return clients[-1]

    app = ExploreApp(State("starter", (MODEL, "me5-small")), make)
    async with app.run_test(size=(140, 40)) as pilot:
        panes = list(app.screen.query(Pane))

        def answered(query: str) -> bool:
            return all(pane.ranking is not None and query in pane.ranking.query for pane in panes)

        with watched() as dog:
            await until(lambda: answered(""))
            os.kill(clients[0].pid, signal.SIGKILL)
            await until(lambda: isinstance(app.screen, EngineStopped))
            await pilot.press("enter")
            await until(lambda: not isinstance(app.screen, EngineStopped))
            await until(lambda: "question in" in str(app.screen.query_one("#message", Static).content))
            await until(lambda: not any(pane.busy for pane in panes))
            await pilot.press(*"Sauerstoff", "enter")
            await until(lambda: answered("Sauerstoff"))
    return dog


if __name__ == "__main__":
    seen = asyncio.run(asyncio.wait_for(play(), END_SECONDS))
    print(
        f"computing: {1000 * seen.busy:.0f} ms, waiting: {1000 * seen.blocked:.0f} ms, ticks: {seen.ticks:,}"
    )
