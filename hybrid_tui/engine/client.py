"""The app's end of the engine: start it, send requests, hand over replies, notice when it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, TypeVar

import msgspec

from hybrid_tui import settings
from hybrid_tui.engine import protocol

ENGINE = (sys.executable, "-m", "hybrid_tui.engine.server")
LONGEST_LINE = 1 << 24
FAREWELL_SECONDS = 3.0
LAST_LINES = 5

T = TypeVar("T", bound=protocol.Message)


@dataclass(frozen=True)
class EngineLost:
    """The engine ended by itself: its exit code (negative: killed by that signal) and its last words."""

    exit_code: int
    log: str


class EngineClient:
    """One engine process at a time; `deliver` gets each reply, in the event loop, in the order of arrival.

    command: what to start; tests start something else.
    """

    def __init__(
        self,
        deliver: Callable[[protocol.Reply | EngineLost], None],
        command: Sequence[str] = ENGINE,
    ) -> None:
        self._deliver = deliver
        self._command = command
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._last_id = 0

    async def start(self) -> None:
        """Start the engine, or start it again; requests may follow at once."""
        await self.close()
        with _log() as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=log, limit=LONGEST_LINE
            )
        self._reader = asyncio.create_task(self._read(self._process))

    def send(self, request: T) -> int:
        """Send a request under the next number, which is returned; without an engine it is lost."""
        self._last_id += 1
        numbered = msgspec.structs.replace(request, id=self._last_id)
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(protocol.to_line(numbered))
        return self._last_id

    async def close(self) -> None:
        """End the engine: ask, wait a moment, kill. No process is left behind."""
        process, self._process = self._process, None
        if self._reader:
            self._reader.cancel()
            self._reader = None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        for end in (process.terminate, process.kill):
            try:
                await asyncio.wait_for(process.wait(), FAREWELL_SECONDS)
                break
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    end()
        await process.wait()

    async def _read(self, process: Process) -> None:
        assert process.stdout
        try:
            while line := await process.stdout.readline():
                self._deliver(protocol.reply_from(line))
        except (msgspec.ValidationError, msgspec.DecodeError, ValueError):
            process.kill()
        code = await process.wait()
        if process is self._process:
            self._process = None
            self._deliver(EngineLost(code, _last_words()))


def _log() -> contextlib.AbstractContextManager[int | IO[bytes]]:
    """Open the engine's log anew; where that fails its words are lost, and nothing else."""
    try:
        folder = settings.log_dir()
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / f"engine-{os.getpid()}.log").open("wb")
    except OSError:
        return contextlib.nullcontext(DEVNULL)


def _last_words() -> str:
    try:
        text = (settings.log_dir() / f"engine-{os.getpid()}.log").read_text(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.strip().splitlines()[-LAST_LINES:])
