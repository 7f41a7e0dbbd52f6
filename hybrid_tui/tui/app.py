"""`hybrid-tui explore`: the app, and the engine behind it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from io import StringIO
from pathlib import PurePath
from threading import Timer
from typing import Any, ClassVar

import msgspec
from textual import on
from textual.app import SystemCommand
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen
from textual.widget import Widget

from hybrid_tui import settings
from hybrid_tui.engine import messages
from hybrid_tui.engine.client import EngineClient, EngineLost
from hybrid_tui.errors import HybridTuiError, unknown
from hybrid_tui.settings import Config
from hybrid_tui.tui import key_reports, memory
from hybrid_tui.tui.engine_link import EngineLink, MakeEngine
from hybrid_tui.tui.job_watch import Jobs, JobWatch
from hybrid_tui.tui.memory import Memory, State
from hybrid_tui.tui.render.job_lines import DONE, active, doing, step_line
from hybrid_tui.tui.search.other_screens import OtherScreens
from hybrid_tui.tui.search.screen import SearchScreen
from hybrid_tui.tui.terminal import prepared, who_orders
from hybrid_tui.tui.terminal_drawing import DrawnApp

KEEP_SECONDS = 20.0
LAST_SECONDS = 8.0
"""After which a signal ends the app in any case."""
ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name))


class ExploreApp(DrawnApp):
    """Side-by-side search: one query, several models, chosen languages.

    begun: what to begin with, in six panes at most; without a query it is the collection's first question,
    whose embedding is kept, so that it needs no model. note: what the status line says of that. memory: keeps
    where the app is left; by default nothing does. keymap: a person's own keys by the ids of actions, as
    `keymap.checked` returns them. ascii_only: whether marks and borders are drawn in ASCII.
    """

    TITLE = "hybrid-tui"
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "styles/search.tcss",
        "styles/dialogs.tcss",
        "styles/bias.tcss",
        "styles/train.tcss",
        "styles/library.tcss",
        "styles/summary.tcss",
        "styles/jobs.tcss",
    ]
    jobs = var[Jobs](())
    """The jobs of this user, the latest first."""

    class EngineSaid(Message):
        """The engine replied, or is gone."""

        def __init__(self, reply: messages.Reply | EngineLost) -> None:
            self.reply = reply
            super().__init__()

    def __init__(
        self,
        begun: State,
        make_engine: MakeEngine = EngineClient,
        *,
        note: str = "",
        memory: Memory | None = None,
        keymap: Mapping[str, str] | None = None,
        ascii_only: bool = False,
    ) -> None:
        super().__init__(keymap or {}, ascii_only=ascii_only)
        self._link = EngineLink(make_engine(self._deliver))
        panes = tuple(map(_sendable, begun.panes))
        begun = msgspec.structs.replace(begun, data=_sendable(begun.data), panes=panes)
        self._search = SearchScreen(self._link, begun, note)
        self._others = OtherScreens(self._search)
        self._job_watch = JobWatch(self._link, self._know_jobs)
        self._memory = memory

    def get_default_screen(self) -> Screen[Any]:
        """Start with the search."""
        return self._search

    def watch_app_focus(self, focus: bool) -> None:
        """Let one type at once where a browser's page is given the focus before anything has had it."""
        screen = self.screen
        if focus and screen.focused is None and screen.AUTO_FOCUS:
            for widget in screen.query(screen.AUTO_FOCUS).results(Widget):
                widget.focus()
                break

    def on_mount(self) -> None:
        """Leave well, the terminal as it was, when told to by a signal."""
        for number in ENDING:
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, self._leave, number)
        self.set_interval(KEEP_SECONDS, lambda: self.run_worker(self._keep_state(), group="state"))

    def _leave(self, number: int) -> None:
        self.exit(return_code=128 + number)
        # A terminal that is gone may hold up whoever still draws on it.
        last = Timer(LAST_SECONDS, os._exit, [128 + number])
        last.daemon = True
        last.start()

    async def on_exit_app(self) -> None:
        """Keep where the app is left."""
        await self._keep_state()

    async def _keep_state(self) -> None:
        state = self._search.state
        if self._memory and state.panes:
            await asyncio.to_thread(self._memory.keep, state)

    def _deliver(self, reply: messages.Reply | EngineLost) -> None:
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
        from hybrid_tui.tui.dialogs.engine_stopped import EngineStopped

        self._search.engine_lost()
        if not isinstance(self.screen, EngineStopped):
            self.push_screen(EngineStopped(event.reply), self._restart)

    def _restart(self, wanted: bool | None) -> None:
        if wanted:
            self._search.start_engine()

    def _know_jobs(self, jobs: Jobs) -> None:
        """Take how all jobs are, and tell of those that have come to an end since."""
        running = {job.name for job in active(self.jobs)}
        self.jobs = jobs
        for job in jobs:
            if job.name in running and job.state == "ended":
                self.notify(f"{DONE.get(job.kind, job.kind)} {job.title}", markup=False)
            elif job.name in running and job.state == "failed":
                self.notify(step_line(job), title=doing(job), severity="error", markup=False)
            elif job.name in running and job.state == "stopped":
                key = self.first_key("place.train", "f10")
                self.notify(f"{doing(job)} has stopped: {key} goes on with it", markup=False)

    def action_pick(self, what: str) -> None:
        """Open one of the lists to choose from on the search screen, by its name."""
        from hybrid_tui.tui.search.pickers import PICKERS

        PICKERS[what](self._search)

    def action_visit(self, name: str) -> None:
        """Show another screen, by its name."""
        self._others.open(name)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Put what can be searched before what the toolkit offers."""
        if isinstance(screen, SearchScreen):
            from hybrid_tui.tui.commands import commands

            yield from commands(screen)
        elif palette := getattr(screen, "palette", None):
            yield from palette()
        else:
            from hybrid_tui.tui.commands import screen_commands

            yield from screen_commands(screen)
        yield SystemCommand("Help", f"key {self.first_key('app.help', 'f1')}", self.action_help)
        yield SystemCommand("Jump", f"key {self.first_key('app.jump', 'ctrl+j')}", self.action_jump)
        for name in sorted(self.available_themes):
            yield SystemCommand(f"Theme {name}", "", partial(setattr, self, "theme", name), discover=False)
        yield from super().get_system_commands(screen)

    def kill_engine(self) -> None:
        """End the engine where the app ended without closing it."""
        self._link.engine.kill()


def _sendable(name: str) -> str:
    """Return a name from the command line without the bytes that are no text."""
    return name.encode(errors="replace").decode()


def own_keys(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return a person's own keys, checked; the screens that have them are loaded only where there are some.

    Raises UsageError for keys that are unknown or clash.
    """
    if not wanted:
        return {}
    from hybrid_tui.tui.keymap import checked

    return checked(wanted, settings.config_file())


def run(begun: State, config: Config, note: str = "", *, ascii_only: bool = False) -> int:
    """Run the app until it is left; returns its exit code.

    begun, note: as `memory.start` returns them. ascii_only: whether marks and borders are drawn in ASCII,
    whatever the configuration says.

    Raises UsageError for a theme in the configuration that does not exist, and for keys that are unknown
    or clash; whatever ended the app.
    """
    app = ExploreApp(
        begun,
        note=note,
        memory=Memory(memory.file(), config.theme),
        keymap=own_keys(config.keys),
        ascii_only=ascii_only or config.glyphs == "ascii",
    )
    if config.theme not in app.available_themes:
        raise unknown("theme", config.theme, sorted(app.available_themes))
    app.theme = begun.theme if begun.theme in app.available_themes else config.theme
    # What ended it is raised, to be told as of any command.
    app.error_console.file = report = StringIO()
    key_reports.accept_any()
    if app.driver_class.__name__ == "LinuxDriver":
        from hybrid_tui.tui.terminal_driver import TerminalDriver

        app.driver_class = TerminalDriver
    with _ended_by_signals(), prepared(who_orders(config.bidi, os.environ)):
        try:
            app.run()
        finally:
            app.kill_engine()
    if app._exception:
        raise app._exception
    if report.getvalue():
        raise HybridTuiError("the terminal could not be read any more", "open the app again: it begins there")
    return app.return_code or 0


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a signal that comes before or after the app end the block as an exception does."""

    def leave(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    before = {number: signal.signal(number, leave) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
