"""The table of handlers: each type of request with the one function that answers it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from hybrid_tui.engine.messages import Interim, Progress, Reply, Request

if TYPE_CHECKING:
    from hybrid_tui.engine.service import Service

PROGRESS_SECONDS = 0.1

ReplyT = TypeVar("ReplyT", bound=Reply)


@dataclass
class Context:
    """The connection of a handler to the sender of its request.

    number: the request's id. send: writes a reply. cancelled: whether the sender wants it stopped; a handler
    then raises errors.Cancelled.
    """

    number: int
    send: Callable[[Reply], None]
    cancelled: Callable[[], bool]
    _step: str = ""
    _told: float = 0.0

    def tell(self, reply: Interim) -> None:
        """Send a reply that comes before the last."""
        self.send(msgspec.structs.replace(reply, id=self.number))

    def progress(self, step: str, done: int, total: int) -> None:
        """Tell how far a step, named in words, is: when it begins and ends, and every 0.1 s between."""
        now = time.monotonic()
        if step != self._step or done == total or now - self._told >= PROGRESS_SECONDS:
            self._step, self._told = step, now
            self.tell(Progress(step=step, done=done, total=total))

    def counter(self, step: str) -> Callable[[int, int], None]:
        """Return `progress` of one step, a function of (done, total)."""
        return partial(self.progress, step)


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
