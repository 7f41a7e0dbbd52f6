"""Start-up times as ratios against bare imports of what they stand on, best of several runs each."""

import subprocess
import sys
import time

RUNS = 7
HELP = "from hybrid_tui.cli.app import app; app(['--help'])"
FIRST_FRAME = """
import os
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.memory import State
ExploreApp.on_ready = lambda app: app.call_after_refresh(os._exit, 0)
ExploreApp(State("starter", ("me5-small", "use-m3"))).run(headless=True)
"""


def best(code: str) -> float:
    """Return the least wall time in seconds that a fresh Python needs for `code`."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    """Print both ratios."""
    pairs = (
        ("hybrid-tui --help", HELP, "import typer, rich", 2),
        ("first frame of explore", FIRST_FRAME, "import textual.app", 3),
    )
    for name, ours, peer, most in pairs:
        a, b = best(ours), best(peer)
        print(f"{name}: {a:.3f} s, {a / b:.2f} x the {b:.3f} s of `{peer}` (wanted: at most {most} x)")


if __name__ == "__main__":
    main()
