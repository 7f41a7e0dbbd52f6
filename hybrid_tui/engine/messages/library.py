"""The models and collections that there are."""

from __future__ import annotations

from typing import Literal

import msgspec

from hybrid_tui.engine.messages.base import Message

Kind = Literal["model", "collection"]


class ListLibrary(Message, frozen=True):
    """What is known of every model and collection? Answered by `Library`."""


class Describe(Message, frozen=True):
    """What is there to tell of a model or a collection? Answered by `Described`."""

    kind: Kind
    name: str


class Add(Message, frozen=True):
    """Keep what a path holds as a model or a collection. Answered by `Added`.

    name: what it is to be called; a model may have its own.
    """

    kind: Kind
    path: str
    name: str = ""


class Remove(Message, frozen=True):
    """Remove a model or a collection of the user's. Answered by `Done`."""

    kind: Kind
    name: str


class KnownModel(msgspec.Struct, frozen=True):
    """A model in the library; size in bytes on disk, 0 where it is not there.

    own: whether it is the user's, to be removed. evaluations: how many are kept.
    """

    name: str
    backbone: str
    tuning: str
    sampler: str
    size: int
    note: str = ""
    own: bool = False
    evaluations: int = 0


class KnownCollection(msgspec.Struct, frozen=True):
    """A collection in the library; `problem` says what is wrong with a damaged one.

    own, evaluations: as of a model.
    """

    name: str
    languages: tuple[str, ...]
    items: int
    queries: int
    passages: int
    own: bool = False
    evaluations: int = 0
    problem: str = ""


class Library(Message, frozen=True):
    """Answer to `ListLibrary`."""

    models: tuple[KnownModel, ...]
    collections: tuple[KnownCollection, ...]


class Description(Message, frozen=True):
    """Answer to `Describe`: names and values, which may have several lines."""

    facts: tuple[tuple[str, str], ...]


class Added(Message, frozen=True):
    """Answer to `Add`; not `new` where the very same was there already."""

    name: str
    new: bool
