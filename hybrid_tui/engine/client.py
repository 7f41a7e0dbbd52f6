"""The app's end of the engine: start it, send requests, hand over replies, notice when it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from hybrid_tui import settings
from hybrid_tui.engine import messages

# -P: what lies in the folder that the app was started in must not shadow a library.
ENGINE = (sys.executable, "-P", "-m", "hybrid_tui.engine.server")
LONGEST_LINE = 1 << 24
LONGEST_LOG = 1 << 20
FAREWELL_SECONDS = 1.5
LAST_LINES = 5


@dataclass(frozen=True)
class EngineLost:
    """The engine ended by itself: its exit code (negative: killed by that signal) and its last words."""

    exit_code: int
    log: str


class EngineClient:
    """One engine process at a time; `deliver` gets each reply, in the event loop, in the order of arrival.

    Numbers of requests are never used twice, not even after a restart. What the engine says that is no
    reply ends it, as does a line of more than 16 MiB: `deliver` then gets `EngineLost`.
    command: what to start; tests start something else.
    """

    def __init__(
        self,
        deliver: Callable[[messages.Reply | EngineLost], None],
        command: Sequence[str] = ENGINE,
    ) -> None:
        self._deliver = deliver
        self._command = command
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._last_id = 0
        self._log_start = 0

    @property
    def alive(self) -> bool:
        """Whether an engine runs."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The engine's process; 0 where none runs."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Start the engine, or start it again; requests may follow at once."""
        await self.close()
        try:
            with self._log() as log:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command, stdin=PIPE, stdout=PIPE, stderr=log, limit=LONGEST_LINE
                )
        except OSError as error:
            self._deliver(EngineLost(127, f"{self._command[0]}: {error.strerror}"))
            return
        self._reader = asyncio.create_task(self._read(self._process))

    def send(self, request: messages.Message) -> int:
        """Send a request under the next number, which is returned; without an engine it is lost."""
        self._last_id += 1
        numbered = msgspec.structs.replace(request, id=self._last_id)
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(messages.to_line(numbered))
        return self._last_id

    async def close(self) -> None:
        """End the engine: close its stdin, wait a moment, terminate, kill. No process is left behind."""
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
                return
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    end()
        # asyncio waits for the pipes, too, and a child of the engine may hold them longer than it lives.
        process._transport.close()  # type: ignore[attr-defined]
        await process.wait()

    def kill(self) -> None:
        """End the engine at once: for where no event loop runs any more."""
        process, self._process = self._process, None
        if process:
            with contextlib.suppress(ProcessLookupError, RuntimeError):
                process.kill()

    async def _read(self, process: Process) -> None:
        assert process.stdout
        words = ""
        try:
            while line := await process.stdout.readline():
                self._deliver(messages.reply_from(line))
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            words = f"It said what is no reply ({error}).\n"
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        code = await process.wait()
        if process is self._process:
            self._process = None
            self._deliver(EngineLost(code, words + self._last_words()))

    @contextmanager
    def _log(self) -> Iterator[int | IO[bytes]]:
        """Open the engine's log; where that fails its words are lost, and nothing else."""
        try:
            _log_file().parent.mkdir(parents=True, exist_ok=True)
            file = _log_file().open("ab")
        except OSError:
            yield DEVNULL
            return
        with file:
            if file.tell() > LONGEST_LOG:
                file.truncate(0)
                file.seek(0)
            self._log_start = file.tell()
            yield file

    def _last_words(self) -> str:
        try:
            with _log_file().open("rb") as file:
                file.seek(self._log_start)
                said = file.read(LONGEST_LOG).decode(errors="replace")
        except OSError:
            return ""
        return "\n".join(said.strip().splitlines()[-LAST_LINES:])


def _log_file() -> Path:
    return settings.log_dir() / "engine.log"
