"""Where systems get collections, encoders and kept embeddings from."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Protocol

from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import model
from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.systems.in_memory import Share, Shared


class Resources(Protocol):
    """What systems are made of, each loaded once.

    Unknown names raise UsageError, damaged files DataError.
    """

    @property
    def store(self) -> EmbeddingStore:
        """Where embeddings are kept."""
        ...

    def collection(self, data: str) -> Collection:
        """Return a collection by its name."""
        ...

    def encoder(self, name: str) -> Encoder:
        """Return the encoder of a model by its name."""
        ...

    @property
    def share(self) -> Share:
        """What gives systems the parts that they have in common."""
        ...


class OwnResources:
    """Loads what one caller needs."""

    def __init__(self) -> None:
        self.encoder = cache(model.load)
        self.share: Share = Shared()

    @cached_property
    def store(self) -> EmbeddingStore:
        """Where embeddings are kept."""
        return EmbeddingStore()

    def collection(self, data: str) -> Collection:
        """Return a collection by its name."""
        return catalog.load(data)
