"""The models and collections that there are: listed, described, added, removed."""

from __future__ import annotations

from hybrid_tui.api.records import (
    CollectionInfo,
    Kind,
    KnownCollection,
    KnownModel,
    ModelInfo,
    RunInfo,
    SamplerInfo,
)
from hybrid_tui.engine.messages.base import Done, Reply, Request


class Catalog(Reply, frozen=True):
    """The collections, models, samplers and imported runs that can be named."""

    collections: tuple[CollectionInfo, ...]
    models: tuple[ModelInfo, ...]
    samplers: tuple[SamplerInfo, ...] = ()
    runs: tuple[RunInfo, ...] = ()


class ListCatalog(Request[Catalog], frozen=True):
    """List the collections, models, samplers and runs for pickers."""


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
