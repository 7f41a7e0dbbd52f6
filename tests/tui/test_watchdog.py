"""Nothing holds up the app's event loop, whatever the true engine does."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

from .watched import watched

ROOT = Path(__file__).parent.parent.parent
LONGEST_SECONDS = 0.1
TRIES = 3
"""What holds up the loop does so each time; a slow moment of the machine does not."""


async def test_the_dog_barks_at_computing_and_at_waiting() -> None:
    with watched() as dog:
        await asyncio.sleep(0.05)
        end = time.thread_time() + 2 * LONGEST_SECONDS
        while time.thread_time() < end:
            pass
        await asyncio.sleep(0.05)
        assert dog.busy > LONGEST_SECONDS
        if Path("/proc/thread-self/schedstat").exists():
            time.sleep(2 * LONGEST_SECONDS)
            await asyncio.sleep(0.05)
            assert dog.blocked > LONGEST_SECONDS


def test_the_screen_lives_while_the_engine_dies_comes_back_loads_and_encodes() -> None:
    gaps = []
    for _ in range(TRIES):
        gaps.append(_played())
        if max(gaps[-1]) < LONGEST_SECONDS:
            return
    raise AssertionError(f"held up for {gaps} s (computing, waiting)")


def _played() -> tuple[float, float]:
    played = subprocess.run(
        [sys.executable, "-m", "tests.tui.watched"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert played.returncode == 0, played.stderr[-2000:]
    seen = json.loads(played.stdout.splitlines()[-1])
    assert seen["ticks"] > 20
    return seen["busy"], seen["blocked"]
