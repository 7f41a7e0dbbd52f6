"""The app in a browser: who may use it, and a real Chromium that does."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from hybrid_tui.errors import HybridTuiError, UsageError

aiohttp = pytest.importorskip("aiohttp")
pytest.importorskip("textual_serve")

from aiohttp.test_utils import TestClient, TestServer  # noqa: E402

from hybrid_tui.tui import serve  # noqa: E402

from ..processes import runs, until_async  # noqa: E402
from . import browser  # noqa: E402

END_SECONDS = 120.0


TOKEN = "a-token"


def pages(command: str = "true", names: tuple[str, ...] = (), token: str = "") -> serve.Pages:
    return serve.Pages(command, "127.0.0.1", 8000, names, token)


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
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Host": "evil.example:8000"},
        {"Host": ""},
    ],
)
@pytest.mark.parametrize("path", ["/", "/ws", "/static/js/textual.js"])
async def test_pages_of_others_may_not_use_it(headers: dict[str, str], path: str) -> None:
    async with client(pages()) as page:
        assert (await page.get(path, headers=headers)).status == 403


async def test_a_path_that_no_file_can_have_is_not_found() -> None:
    async with client(pages()) as page:
        assert (await page.get(f"/static/{'a' * 5000}")).status == 404


AWAY = {"Host": "gpu-7:8000"}


async def test_where_others_may_reach_it_names_are_told_and_the_token_is_asked() -> None:
    async with client(pages(names=("GPU-7",), token=TOKEN)) as page:
        for path in ("/", "/ws", "/static/js/textual.js", "/download/x"):
            assert (await page.get(path, headers=AWAY)).status == 403
            assert (await page.get(f"{path}?token=another", headers=AWAY)).status == 403
        asked = f"/?token={TOKEN}"
        assert (await page.get(asked, headers={"Host": "evil.example"})).status == 403
        assert (await page.get(asked, headers=AWAY | {"Origin": "http://evil.example"})).status == 403
        opened = await page.get(asked, headers=AWAY)
        assert opened.status == 200
        cookie = opened.cookies["hybrid-tui-8000"]
        assert (cookie.value, cookie["samesite"], cookie["httponly"]) == (TOKEN, "Strict", True)
        known = AWAY | {"Cookie": f"hybrid-tui-8000={TOKEN}"}
        assert (await page.get("/static/js/textual.js", headers=known)).status == 200
        assert (await page.get("/ws", headers=known)).status == 400


async def test_what_does_not_ask_for_a_websocket_is_told() -> None:
    async with client(pages()) as page:
        answer = await page.get("/ws")
        assert (answer.status, await answer.text()) == (400, "pages connect here, by WebSocket")


APP = """
import os, signal, subprocess, sys, time
from pathlib import Path
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
Path(sys.argv[1], str(os.getpid())).touch()
Path(sys.argv[1], str(child.pid)).touch()
sys.stdout.write("__GANGLION__\\n")
sys.stdout.flush()
width = os.environ["COLUMNS"].encode()
os.write(1, b"D" + len(width).to_bytes(4, "big") + width)
time.sleep(600)
"""
"""Draws how wide it is, starts a process as an app does its engine, and does not end when asked to."""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Path]:
    """The command of an app, and the folder where each of its processes notes its number."""
    monkeypatch.setattr(serve, "FAREWELL_SECONDS", 0.1)
    script, running = tmp_path / "app.py", tmp_path / "running"
    script.write_text(APP)
    running.mkdir()
    return f"{sys.executable} -S {script} {running}", running


def living(running: Path) -> list[int]:
    return [number for number in (int(path.name) for path in running.iterdir()) if runs(number)]


async def test_seven_pages_closed_at_once_leave_no_process(app: tuple[str, Path]) -> None:
    command, running = app
    async with client(pages(command)) as page:
        tabs = [await page.ws_connect("/ws?width=99999&height=x") for _ in range(7)]
        for tab in tabs:
            assert (await tab.receive_bytes(timeout=END_SECONDS)) == b"1000"
        assert len(living(running)) == 14
        for tab in tabs:
            await tab.send_str("no message [")
            await tab.send_json(["resize", {"width": -1, "height": 10**9}])
            await tab.send_json({"stdin": []})
            await tab.send_json(["ping", 3])
            assert (await tab.receive_json(timeout=END_SECONDS)) == ["pong", 3]
        await asyncio.gather(*(tab.close() for tab in tabs))
        await until_async(lambda: not living(running))


async def test_the_end_of_the_server_is_that_of_its_apps(app: tuple[str, Path]) -> None:
    command, running = app
    async with client(pages(command)) as page:
        tab = await page.ws_connect("/ws")
        await tab.receive_bytes(timeout=END_SECONDS)
    await until_async(lambda: not living(running))


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
def served(*options: str, before: Sequence[str] = ()) -> Iterator[tuple[subprocess.Popen, str]]:
    """`hybrid-tui serve`, with options after it and before, and its address."""
    command = [sys.executable, "-m", "hybrid_tui", *before, "serve", "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().split()[2]
        finally:
            process.terminate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_warns_where_others_may_reach_it_and_ends_when_told_to(number: int) -> None:
    with served("--host", "0.0.0.0", "--allow-host", "gpu-7") as (process, url):
        assert url.startswith("http://gpu-7:")
        assert process.stderr
        assert "warning: whoever has this address" in process.stderr.readline()
        here = url.replace("gpu-7", "127.0.0.1")
        with urlopen(here, timeout=END_SECONDS) as answer:
            assert answer.status == 200
        with pytest.raises(HTTPError, match="403"):
            urlopen(here.partition("?")[0], timeout=END_SECONDS)
        process.send_signal(number)
        assert process.wait(END_SECONDS) == 0


NO_HTTP = (
    b"\x16\x03\x01\x02\x00\x01",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"x" * 20_000 + b": y\r\n\r\n",
    b"GET /\x00 HTTP/9\r\n\r\n",
)


@pytest.mark.parametrize(("options", "told"), [((), False), (("--debug",), True)])
def test_what_is_no_http_is_answered_and_not_told_but_for_debug(options: tuple[str, ...], told: bool) -> None:
    with served(before=options) as (process, url):
        address = urlsplit(url)
        for sent in NO_HTTP:
            with socket.create_connection((address.hostname, address.port), END_SECONDS) as asking:
                asking.sendall(sent)
                if sent is not NO_HTTP[0]:  # which waits for more
                    assert asking.recv(1 << 16).split()[1] == b"400", sent
        with urlopen(url, timeout=END_SECONDS) as answer:
            assert answer.status == 200
        process.terminate()
        _, err = process.communicate(timeout=END_SECONDS)
        assert ("Traceback" in err) == told
        assert told or err == ""


def test_where_others_may_reach_it_a_name_is_needed() -> None:
    command = [sys.executable, "-m", "hybrid_tui", "serve", "--host", "0.0.0.0", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=END_SECONDS, check=False)
    assert (done.returncode, "--allow-host NAME" in done.stderr) == (2, True)


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
