"""Draw the README's pictures from the running app with the true engine: docs/explore.svg, bias.svg, tour.svg.

They show the shipped models on questions of the starter collection, whose embeddings ship too, so that no
encoder is loaded. A test draws them again and compares what they say.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

from rich.color import ColorSystem
from textual.pilot import Pilot
from textual.widgets import OptionList

from hybrid_tui.engine import messages
from hybrid_tui.engine.client import EngineClient
from hybrid_tui.settings import Config
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.bias.screen import BiasScreen
from hybrid_tui.tui.memory import State
from hybrid_tui.tui.widgets.pane import Pane

FOLDER = Path(__file__).parent.parent / "docs"
LARGE, WIDE, SMALL = (160, 40), (140, 40), (112, 30)
FRAME_SECONDS = 2.2
STEPS = (("down",), ("down", "p"), ("down", "down"), ("right",))
"""Keys pressed on the passages, a frame after each."""


class Encoderless(EngineClient):
    """An engine that loads no encoder in the background."""

    def send(self, request: messages.Message) -> int:
        """Send anything but the wish to load a model."""
        if isinstance(request, messages.Warm):
            self._last_id += 1
            return self._last_id
        return super().send(request)


def texts(svg: str) -> list[str]:
    """Return what a picture says, without what depends on the clock."""
    said = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    lines = (line.replace("&#160;", " ").strip() for line in said)
    masked = (re.sub(r"\d+ (ms|m?…)|loading .*", "", line).strip(" ·") for line in lines)
    return [line for line in masked if line]


async def pictures() -> dict[str, str]:
    """Draw them all; their names and texts."""
    found = {}
    async with playing(WIDE) as pilot:
        found["explore.svg"] = _drawn(pilot)
    async with playing(LARGE) as pilot:
        await _bias(pilot)
        found["bias.svg"] = _drawn(pilot)
    async with playing(SMALL) as pilot:
        found["tour.svg"] = animated([frame async for frame in _tour(pilot)])
    return found


class playing:  # noqa: N801
    """An app of a size, with the first question answered in every pane."""

    def __init__(self, size: tuple[int, int]) -> None:
        app = ExploreApp(State("starter", Config().panes), Encoderless)
        app.console._color_system = ColorSystem.TRUECOLOR  # there is no terminal to ask
        self._running = app.run_test(size=size)

    async def __aenter__(self) -> Pilot[None]:
        """Begin."""
        pilot = await self._running.__aenter__()
        await _answered(pilot)
        return pilot

    async def __aexit__(self, *error: object) -> None:
        """End."""
        await self._running.__aexit__(*error)


async def _tour(pilot: Pilot[None]) -> AsyncIterator[str]:
    """Yield the frames: a question looked for, asked, its passages walked through, one pinned, heatmaps."""
    yield _drawn(pilot)
    await pilot.press("f2", *"ice")
    while "ice" not in str(pilot.app.screen.query_one(OptionList).get_option_at_index(0).prompt):
        await pilot.pause(0.05)
    await pilot.pause()
    yield _drawn(pilot)
    await pilot.press("enter")
    await _answered(pilot)
    yield _drawn(pilot)
    for keys in STEPS:
        await pilot.press(*keys)
        await pilot.pause()
        yield _drawn(pilot)
    await _bias(pilot)
    yield _drawn(pilot)


async def _answered(pilot: Pilot[None]) -> None:
    while any(pane.busy or not pane.ranking for pane in pilot.app.screen.query(Pane)):
        await pilot.pause(0.05)
    await pilot.pause()


async def _bias(pilot: Pilot[None]) -> None:
    await pilot.press("f9")
    while not isinstance(screen := pilot.app.screen, BiasScreen) or screen.busy or not screen.matrices:
        await pilot.pause(0.05)
    await pilot.pause()


def _drawn(pilot: Pilot[None]) -> str:
    return pilot.app.export_screenshot(title="hybrid-tui explore")


def animated(frames: list[str]) -> str:
    """Return one picture that shows each frame for a while; the first where nothing moves."""
    head = frames[0][: frames[0].index(">") + 1]
    seconds, share = FRAME_SECONDS * len(frames), 100 / len(frames)
    styles, bodies = [_fonts(frames[0])], []
    for at, frame in enumerate(frames):
        named = re.sub(r"terminal-\d+", f"f{at}", frame)
        styles.append(named[named.index(f"    .f{at}-matrix") : named.index("</style>")])
        styles.append(f".f{at} {{ animation-delay: {at * FRAME_SECONDS:.1f}s }}")
        body = named[named.index("</style>") + len("</style>") : named.rindex("</svg>")]
        bodies.append(f'<g class="frame f{at}">{body}</g>')
    styles.append(
        f".frame {{ visibility: hidden; animation: show {seconds:.1f}s step-end infinite }}\n"
        ".f0 { visibility: visible }\n"
        f"@keyframes show {{ 0% {{ visibility: visible }} {share:.3f}% {{ visibility: hidden }} }}\n"
        "@media (prefers-reduced-motion) { .frame { animation: none } }"
    )
    return "\n".join([head, "<style>", *styles, "</style>", *bodies, "</svg>", ""])


def _fonts(svg: str) -> str:
    return svg[svg.index("<style>") + len("<style>") : svg.index(".terminal-")]


async def main() -> None:
    """Write them."""
    FOLDER.mkdir(exist_ok=True)
    for name, picture in (await pictures()).items():
        (FOLDER / name).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
