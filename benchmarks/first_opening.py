"""A collection opened for the first time in several panes, beside one model alone, with the true engine.

Usage: first_opening.py COLLECTION MODEL...   (in a terminal of any kind; the app runs headless)
Nothing is encoded before: each run has a cache of its own. Prints the seconds until the panes say how long it
takes, and those from Enter to the first hits and until all is there, for all panes and for the first alone.
"""

import asyncio
import os
import sys
import tempfile
import time

from textual.widgets import Static

from hybrid_tui.engine.client import EngineClient
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.memory import State
from hybrid_tui.tui.widgets.pane import Pane

SIZE = (140, 40)


async def until(condition) -> float:
    """Wait for a condition; return the seconds."""
    started = time.perf_counter()
    while not condition():
        await asyncio.sleep(0.05)
    return time.perf_counter() - started


def told(pane: Pane) -> bool:
    """Whether a pane shows an answer or offers to encode what it lacks."""
    return bool(pane.ranking) or "Enter encodes" in str(pane.query_one(".notice", Static).content)


async def opened(data: str, models: tuple[str, ...]) -> float:
    """Open a collection, print what it takes, and return the seconds until all is there."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        app = ExploreApp(State(data, models), EngineClient)
        async with app.run_test(size=SIZE) as pilot:
            panes = list(app.screen.query(Pane))
            offered = await until(lambda: all(map(told, panes)))
            await pilot.press("enter")
            first = await until(lambda: any(pane.ranking for pane in panes))
            whole = first + await until(lambda: all(pane.ranking and not pane.lacks for pane in panes))
    print(
        f"{', '.join(models)}: told after {offered:.1f} s, first hits {first:.1f} s, all {whole:.0f} s "
        f"(load {os.getloadavg()[0]:.1f})",
        flush=True,
    )
    return whole


async def main() -> None:
    """Open it in panes of all models, then of the first alone."""
    data, *models = sys.argv[1:]
    together = await opened(data, tuple(models))
    alone = await opened(data, (models[0],))
    print(f"{len(models)} panes take {together / alone:.2f} times as long as one")


if __name__ == "__main__":
    asyncio.run(main())
