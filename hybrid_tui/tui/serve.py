"""The app in a browser: a page with a terminal in it, and an app of its own for each page that is open."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import ipaddress
import logging
import os
import shlex
import signal
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.log import server_logger
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

from hybrid_tui.errors import HybridTuiError, UsageError

POLICY = "default-src 'self' 'unsafe-inline' data: blob:"
"""Nothing is fetched from elsewhere: the page's own template would ask for a font."""
HEAD = """\
<title>hybrid-tui</title>
<script>
  const look = setInterval(() => {
    const field = document.querySelector(".xterm-helper-textarea");
    if (field && document.body.classList.contains("-first-byte")) {
      clearInterval(look);
      field.focus();
    }
  }, 100);
</script>
</head>"""
"""What the page's head ends with: keys go to the app as soon as it is drawn."""
FAREWELL_SECONDS = 1.5
"""What an app and its engine get to end by themselves."""
HEARTBEAT_SECONDS = 15.0
LONGEST_MESSAGE = 1 << 20
LONGEST_PATH = 200
MOST_CELLS = 1000
"""Of a page, across or down."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _WithoutTracebacks(logging.Filter):
    """Tells what fails in a line, and nothing of requests that are no HTTP: these are answered with 400."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a record; False for one that is not to be told."""
        error = record.exc_info[1] if record.exc_info else None
        if error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            record.msg, record.args = f"{record.getMessage()}: {reason}", ()
            record.exc_info = None
        return not isinstance(error, HttpProcessingError)


def serve(
    command: str, sock: socket.socket, names: Sequence[str] = (), token: str = "", *, debug: bool = False
) -> None:
    """Serve what `command` starts, to pages of our own only, until Ctrl-C or SIGTERM; then end every app.

    sock: as `bound` returns it. names: hosts that pages may be asked of, besides those of this machine alone.
    token: what an address must have; empty where none is needed. debug: show tracebacks.
    """
    if not debug:
        server_logger.addFilter(_WithoutTracebacks())
    host, port = sock.getsockname()[:2]
    web.run_app(
        Pages(command, host, port, names, token).application(),
        sock=sock,
        print=lambda *_: None,
        access_log=None,
        shutdown_timeout=0.5,
    )


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes any that is free.

    Raises UsageError for a host that is none of this machine's, HybridTuiError for a port that is taken.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family)
    except socket.gaierror as error:
        raise UsageError(f"no host {host!r}: {error.strerror}", "127.0.0.1 is this machine alone") from error
    except (OSError, OverflowError) as error:
        reason = (
            os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        ).lower()
        raise HybridTuiError(
            f"cannot listen on {host}, port {port}: {reason}", "--port takes another, 0 any that is free"
        ) from error


def url(sock: socket.socket, name: str = "", token: str = "") -> str:
    """Return the address of the page, by a name that others know the machine by, where there is one."""
    host, port = sock.getsockname()[:2]
    host = name or host
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{f'/?token={token}' if token else ''}"


def reached_from_elsewhere(host: str) -> bool:
    """Whether other machines can reach what listens on an address."""
    return not ipaddress.ip_address(host).is_loopback


class PageApp(AppService):
    """The app of one page: a process, with its engine, in a group of its own."""

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        driver = {"TEXTUAL_DRIVER": "hybrid_tui.tui.page_driver:PageDriver"}
        return super()._build_environment(width, height) | driver

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        self._process = process = await asyncio.create_subprocess_exec(
            *shlex.split(self.command),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(width, height),
            start_new_session=True,
        )
        self._stdin = process.stdin
        return process

    async def end(self) -> None:
        """Ask the app to end, and end it and its engine where they take too long."""
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self.stop()
        except (TimeoutError, ConnectionError):
            pass
        finally:
            if self._process:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                # asyncio waits for the pipes, too, and a child of the app may hold them longer than it lives.
                self._process._transport.close()  # type: ignore[attr-defined]
                await self._process.wait()


class Pages(Server):
    """textual-serve's pages, closed to the pages of others and ended at once."""

    def __init__(
        self, command: str, host: str, port: int, names: Sequence[str] = (), token: str = ""
    ) -> None:
        super().__init__(command, host, port, title="hybrid-tui")
        self._names = {name.lower() for name in names}
        self._token = token
        self._cookie = f"hybrid-tui-{port}"
        self._open: set[asyncio.Task[Any]] = set()

    async def application(self) -> web.Application:
        """Return what answers requests."""
        app = await self._make_app()
        app.middlewares.append(self._ours_only)
        return app

    async def on_startup(self, _app: web.Application) -> None:
        """Say nothing: the command has said it."""

    async def on_shutdown(self, _app: web.Application) -> None:
        """End the apps of pages that are open."""
        for task in self._open:
            task.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=2 * FAREWELL_SECONDS)

    @web.middleware
    async def _ours_only(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse pages of others, through which a browser would use the app as the person who runs it.

        A name of theirs may lead here, so the host must be a known one. Who has no token is refused, too.
        """
        if len(request.path) > LONGEST_PATH:
            raise web.HTTPNotFound
        origin = request.headers.get("Origin")
        if origin is not None and origin.rpartition("://")[2].lower() != request.host.lower():
            raise web.HTTPForbidden(text="only pages of this server may use it")
        if not self._is_known(request.host):
            raise web.HTTPForbidden(text="no host of this server; --allow-host adds one")
        if not self._has_token(request):
            raise web.HTTPForbidden(
                text="the address lacks its token; the command that serves has printed it"
            )
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = POLICY
            response.headers["Referrer-Policy"] = "no-referrer"
            if self._token:
                response.set_cookie(self._cookie, self._token, httponly=True, samesite="Strict")
        return response

    def _is_known(self, netloc: str) -> bool:
        """Whether an address names this machine alone, or as `--allow-host` says."""
        try:
            name = urlsplit(f"//{netloc}").hostname or ""
        except ValueError:
            return False
        return name in self._names or _names_loopback(name)

    def _has_token(self, request: web.Request) -> bool:
        """Whether a request has the token, in its address or, once a page is open, in the page's cookie."""
        given = (request.query.get("token", ""), request.cookies.get(self._cookie, ""))
        # Each is compared in full: how long that takes tells nothing.
        same = [hmac.compare_digest(each.encode(errors="replace"), self._token.encode()) for each in given]
        return not self._token or any(same)

    async def handle_index(self, request: web.Request) -> Any:
        """Answer with the page, whose links lead to where it was asked for."""
        self.public_url = f"{request.scheme}://{request.host}"
        page: Any = await super().handle_index(request)
        page.text = page.text.replace("</head>", HEAD, 1)
        return page

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run an app for a page, until one of the two ends."""
        page = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=LONGEST_MESSAGE)
        if not page.can_prepare(request):
            raise web.HTTPBadRequest(text="pages connect here, by WebSocket")
        await page.prepare(request)

        async def close() -> None:
            await page.close()

        app = PageApp(
            self.command,
            write_bytes=_while_open(page, page.send_bytes),
            write_str=_while_open(page, page.send_str),
            close=close,
            download_manager=self.download_manager,
        )
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            width, height = request.query.get("width", ""), request.query.get("height", "")
            await app.start(_cells(to_int(width, 80)), _cells(to_int(height, 24)))
            await self._process_messages(page, app)
        finally:
            await app.end()
            self._open.discard(task)
            await page.close()
        return page

    async def _process_messages(self, page: web.WebSocketResponse, app: AppService) -> None:
        """Hand on what a page sends; what is no message of its is ignored."""
        async for message in page:
            if message.type != WSMsgType.TEXT:
                continue
            try:
                said = message.json()
            except (ValueError, RecursionError):
                continue
            match said:
                case ["stdin", str(typed)]:
                    await app.send_bytes(typed.encode(errors="replace"))
                case ["resize", {"width": int(width), "height": int(height)}]:
                    await app.set_terminal_size(_cells(width), _cells(height))
                case ["ping", data]:
                    await page.send_json(["pong", data])
                case ["blur", *_]:
                    await app.blur()
                case ["focus", *_]:
                    await app.focus()


def _cells(number: int) -> int:
    return min(max(number, 1), MOST_CELLS)


def _while_open(page: web.WebSocketResponse, send: Callable[[Any], Awaitable[None]]) -> Any:
    """Return `send`, which loses what is sent to a closed page: its app must not wait to be rid of it."""

    async def sent(what: Any) -> None:
        if not page.closed:
            with contextlib.suppress(ConnectionError):
                await send(what)

    return sent


def _names_loopback(name: str) -> bool:
    """Whether a host is this machine alone, and no name that others let lead here."""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
