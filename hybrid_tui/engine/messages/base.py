"""The kinds of messages: requests, the replies that end them, and those that come before."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from hybrid_tui.errors import joined


class Message(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Any message; `id` is the number of its request."""

    id: int = 0


class Reply(Message, frozen=True):
    """What the engine says. A request ends with exactly one reply that is no `Interim`."""


class Interim(Reply, frozen=True):
    """A reply that comes before the last of its request, any number of times."""


ReplyT = TypeVar("ReplyT", bound=Reply)


class Request(Message, Generic[ReplyT], frozen=True):
    """What the app asks; `class Search(Request[Found])` is answered by `Found`, or by `Failure`.

    Its handler stands in the file of the same name in `engine/handlers/`.
    """


class Cancel(Message, frozen=True):
    """Stop the request `target`, which then ends with `Failure(cancelled=True)`; this one has no answer."""

    target: int


class Done(Reply, frozen=True):
    """The request was carried out."""


class Progress(Interim, frozen=True):
    """How far a request is: `step` in words, `done` of `total` texts (0 of 0 while that is unknown)."""

    step: str
    done: int = 0
    total: int = 0

    def __str__(self) -> str:
        return f"{self.step} {self.done:,}/{self.total:,}" if self.total else self.step


class Failure(Reply, frozen=True):
    """The request failed: what was wrong, what to do. `cancelled` when the sender asked for it."""

    message: str
    hint: str = ""
    cancelled: bool = False

    @property
    def whole(self) -> str:
        """What was wrong and what to do, on one line."""
        return joined(self.message, self.hint)
