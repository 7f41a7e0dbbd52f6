"""`hybrid-tui explore`: the app, and the engine behind it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterable
from functools import partial
from pathlib import PurePath
from typing import Any, ClassVar

from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from hybrid_tui import settings
from hybrid_tui.engine import protocol
from hybrid_tui.engine.client import EngineClient, EngineLost
from hybrid_tui.errors import unknown
from hybrid_tui.tui.link import Link, MakeEngine
from hybrid_tui.tui.screens.search import SearchScreen
from hybrid_tui.tui.terminal import prepared


class ExploreApp(App[None]):
    """Side-by-side search: one query, several models, chosen languages.

    data: the collection to start with. models: one a pane, four at most. query: what to search first; by
    default the collection's first question, whose embedding is kept, so that it needs no model.
    """

    TITLE = "hybrid-tui"
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "styles/search.tcss",
        "styles/dialogs.tcss",
        "styles/bias.tcss",
    ]

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", key_display="^Q", priority=True)
    ]

    class EngineSaid(Message):
        """The engine replied, or is gone."""

        def __init__(self, reply: protocol.Reply | EngineLost) -> None:
            self.reply = reply
            super().__init__()

    def __init__(
        self, data: str, models: list[str], query: str = "", make_engine: MakeEngine = EngineClient
    ) -> None:
        super().__init__()
        self._link = Link(make_engine(self._deliver))
        self._search = SearchScreen(self._link, _sendable(data), list(map(_sendable, models)), query)

    def get_default_screen(self) -> Screen[Any]:
        """Start with the search."""
        return self._search

    def on_mount(self) -> None:
        """Leave well, the terminal as it was, when told to by SIGTERM."""
        leave = partial(self.exit, return_code=128 + signal.SIGTERM)
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, leave)

    def _deliver(self, reply: protocol.Reply | EngineLost) -> None:
        # By way of the message queue, so that handlers run as any others of the app do.
        self.post_message(self.EngineSaid(reply))

    async def on_unmount(self) -> None:
        """Leave no engine behind."""
        await self._link.engine.close()

    @on(EngineSaid)
    def take(self, event: EngineSaid) -> None:
        """Hand a reply to whoever waits for it; offer a restart when the engine is gone."""
        if not self.is_running:
            return
        if not isinstance(event.reply, EngineLost):
            self._link.take(event.reply)
            return
        from hybrid_tui.tui.screens.lost import Lost

        self._search.engine_lost()
        if not isinstance(self.screen, Lost):
            self.push_screen(Lost(event.reply), self._restart)

    def _restart(self, wanted: bool | None) -> None:
        if wanted:
            self._search.start_engine()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Put what can be searched before what the toolkit offers."""
        if isinstance(screen, SearchScreen):
            from hybrid_tui.tui.commands import commands

            yield from commands(screen)
        elif palette := getattr(screen, "palette", None):
            yield from palette()
        yield from super().get_system_commands(screen)

    def kill_engine(self) -> None:
        """End the engine where the app ended without closing it."""
        self._link.engine.kill()


def _sendable(name: str) -> str:
    """Return a name from the command line without the bytes that are no text."""
    return name.encode(errors="replace").decode()


def run(data: str, models: list[str], query: str = "") -> int:
    """Run the app until it is left; returns its exit code.

    Raises UsageError for a theme in the configuration that does not exist.
    """
    app = ExploreApp(data, models, query)
    theme = settings.load_config().theme
    if theme not in app.available_themes:
        raise unknown("theme", theme, sorted(app.available_themes))
    app.theme = theme
    with prepared():
        try:
            app.run()
        finally:
            app.kill_engine()
    return app.return_code or 0
