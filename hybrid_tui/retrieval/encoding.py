"""Embeddings of a collection's texts: encoded part by part, kept on disk, read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.text_input import TextInput
from hybrid_tui.encoders import linear_head
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.linear_head import HeadEncoder
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.retrieval.embedding_store import EmbeddingStore, StoreKey
from hybrid_tui.retrieval.stored_rows import StoredRows

SMALLEST_PART, LARGEST_PART = 1024, 16_384
"""Rows that are read, encoded and kept at a time, and so what a killed run loses at the most."""
_PARTS = 128
"""Files that a language is cut into, as far as the limits above allow."""


@dataclass(frozen=True, eq=False)
class HeadRows:
    """A head's embeddings, shape (rows, dimension), made of its backbone's as they are read.

    below: the backbone's embeddings. matrix: the head, shape (dimension, dimension), float32.
    """

    below: StoredRows | HeadRows
    matrix: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.below)

    def __getitem__(self, which: slice | NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the rows of a slice or of an index array, as indexing an array does."""
        return linear_head.apply(self.matrix, self.below[which])


def embeddings(
    texts: TextInput,
    spec: ModelSpec,
    role: Role,
    langs: list[str],
    store: EmbeddingStore,
    encoder: Callable[[], Encoder],
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, NDArray[np.float32]]:
    """Return one matrix per language, shape (texts, dimension), float32, in memory.

    Parameters and errors are those of `stored_embeddings`.
    """
    stored = stored_embeddings(
        texts, spec, role, langs, store, encoder, progress=progress, cancelled=cancelled
    )
    return {lang: rows[:].astype(np.float32, copy=False) for lang, rows in stored.items()}


def stored_embeddings(
    texts: TextInput,
    spec: ModelSpec,
    role: Role,
    langs: list[str],
    store: EmbeddingStore,
    encoder: Callable[[], Encoder],
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, StoredRows | HeadRows]:
    """Return one matrix per language, shape (texts, dimension), that is read from disk in portions.

    Rows are in the order of `texts`. Kept ones are used; only if some are missing is `encoder()` called, and
    what it makes is kept. A head's are made of its backbone's, which are kept; its own are not.

    progress: called with (texts done, texts to encode), first before the encoder is loaded.
    Raises Cancelled between batches when `cancelled()` turns true, and finished parts stay; HybridTuiError
    when the disk refuses.
    """
    if spec.base and spec.matrix is not None:
        matrix = spec.matrix
        below = stored_embeddings(
            texts, spec.base, role, langs, store, below_head(encoder), progress=progress, cancelled=cancelled
        )
        return {lang: HeadRows(rows, matrix) for lang, rows in below.items()}
    keys = {lang: StoreKey(spec.fingerprint, texts.fingerprint, role, lang) for lang in langs}
    sizes = {lang: size(texts, role, lang) for lang in langs}
    found = {lang: store.open(keys[lang], sizes[lang]) for lang in langs}
    missing = [
        (lang, rows)
        for lang in langs
        if found[lang] is None
        for rows in store.gaps(keys[lang], sizes[lang], _part_size(sizes[lang]))
    ]
    total = sum(len(rows) for _, rows in missing)
    done = 0
    if missing and progress:
        progress(0, total)
    for lang, rows in missing:
        values = encoder().encode(
            _inputs(texts, role, lang, rows),
            role,
            progress=_shifted(progress, done, total),
            cancelled=cancelled,
        )
        store.name(keys[lang], spec.name, texts.name)
        store.write(keys[lang], rows.start, values)
        done += len(rows)
    return {lang: found[lang] or _reopened(store, keys[lang], sizes[lang]) for lang in langs}


def below_head(encoder: Callable[[], Encoder]) -> Callable[[], Encoder]:
    """Return what gives the encoder of the backbone, where `encoder` gives that of a head upon it."""
    return lambda: cast("HeadEncoder", encoder()).backbone


def kept_row(
    texts: TextInput, spec: ModelSpec, role: Role, lang: str, store: EmbeddingStore, row: int
) -> NDArray[np.float32] | None:
    """Return the kept embedding of one text, shape (1, dimension), float32; None where it is not kept.

    row: where the text stands among those of its role and language. A head's is made of its backbone's.
    """
    if spec.base and spec.matrix is not None:
        below = kept_row(texts, spec.base, role, lang, store, row)
        return None if below is None else linear_head.apply(spec.matrix, below)
    key = StoreKey(spec.fingerprint, texts.fingerprint, role, lang)
    kept = store.open(key, size(texts, role, lang))
    return None if kept is None else kept[row : row + 1].astype(np.float32, copy=False)


def size(texts: TextInput, role: Role, lang: str) -> int:
    """Return how many texts of a role and language there are."""
    return len(texts.query_inputs(lang)) if role == "query" else texts.passage_count(lang)


def _part_size(rows: int) -> int:
    return min(max(rows // _PARTS, SMALLEST_PART), LARGEST_PART)


def _inputs(texts: TextInput, role: Role, lang: str, rows: range) -> list[str]:
    if role == "query":
        return texts.query_inputs(lang)[rows.start : rows.stop]
    return texts.passage_inputs(lang, rows.start, rows.stop)


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    return progress and (lambda done, _: progress(before + done, total))


def _reopened(store: EmbeddingStore, key: StoreKey, rows: int) -> StoredRows:
    kept = store.open(key, rows)
    if kept is None:
        raise HybridTuiError(
            f"embeddings just written under {store.root} cannot be read back",
            "another program may be clearing the cache: try again",
        )
    return kept
