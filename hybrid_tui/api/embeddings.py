"""Embeddings kept on disk, which can be made again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.embedding_store import Usage as Usage


@dataclass(frozen=True)
class KeptEmbeddings:
    """What is kept for each model and collection, largest first, under one folder."""

    folder: Path
    entries: tuple[Usage, ...]

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(each.size for each in self.entries)


def kept_embeddings() -> KeptEmbeddings:
    """Return what is kept."""
    store = EmbeddingStore()
    return KeptEmbeddings(store.root, tuple(store.usage()))


def clear_embeddings() -> None:
    """Remove every embedding that can be made again; what ships with the package stays."""
    EmbeddingStore().clear()
