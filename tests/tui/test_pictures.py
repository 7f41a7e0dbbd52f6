"""What the pictures of the documents show is what the app shows."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("screenshot", ROOT / "benchmarks" / "screenshot.py")
assert _spec
assert _spec.loader
screenshot = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(screenshot)

MOST_BYTES = 1_000_000
FIGURE = r"\.\d{3}"
LAST_DIGIT = 0.0011
"""Machines round a score's last digit each in its own way."""


async def test_the_pictures_show_what_the_app_shows() -> None:
    for name, picture in (await screenshot.pictures()).items():
        kept = (ROOT / "docs" / name).read_text(encoding="utf-8")
        for old, new in zip(*map(screenshot.texts, (kept, picture)), strict=True):
            assert re.sub(FIGURE, "#", old) == re.sub(FIGURE, "#", new), (
                f"run benchmarks/screenshot.py: {name}"
            )
            figures = [[float(each) for each in re.findall(FIGURE, text)] for text in (old, new)]
            assert figures[0] == pytest.approx(figures[1], abs=LAST_DIGIT), name


def test_the_animated_one_shows_one_frame_after_the_other_and_is_small() -> None:
    tour = (ROOT / "docs" / "tour.svg").read_text(encoding="utf-8")
    frames = len(re.findall('class="frame', tour))
    assert frames >= 6
    assert len(tour.encode()) < MOST_BYTES
    delays = re.findall(r"animation-delay: ([\d.]+)s", tour)
    assert delays == [f"{at * screenshot.FRAME_SECONDS:.1f}" for at in range(frames)]


@pytest.mark.parametrize("said", ["4 ms", "mono · 17 ms", "loading me5-small 3 s"])
def test_what_depends_on_the_clock_is_left_out(said: str) -> None:
    svg = f"<text x='1'>{said}</text><text>two&#160;words</text>"
    assert "ms" not in "".join(screenshot.texts(svg))
    assert screenshot.texts(svg)[-1] == "two words"
