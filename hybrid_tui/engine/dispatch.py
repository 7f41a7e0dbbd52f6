"""The table of handlers: each type of request with the one function that answers it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from hybrid_tui.engine.messages import Interim, Progress, Reply, Request

if TYPE_CHECKING:
    from hybrid_tui.engine.service import Service

PROGRESS_SECONDS = 0.1

ReplyT = TypeVar("ReplyT", bound=Reply)


@dataclass(frozen=True)
class Context:
    """The connection of a handler to the sender of its request.

    number: the request's id. send: writes a reply. cancelled: whether the sender wants it stopped; a handler
    then raises errors.Cancelled.
    """

    number: int
    send: Callable[[Reply], None]
    cancelled: Callable[[], bool]

    def tell(self, reply: Interim) -> None:
        """Send a reply that comes before the last."""
        self.send(msgspec.structs.replace(reply, id=self.number))

    def progress(self, step: str) -> Callable[[int, int], None]:
        """Return a function of (done, total) that tells how far a step is, every 0.1 s and at its end.

        step: in words.
        """
        last = 0.0

        def report(done: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if done == total or now - last >= PROGRESS_SECONDS:
                last = now
                self.tell(Progress(step=step, done=done, total=total))

        return report


HANDLERS: dict[type[Request[Any]], Callable[[Service, Any, Context], Reply]] = {}


def answers(
    kind: type[Request[ReplyT]],
) -> Callable[[Callable[[Service, Any, Context], ReplyT]], Callable[[Service, Any, Context], ReplyT]]:
    """Register the decorated function as the handler of a type of request.

    It takes the service, the request and a `Context`, and returns the reply that its request names.
    """

    def register(
        handler: Callable[[Service, Any, Context], ReplyT],
    ) -> Callable[[Service, Any, Context], ReplyT]:
        if kind in HANDLERS:
            raise ValueError(f"{kind.__name__} has a handler already")
        HANDLERS[kind] = handler
        return handler

    return register
