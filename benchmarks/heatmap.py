"""From key press to painted cell in a heatmap of 18 x 18 languages.

The app runs headless, its engine played; each round moves the cursor by one cell. What is measured ends when
the lines that changed are drawn.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.engine import messages
from hybrid_tui.languages import LANGUAGES
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.bias.heatmap_choice import NOTHING_SEEN
from hybrid_tui.tui.bias.screen import BiasScreen
from hybrid_tui.tui.memory import State
from hybrid_tui.tui.widgets.heatmap import Heatmap

SIDE, ROUNDS, WARM_UP = 18, 400, 40
SIZES = ((80, 24), (140, 40), (200, 60))
CODES = tuple(LANGUAGES)[:SIDE]
KEYS = ("right", "down", "left", "up")
WANTED = 16.0
"""Milliseconds: a frame of 60 a second."""


class Played:
    """An engine that answers at once."""

    alive = True

    def __init__(self, deliver: Callable[[Any], None]) -> None:
        self.deliver = deliver
        self.sent = 0

    async def start(self) -> None:
        """Start nothing."""

    async def close(self) -> None:
        """End nothing."""

    def kill(self) -> None:
        """End nothing."""

    def send(self, request: messages.Message) -> int:
        """Answer what the heatmaps ask."""
        self.sent += 1
        if isinstance(request, messages.MeasureMatrices):
            self.deliver(messages.Measured(id=self.sent, matrices={"map": matrix(len(request.system))}))
        elif isinstance(request, messages.JudgeCells):
            self.deliver(messages.Judged(id=self.sent, certainty=certainty()))
        return self.sent


def matrix(seed: int) -> Matrix:
    """Return figures at random."""
    values = np.random.default_rng(seed).uniform(size=(SIDE, SIDE)).tolist()
    return Matrix("mAP", CODES, CODES, tuple(map(tuple, values)), ((1190,) * SIDE,) * SIDE)


def certainty() -> MatrixCertainty:
    """Return intervals and p values, all the same."""
    cells = ((0.01,) * SIDE,) * SIDE
    return MatrixCertainty(CODES, CODES, cells, cells, cells, cells)


async def moves(width: int, height: int) -> list[float]:
    """Return the milliseconds of each move of the cursor."""
    app = ExploreApp(State("starter", ("one", "another")), Played)
    took = []
    async with app.run_test(size=(width, height)) as pilot:
        screen = BiasScreen(app._link, "starter", ["one", "another"], [], lambda: None, NOTHING_SEEN)
        app.push_screen(screen)
        await pilot.pause()
        heatmap = screen.query(Heatmap).first()
        for number in range(-WARM_UP, ROUNDS):
            key = KEYS[(number + WARM_UP) // 8 % len(KEYS)]
            before = heatmap.row, heatmap.column
            painted = asyncio.Event()
            started = time.perf_counter()
            pressed = asyncio.create_task(pilot.press(key))
            while (heatmap.row, heatmap.column) == before:
                await asyncio.sleep(0)
            screen.call_after_refresh(painted.set)
            await painted.wait()
            if number >= 0:
                took.append(1000 * (time.perf_counter() - started))
            await pressed
    return took


async def main() -> None:
    """Print p50 and p95 for each size of the terminal."""
    for width, height in SIZES:
        took = await moves(width, height)
        p50, p95 = np.percentile(took, (50, 95))
        print(
            f"{width}x{height}: p50 {p50:5.1f} ms, p95 {p95:5.1f} ms (wanted: under {WANTED:.0f} ms)",
            flush=True,
        )


if __name__ == "__main__":
    asyncio.run(main())
