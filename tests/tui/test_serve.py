"""The app in a browser: who may use it, and a real Chromium that does."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from hybrid_tui.errors import HybridTuiError, UsageError

aiohttp = pytest.importorskip("aiohttp")
pytest.importorskip("textual_serve")

from aiohttp.test_utils import TestClient, TestServer  # noqa: E402

from hybrid_tui.tui import serve  # noqa: E402

from . import browser  # noqa: E402

END_SECONDS = 120.0


def pages(command: str = "true", host: str = "127.0.0.1") -> serve.Pages:
    return serve.Pages(command, host, 8000)


@asynccontextmanager
async def client(of: serve.Pages) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(await of.application())) as one:
        yield one


async def test_the_page_leads_to_where_it_was_asked_for_and_fetches_nothing_from_elsewhere() -> None:
    async with client(pages()) as page:
        answer = await page.get("/", headers={"Host": "localhost:4321"})
        text = await answer.text()
        assert "ws://localhost:4321/ws" in text
        assert "hybrid-tui" in text
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "evil.example:8000"}, {"Host": ""}],
)
@pytest.mark.parametrize("path", ["/", "/ws", "/static/js/textual.js"])
async def test_pages_of_others_may_not_use_it(headers: dict[str, str], path: str) -> None:
    async with client(pages()) as page:
        assert (await page.get(path, headers=headers)).status == 403


async def test_where_others_may_reach_it_any_name_of_the_machine_will_do() -> None:
    async with client(pages(host="0.0.0.0")) as page:
        assert (await page.get("/", headers={"Host": "gpu-7:8000"})).status == 200
        away = {"Host": "gpu-7:8000", "Origin": "http://evil.example"}
        assert (await page.get("/ws", headers=away)).status == 403


@pytest.mark.parametrize(("host", "elsewhere"), [("127.0.0.1", False), ("::1", False), ("0.0.0.0", True)])
def test_who_can_reach_an_address(host: str, elsewhere: bool) -> None:
    assert serve.reached_from_elsewhere(host) is elsewhere


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HybridTuiError, match=f"127.0.0.1, port {port}: address already in use") as told:
            serve.bound("127.0.0.1", port)
    assert "--port" in told.value.hint


def test_a_host_that_is_none_is_told() -> None:
    with pytest.raises(UsageError, match="no host 'nowhere"):
        serve.bound("nowhere.invalid", 0)


def test_any_free_port_is_found_and_told() -> None:
    with serve.bound("127.0.0.1", 0) as one, serve.bound("127.0.0.1", 0) as two:
        assert serve.url(one) != serve.url(two)
        assert serve.url(one).startswith("http://127.0.0.1:")


@contextmanager
def served(*options: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """`hybrid-tui serve`, and its address."""
    command = [sys.executable, "-m", "hybrid_tui", "serve", "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().split()[2]
        finally:
            process.terminate()


def test_it_warns_where_others_may_reach_it_and_ends_with_ctrl_c() -> None:
    with served("--host", "0.0.0.0") as (process, url):
        assert url.startswith("http://0.0.0.0:")
        assert process.stderr
        assert "warning: whoever reaches this port" in process.stderr.readline()
        with urlopen(url.replace("0.0.0.0", "127.0.0.1"), timeout=END_SECONDS) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(END_SECONDS) == 0


def test_wrong_options_are_told_at_once() -> None:
    command = [sys.executable, "-m", "hybrid_tui", "serve", "--session", "nowhere.json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=END_SECONDS, check=False)
    assert (done.returncode, "nowhere.json: No such file" in done.stderr) == (2, True)


@pytest.mark.skipif(not browser.CHROMIUM, reason="no Chromium on PATH")
async def test_in_a_browser_a_query_is_typed_and_the_panes_fill(tmp_path: Path) -> None:
    state = Path(os.environ["XDG_STATE_HOME"]) / "hybrid-tui" / "explore.json"
    options = ("--fresh", "--data", "starter", "-m", "use-m3", "-m", "use-m3-head-hybrid")
    with served(*options) as (process, url):
        async with browser.opened(tmp_path / "profile") as page:
            await page.go(url)
            await page.until("question in English")
            await page.until_focused()
            await page.type("Wer entdeckte Sauerstoff?")
            await page.press("Enter", 13)
            await page.until("query in German (detected)")
            picture = await page.picture()
            assert picture.startswith(b"\x89PNG")
            (tmp_path / "browser.png").write_bytes(picture)
            process.send_signal(signal.SIGINT)
            assert await asyncio.to_thread(process.wait, END_SECONDS) == 0
    left = json.loads(state.read_text())
    assert left["query"] == "Wer entdeckte Sauerstoff?"
    assert left["panes"] == ["use-m3", "use-m3-head-hybrid"]
