"""From texts to kept embeddings, once, with no more than a part of either in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import linear_head
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.retrieval.embedding_store import EmbeddingStore, StoreKey
from hybrid_tui.retrieval.encoding import below_head, size
from hybrid_tui.retrieval.stored_rows import StoredRows

PART_ROWS = 16_384
"""What is read, encoded and kept at a time, and so what a killed run loses at the most."""


@dataclass(frozen=True, eq=False)
class HeadRows:
    """A head's embeddings, shape (rows, dimension), made of its backbone's as they are read."""

    below: StoredRows | HeadRows
    matrix: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.below)

    def __getitem__(self, which: slice | NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the rows of a slice or of an index array, as indexing an array does."""
        return linear_head.apply(self.matrix, self.below[which])


def embeddings(
    collection: Collection,
    spec: ModelSpec,
    role: Role,
    langs: list[str],
    store: EmbeddingStore,
    encoder: Callable[[], Encoder],
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, StoredRows | HeadRows]:
    """Return one matrix per language to read from, rows in the collection's order.

    As `embed.embeddings`, for collections that are too large for it: kept ones are used; only if some are
    missing is `encoder()` called, and what it makes is kept.
    Raises Cancelled between batches when `cancelled()` turns true; finished parts stay.
    """
    if spec.base and spec.matrix is not None:
        matrix = spec.matrix
        below = embeddings(
            collection,
            spec.base,
            role,
            langs,
            store,
            below_head(encoder),
            progress=progress,
            cancelled=cancelled,
        )
        return {lang: HeadRows(rows, matrix) for lang, rows in below.items()}
    shelves = {lang: StoreKey(spec.fingerprint, collection.fingerprint, role, lang) for lang in langs}
    sizes = {lang: size(collection, role, lang) for lang in langs}
    found = {lang: store.open(shelves[lang], sizes[lang]) for lang in langs}
    missing = [
        (lang, rows)
        for lang in langs
        if found[lang] is None
        for rows in store.gaps(shelves[lang], sizes[lang], PART_ROWS)
    ]
    total = sum(len(rows) for _, rows in missing)
    before = 0
    for lang, rows in missing:
        values = encoder().encode(
            _texts(collection, role, lang, rows),
            role,
            progress=_shifted(progress, before, total),
            cancelled=cancelled,
        )
        store.name(shelves[lang], spec.name, collection.name)
        store.write(shelves[lang], rows.start, values)
        before += len(rows)
    return {lang: found[lang] or _again(store, shelves[lang], sizes[lang]) for lang in langs}


def _texts(collection: Collection, role: Role, lang: str, rows: range) -> list[str]:
    if role == "query":
        return collection.query_inputs(lang)[rows.start : rows.stop]
    return collection.passage_inputs(lang, rows.start, rows.stop)


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    return progress and (lambda done, _: progress(before + done, total))


def _again(store: EmbeddingStore, shelf: StoreKey, rows: int) -> StoredRows:
    kept = store.open(shelf, rows)
    if kept is None:
        raise HybridTuiError(
            f"embeddings just written under {store.root} cannot be read back",
            "another program may be clearing the cache: try again",
        )
    return kept
