"""The app as a person meets it, with the true engine on the starter collection.

Usage: app.py   (in a terminal of any kind; the app runs headless)
Prints the first frame, the first filled panes of a shipped question, the time until typed queries are
answered, key to paint of cursor moves (p50, p95), the memory of app and engine, and the idle CPU.
"""

import asyncio
import resource
import statistics
import time

from hybrid_tui.engine import messages
from hybrid_tui.settings import Config
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.memory import State
from hybrid_tui.tui.widgets.pane import Pane

SIZE = (140, 40)
MOVES = 200
IDLE_SECONDS = 10.0
MIB = 1 << 20


async def until(condition) -> None:
    """Wait for a condition without taking the processor for it."""
    while not condition():
        await asyncio.sleep(0.005)


async def painted(app: ExploreApp) -> None:
    """Wait until what has changed is drawn."""
    drawn = asyncio.Event()
    app.screen.call_after_refresh(drawn.set)
    await drawn.wait()


async def moves(app: ExploreApp) -> list[float]:
    """Return the milliseconds from key to paint of moves down and up a full pane."""
    hits = app.screen.query(Pane).first().hits
    hits.focus()
    took = []
    for number in range(MOVES):
        before = time.perf_counter()
        app.simulate_key("down" if number // 10 % 2 == 0 else "up")
        await painted(app)
        took.append(1000 * (time.perf_counter() - before))
        await asyncio.sleep(0.01)
    return took


async def engine_status(app: ExploreApp) -> messages.Status:
    """Ask the engine how it is."""
    told: asyncio.Future[messages.Reply] = asyncio.get_running_loop().create_future()
    app.screen.link.ask(messages.GetStatus(), told.set_result)
    status = await told
    assert isinstance(status, messages.Status)
    return status


async def main() -> None:
    """Measure and print."""
    started = time.perf_counter()
    app = ExploreApp(State("starter", Config().panes))
    async with app.run_test(size=SIZE):
        await painted(app)
        print(f"first frame: {time.perf_counter() - started:.2f} s after the imports")
        panes = list(app.screen.query(Pane))
        await until(lambda: all(pane.ranking for pane in panes))
        await painted(app)
        print(f"first filled panes: {time.perf_counter() - started:.2f} s (wanted: under 1 s)")
        loaded = set(Config().panes)
        while not loaded <= set((await engine_status(app)).loaded):
            await asyncio.sleep(0.1)
        print(f"typed queries are answered after {time.perf_counter() - started:.1f} s")
        took = sorted(await moves(app))
        p95 = took[int(len(took) * 0.95)]
        print(f"cursor moves: p50 {statistics.median(took):.1f} ms, p95 {p95:.1f} ms (wanted: under 16 ms)")
        used = time.process_time()
        await asyncio.sleep(IDLE_SECONDS)
        idle = (time.process_time() - used) / IDLE_SECONDS
        print(f"idle: {100 * idle:.2f} % of a processor (wanted: under 1 %)")
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        engine = (await engine_status(app)).memory
        print(f"memory: app {own / MIB:.0f} MiB, engine {engine / MIB:.0f} MiB")


if __name__ == "__main__":
    asyncio.run(main())
