"""Signals that end the app, in a pseudo-terminal: it is left as it was, and no engine stays."""

import os
import pty
import signal
import subprocess
import sys
import termios
import threading
from pathlib import Path

import pytest

from ..processes import runs, until

APP = """
import sys
from hybrid_tui.engine.client import EngineClient
from hybrid_tui.settings import Config
from hybrid_tui.tui.app import ExploreApp, run
from hybrid_tui.tui.memory import State
idle = "import os, sys; open(sys.argv[1], 'w').write(str(os.getpid())); sys.stdin.read()"
EngineClient.__init__.__defaults__ = ((sys.executable, "-S", "-c", idle, sys.argv[1]),)
ExploreApp.action_help = lambda *_: 1 / 0
try:
    sys.exit(run(State("starter", ("use-m3",)), Config()))
except ZeroDivisionError:
    sys.exit(77)
"""


class App:
    """The app in a terminal that is ours; `heard` is what it drew."""

    def __init__(self, note: Path, **streams: int) -> None:
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.heard = b""
        self._drawn = False
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), self.slave) | streams
        self.process = subprocess.Popen(
            [sys.executable, "-c", APP, str(note)],
            **streams,
            env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"},
            start_new_session=True,
        )
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        until(lambda: self._drawn or self.process.poll() is not None)
        assert self._drawn, self.heard
        self._engine = int(until(lambda: note.exists() and note.read_text()))

    def _read(self) -> None:
        while not self.heard.endswith(b"the end"):
            try:
                self.heard += os.read(self.master, 4096)
            except OSError:
                return
            if b"F1" in self.heard:
                self._drawn = True

    def ended(self) -> int:
        code = self.process.wait()
        os.write(self.slave, b"the end")
        self._reading.join()
        return code

    @property
    def engine_runs(self) -> bool:
        return runs(self._engine)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for each in (self.master, self.slave):
            os.close(each)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM])
def test_the_terminal_is_left_as_it_was(tmp_path: Path, number: int) -> None:
    app = App(tmp_path / "engine")
    try:
        app.process.send_signal(number)
        assert app.ended() == 128 + number
        assert termios.tcgetattr(app.slave) == app.before
        for on, off in (
            (b"\x1b[?1049h", b"\x1b[?1049l"),
            (b"\x1b[?25l", b"\x1b[?25h"),
            (b"\x1b[8l", b"\x1b[8h"),
        ):
            assert app.heard.rindex(on) < app.heard.rindex(off)
        assert b"Traceback" not in app.heard
        assert not app.engine_runs
    finally:
        app.close()


def test_a_fault_of_the_app_is_raised_once_the_terminal_is_as_it_was(tmp_path: Path) -> None:
    app = App(tmp_path / "engine")
    try:
        os.write(app.master, b"\x1bOP")
        assert app.ended() == 77
        assert termios.tcgetattr(app.slave) == app.before
        assert b"Traceback" not in app.heard
        assert not app.engine_runs
    finally:
        app.close()


def test_stderr_may_be_a_file_while_the_app_is_drawn_on_the_terminal(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        app = App(tmp_path / "engine", stderr=log.fileno())
    try:
        os.write(app.master, b"\x11")  # Ctrl-Q
        assert app.ended() == 0
        assert app.heard.rindex(b"\x1b[?1049h") < app.heard.rindex(b"\x1b[?1049l")
        assert (tmp_path / "log").read_bytes() == b""
    finally:
        app.close()
