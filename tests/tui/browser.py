"""A headless Chromium, driven by its own protocol."""

from __future__ import annotations

import asyncio
import base64
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from ..processes import NAP_SECONDS, until_async

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# The sandbox refuses to run as root, as tests in a container do.
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-3d-apis",
)
SIZE = "--window-size=1400,800"
FOCUSED = """new Promise(done => {
    const focused = () => document.activeElement.className === "xterm-helper-textarea"
    const look = () => focused() ? done() : setTimeout(look, 20)
    look()
})"""
BINARY = 2


class Page:
    """The one page of a browser; `drawn` is what its terminal was told to draw."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.drawn = ""
        self._socket = socket
        self._last = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for message in self._socket:
            said = message.json()
            if said.get("method") == "Network.webSocketFrameReceived":
                frame = said["params"]["response"]
                if frame["opcode"] == BINARY:
                    self.drawn += base64.b64decode(frame["payloadData"]).decode(errors="replace")
            elif answer := self._answers.pop(said.get("id"), None):
                answer.set_result(said["result"])

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol."""
        self._last += 1
        answer = self._answers[self._last] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._last, "method": method, "params": params})
        return await answer

    async def go(self, url: str) -> None:
        """Load a page and hear what its terminal is told."""
        await self.call("Network.enable")
        await self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        await self.call("Page.navigate", url=url)

    async def until(self, text: str) -> None:
        """Wait until the terminal has been told to draw `text`; forget what came before."""
        await until_async(lambda: text in self.drawn)
        self.drawn = ""

    async def until_focused(self) -> None:
        """Wait until keys go to the terminal."""
        await self.call("Runtime.evaluate", expression=FOCUSED, awaitPromise=True)

    async def type(self, text: str) -> None:
        """Type into what has the focus."""
        await self.call("Input.insertText", text=text)

    async def press(self, key: str, code: int) -> None:
        """Press and let go of a key without a letter."""
        known = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.call("Input.dispatchKeyEvent", type="rawKeyDown", **known)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **known)

    async def picture(self) -> bytes:
        """Return a screenshot as PNG."""
        return base64.b64decode((await self.call("Page.captureScreenshot"))["data"])


@asynccontextmanager
async def opened(profile: Path) -> AsyncIterator[Page]:
    """Yield the page of a browser of its own."""
    assert CHROMIUM
    browser = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *OPTIONS,
        SIZE,
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        "about:blank",
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(await _address(session, profile), max_msg_size=0) as socket,
        ):
            yield Page(socket)
    finally:
        browser.terminate()
        await browser.wait()


async def _address(session: aiohttp.ClientSession, profile: Path) -> str:
    """Return the address of the page's socket, once the browser tells it."""
    told = profile / "DevToolsActivePort"
    port, *_ = (
        await until_async(lambda: told.exists() and "\n" in (text := told.read_text()) and text)
    ).split()
    while True:
        async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            for page in await answer.json():
                if page["type"] == "page":
                    return page["webSocketDebuggerUrl"]
        await asyncio.sleep(NAP_SECONDS)
