"""What every message is, and those about the engine itself."""

from __future__ import annotations

import msgspec

from hybrid_tui.errors import joined


class Message(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Any message; `id` is the number of its request."""

    id: int = 0


class ListCatalog(Message, frozen=True):
    """Which collections and models are there? Answered by `Catalog`."""


class GetStatus(Message, frozen=True):
    """How is the engine? Answered by `Status`."""


class Cancel(Message, frozen=True):
    """Stop the request `target`, which then ends with `Failure(cancelled=True)`; this one has no answer."""

    target: int


class CollectionInfo(msgspec.Struct, frozen=True):
    """A collection as a picker shows it."""

    name: str
    languages: tuple[str, ...]
    queries: int
    passages: int


class ModelInfo(msgspec.Struct, frozen=True):
    """A model as a picker shows it; `available` without a download, `note` says more in a few words.

    sampler: how the batches of its training were drawn; empty for a backbone.
    """

    name: str
    summary: str
    available: bool
    note: str = ""
    sampler: str = ""


class Catalog(Message, frozen=True):
    """Answer to `ListCatalog`."""

    collections: tuple[CollectionInfo, ...]
    models: tuple[ModelInfo, ...]


class Done(Message, frozen=True):
    """The request was carried out."""


class Status(Message, frozen=True):
    """Answer to `GetStatus`; resident memory in bytes, models whose encoder is loaded."""

    pid: int
    memory: int
    loaded: tuple[str, ...]


class Progress(Message, frozen=True):
    """How far a request is: `step` in words, `done` of `total` texts (0 of 0 while that is unknown)."""

    step: str
    done: int = 0
    total: int = 0

    def __str__(self) -> str:
        return f"{self.step} {self.done:,}/{self.total:,}" if self.total else self.step


class Failure(Message, frozen=True):
    """The request failed: what was wrong, what to do. `cancelled` when the sender asked for it."""

    message: str
    hint: str = ""
    cancelled: bool = False

    @property
    def whole(self) -> str:
        """What was wrong and what to do, on one line."""
        return joined(self.message, self.hint)
