"""From texts to kept embeddings, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.text_input import TextInput
from hybrid_tui.encoders import linear_head
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.linear_head import HeadEncoder
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.retrieval.embedding_store import EmbeddingStore, StoreKey

PART_ROWS = 1024
"""What a killed run loses at the most."""


def embeddings(
    collection: TextInput,
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

    Kept ones are read; only if some are missing is `encoder()` called, and what it makes is kept. A head's
    are made of its backbone's, which are kept; its own are not.
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
        return {lang: linear_head.apply(matrix, values) for lang, values in below.items()}
    texts = {lang: _inputs(collection, role, lang) for lang in langs}
    shelves = {lang: StoreKey(spec.fingerprint, collection.fingerprint, role, lang) for lang in langs}
    found = {lang: store.read(shelves[lang], len(texts[lang])) for lang in langs}
    missing = [
        (lang, rows)
        for lang in langs
        if found[lang] is None
        for rows in store.gaps(shelves[lang], len(texts[lang]), PART_ROWS)
    ]
    total = sum(len(rows) for _, rows in missing)
    before = 0
    if missing and progress:
        progress(0, total)  # before the encoder is loaded, which takes a while
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


def below_head(encoder: Callable[[], Encoder]) -> Callable[[], Encoder]:
    """Return what gives the encoder of the backbone, where `encoder` gives that of a head upon it."""
    return lambda: cast("HeadEncoder", encoder()).backbone


def kept_row(
    collection: Collection, spec: ModelSpec, role: Role, lang: str, store: EmbeddingStore, row: int
) -> NDArray[np.float32] | None:
    """Return the kept embedding of one text, shape (1, dimension), float32; None where it is not kept.

    row: where the text stands among those of its role and language. A head's is made of its backbone's.
    """
    if spec.base and spec.matrix is not None:
        below = kept_row(collection, spec.base, role, lang, store, row)
        return None if below is None else linear_head.apply(spec.matrix, below)
    shelf = StoreKey(spec.fingerprint, collection.fingerprint, role, lang)
    kept = store.open(shelf, size(collection, role, lang))
    return None if kept is None else kept[row : row + 1].astype(np.float32, copy=False)


def size(collection: Collection, role: Role, lang: str) -> int:
    """Return how many texts of a role and language there are."""
    return len(collection.query_inputs(lang) if role == "query" else collection.passage_rows(lang))


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    return progress and (lambda done, _: progress(before + done, total))


def _whole(
    store: EmbeddingStore, shelf: StoreKey, rows: int, found: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    values = store.read(shelf, rows) if found is None else found
    if values is None:
        raise HybridTuiError(
            f"embeddings just written under {store.root} cannot be read back",
            "another program may be clearing the cache: try again",
        )
    return values


def _inputs(collection: TextInput, role: Role, lang: str) -> list[str]:
    return collection.query_inputs(lang) if role == "query" else collection.passage_inputs(lang)
