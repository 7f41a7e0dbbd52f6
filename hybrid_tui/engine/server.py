"""The engine process: requests come in on stdin, replies go out on stdout, one JSON object a line."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event, Lock
from typing import Any, BinaryIO

import msgspec

from hybrid_tui import errors
from hybrid_tui.engine import handlers, messages
from hybrid_tui.engine.dispatch import Context
from hybrid_tui.engine.service import Service

THREADS = 64
FAREWELL_SECONDS = 2.0


class Server:
    """Carries out each request in a thread of its own, so that a quick one never waits for a slow one."""

    def __init__(self, service: Service, out: BinaryIO) -> None:
        self._service = service
        self._out = out
        self._writing = Lock()
        self._cancels: dict[int, Event] = {}
        self._pool = ThreadPoolExecutor(THREADS)
        self._running: set[Future[None]] = set()

    def serve(self, lines: BinaryIO) -> None:
        """Answer until `lines` ends; then ask what runs to stop, and wait for it a moment."""
        for line in lines:
            try:
                request = messages.request_from(line)
            except (msgspec.DecodeError, RecursionError) as error:
                self._reply(messages.Failure(message=f"not a request: {error}"))
                continue
            if isinstance(request, messages.Cancel):
                self._cancels.get(request.target, Event()).set()
                continue
            self._cancels[request.id] = Event()
            future = self._pool.submit(self._carry_out, request)
            self._running.add(future)
            future.add_done_callback(self._running.discard)
        for event in list(self._cancels.values()):
            event.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        wait(list(self._running), timeout=FAREWELL_SECONDS)

    def _carry_out(self, request: messages.Request[Any]) -> None:
        cancelled = self._cancels[request.id].is_set
        try:
            if cancelled():
                raise errors.Cancelled
            context = Context(request.id, self._reply, cancelled)
            reply = handlers.answer(self._service, request, context)
        except errors.Cancelled:
            reply = messages.Failure(id=request.id, message="cancelled", cancelled=True)
        except Exception as error:
            known = errors.explained(error)
            if known is not error:
                traceback.print_exc()
            message = str(known or f"{type(error).__name__}: {error}")
            reply = messages.Failure(id=request.id, message=message, hint=known.hint if known else "")
        finally:
            self._cancels.pop(request.id, None)
        self._reply(reply)

    def _reply(self, reply: messages.Reply) -> None:
        with self._writing:
            self._out.write(messages.to_line(reply))
            self._out.flush()


def main() -> None:
    """Serve on the real stdin and stdout; whatever a library prints goes to stderr instead."""
    # Not ignored: the trainings that are started here would ignore it, too.
    signal.signal(signal.SIGINT, lambda *_: None)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(BrokenPipeError):
        Server(Service(), out).serve(sys.stdin.buffer)
    # Threads deep in torch cannot be stopped; nothing that they hold needs them to end well.
    os._exit(0)


if __name__ == "__main__":
    main()
