"""Textual's driver of a terminal, for one that may be gone, and for stderr in a file."""

from __future__ import annotations

import sys
from typing import IO, Any

from textual import messages
from textual.drivers.linux_driver import LinuxDriver


class TerminalDriver(LinuxDriver):
    """Draws on stdout where stderr is a file; ends the app where the terminal is gone."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        streams = [stream for stream in (sys.__stderr__, sys.__stdout__) if stream and stream.isatty()]
        self._file: Any = _Screen(streams[0], self._gone) if streams else self._file

    def _gone(self) -> None:
        self._app.post_message(messages.ExitApp())


class _Screen:
    """A stream to a terminal that can be written even when it is gone; `gone` is then told, once."""

    def __init__(self, stream: IO[str], gone: Any) -> None:
        self._stream = stream
        self._gone = gone
        self._there = True
        self.fileno = stream.fileno
        self.isatty = stream.isatty

    def write(self, text: str) -> None:
        self._try(self._stream.write, text)

    def flush(self) -> None:
        self._try(self._stream.flush)

    def _try(self, write: Any, *text: str) -> None:
        if not self._there:
            return
        try:
            write(*text)
        except OSError:
            self._there = False
            self._gone()
