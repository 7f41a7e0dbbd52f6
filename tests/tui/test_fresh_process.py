import subprocess
import sys

HEAVY = ["torch", "transformers", "sentence_transformers", "faiss", "datasets", "polars", "numpy"]
FIRST_FRAME = """
import asyncio, sys
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.memory import State

class Silent:
    alive = False
    def __init__(self, deliver): pass
    async def start(self): pass
    async def close(self): pass
    def kill(self): pass
    def send(self, request): return 1

async def main():
    async with ExploreApp(State("starter", ("a", "b")), Silent).run_test(size=(140, 40)):
        print(*sorted(set(sys.argv[1:]) & set(sys.modules)))

asyncio.run(main())
"""


def test_the_first_frame_needs_none_of_the_heavy_libraries() -> None:
    result = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME, *HEAVY, "bidi", "arabic_reshaper", "py3langid"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert result.stdout.strip() == ""
