"""The app in a browser: a page with a terminal in it, and an app of its own for each page that is open."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.server import Server

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
FAREWELL_SECONDS = 10.0
"""An app's engine takes up to half of that to end."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def serve(command: str, sock: socket.socket) -> None:
    """Serve what `command` starts, to pages of our own only, until Ctrl-C or SIGTERM; then end every app.

    sock: as `bound` returns it.
    """
    web.run_app(
        Pages(command, *sock.getsockname()[:2]).application(),
        sock=sock,
        print=lambda *_: None,
        access_log=None,
        shutdown_timeout=1,
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


def url(sock: socket.socket) -> str:
    """Return the address of the page."""
    host, port = sock.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def reached_from_elsewhere(host: str) -> bool:
    """Whether other machines can reach what listens on an address."""
    return not ipaddress.ip_address(host).is_loopback


class Pages(Server):
    """textual-serve's pages, closed to the pages of others and ended at once."""

    def __init__(self, command: str, host: str, port: int) -> None:
        super().__init__(command, host, port, title="hybrid-tui")
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
            await asyncio.wait(self._open, timeout=FAREWELL_SECONDS)

    @web.middleware
    async def _ours_only(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse pages of others: through a browser they could use the app as the person who runs it."""
        origin = request.headers.get("Origin")
        other_page = origin is not None and urlsplit(origin).netloc != request.host
        if other_page or not (reached_from_elsewhere(self.host) or _names_loopback(request.host)):
            raise web.HTTPForbidden(text="only pages of this server may use it")
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = POLICY
        return response

    async def handle_index(self, request: web.Request) -> Any:
        """Answer with the page, whose links lead to where it was asked for."""
        self.public_url = f"{request.scheme}://{request.host}"
        page: Any = await super().handle_index(request)
        page.text = page.text.replace("</head>", HEAD, 1)
        return page

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run an app for a page."""
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            return await super().handle_websocket(request)
        finally:
            self._open.discard(task)


def _names_loopback(netloc: str) -> bool:
    """Whether an address of a page names this machine alone, and no name that others let lead here."""
    name = urlsplit(f"//{netloc}").hostname or ""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
