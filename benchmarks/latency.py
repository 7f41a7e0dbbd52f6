"""From key press to four filled panes, after warm-up, stage by stage.

Usage: latency.py COLLECTION [SYSTEM ...]   (encoded on the first run)
The app runs headless with the true engine; each round types a new query and presses Enter.
"""

import asyncio
import sys
import time
from collections import defaultdict

import numpy as np
from textual.widgets import Input

from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.memory import State
from hybrid_tui.tui.widgets.pane import Pane

SYSTEMS = ("me5-small", "use-m3", "me5-small", "use-m3")
ROUNDS, WARM_UP = 60, 10
WORDS = ["river", "oxygen", "church", "war", "king", "player", "energy", "treaty", "plant", "school", "law"]


async def filled(app: ExploreApp, panes: list[Pane], query: str) -> None:
    """Wait until every pane has the answer to `query` and the screen is drawn."""
    while not all(pane.ranking is not None and pane.ranking.query == query for pane in panes):
        await asyncio.sleep(0.001)
    drawn = asyncio.Event()
    app.screen.call_after_refresh(drawn.set)
    await drawn.wait()


async def main() -> None:
    """Print p50 and p95 in milliseconds."""
    app = ExploreApp(State(sys.argv[1], tuple(sys.argv[2:]) or SYSTEMS))
    stages: dict[str, list[float]] = defaultdict(list)
    async with app.run_test(size=(180, 50)) as pilot:
        panes = list(app.screen.query(Pane))
        for number in range(-WARM_UP, ROUNDS):
            query = f"{WORDS[number % len(WORDS)]} {WORDS[number * 7 % 11]} {number}"
            app.screen.query_one(Input).value = query
            app.screen.query_one(Input).focus()
            await asyncio.sleep(0.05)
            started = time.perf_counter()
            pressed = asyncio.create_task(pilot.press("enter"))
            await filled(app, panes, query)
            took = time.perf_counter() - started
            await pressed
            seconds = [pane.ranking.seconds for pane in panes if pane.ranking]
            slowest = {
                stage: max(each.get(stage, 0.0) for each in seconds) for each in seconds for stage in each
            }
            told = {**slowest, "other": took - max(sum(each.values()) for each in seconds), "all": took}
            for stage, value in told.items() if number >= 0 else ():
                stages[stage].append(1000 * value)
    for stage, values in stages.items():
        print(f"{stage:>7}: p50 {np.percentile(values, 50):6.1f} ms, p95 {np.percentile(values, 95):6.1f} ms")


if __name__ == "__main__":
    asyncio.run(main())
