"""The models and collections that there are: listed, described, added, removed."""

from __future__ import annotations

from typing import Literal

import msgspec

from hybrid_tui.engine.messages.base import Done, Reply, Request

Kind = Literal["model", "collection"]


class CollectionInfo(msgspec.Struct, frozen=True):
    """A collection as a picker shows it."""

    name: str
    languages: tuple[str, ...]
    queries: int
    passages: int


class ModelInfo(msgspec.Struct, frozen=True):
    """A model as a picker shows it.

    available: without a download. note: more in a few words. sampler: how the batches of its training were
    drawn; empty for a backbone.
    """

    name: str
    summary: str
    available: bool
    note: str = ""
    sampler: str = ""


class Catalog(Reply, frozen=True):
    """The collections and models that can be named."""

    collections: tuple[CollectionInfo, ...]
    models: tuple[ModelInfo, ...]


class ListCatalog(Request[Catalog], frozen=True):
    """List the collections and models for pickers."""


class KnownModel(msgspec.Struct, frozen=True):
    """A model in the library.

    size: bytes on disk, 0 where it is not there. own: whether it is the user's, to be removed.
    evaluations: how many are kept.
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
    """A collection in the library.

    own, evaluations: as of a model. problem: what is wrong with a damaged one.
    """

    name: str
    languages: tuple[str, ...]
    items: int
    queries: int
    passages: int
    own: bool = False
    evaluations: int = 0
    problem: str = ""


class Library(Reply, frozen=True):
    """Every model and collection, with what is known of it."""

    models: tuple[KnownModel, ...]
    collections: tuple[KnownCollection, ...]


class ListLibrary(Request[Library], frozen=True):
    """List every model and collection, with what is known of it."""


class Description(Reply, frozen=True):
    """Names and values, which may have several lines."""

    facts: tuple[tuple[str, str], ...]


class Describe(Request[Description], frozen=True):
    """Describe a model or a collection."""

    kind: Kind
    name: str


class Added(Reply, frozen=True):
    """What is kept now; not `new` where the very same was there already."""

    name: str
    new: bool


class Add(Request[Added], frozen=True):
    """Keep what a path holds as a model or a collection.

    name: what it is to be called; empty for a model's own name, or for a collection the file's.
    """

    kind: Kind
    path: str
    name: str = ""


class Remove(Request[Done], frozen=True):
    """Remove a model or a collection of the user's."""

    kind: Kind
    name: str
