"""From texts to kept embeddings, once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.retrieval.store import EmbeddingStore, Shelf

PART_ROWS = 1024
"""What a killed run loses at the most."""


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
) -> dict[str, NDArray[np.float32]]:
    """Return one matrix per language, shape (texts, dimension), float32, rows in the collection's order.

    Kept ones are read; only if some are missing is `encoder()` called, and what it makes is kept.
    Raises Cancelled between batches when `cancelled()` turns true; finished parts stay.
    """
    texts = {lang: _inputs(collection, role, lang) for lang in langs}
    shelves = {lang: Shelf(spec.fingerprint, collection.fingerprint, role, lang) for lang in langs}
    found = {lang: store.read(shelves[lang], len(texts[lang])) for lang in langs}
    missing = [
        (lang, rows)
        for lang in langs
        if found[lang] is None
        for rows in store.gaps(shelves[lang], len(texts[lang]), PART_ROWS)
    ]
    total = sum(len(rows) for _, rows in missing)
    before = 0
    for lang, rows in missing:
        values = encoder().encode(
            texts[lang][rows.start : rows.stop],
            role,
            progress=_shifted(progress, before, total),
            cancelled=cancelled,
        )
        store.name(shelves[lang], spec.name, collection.name)
        store.write(shelves[lang], rows.start, values)
        before += len(rows)
    return {lang: _whole(store, shelves[lang], len(texts[lang]), found[lang]) for lang in langs}


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    return progress and (lambda done, _: progress(before + done, total))


def _whole(
    store: EmbeddingStore, shelf: Shelf, rows: int, found: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    values = store.read(shelf, rows) if found is None else found
    if values is None:
        raise HybridTuiError(
            f"embeddings just written under {store.root} cannot be read back",
            "another program may be clearing the cache: try again",
        )
    return values


def _inputs(collection: Collection, role: Role, lang: str) -> list[str]:
    return collection.query_inputs(lang) if role == "query" else collection.passage_inputs(lang)
