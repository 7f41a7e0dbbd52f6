"""Embeddings of training rows, gathered from the kept embeddings of their data sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.pairs import DataSet, TrainingPairs
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.encoding import embeddings

ROLES: tuple[Role, Role] = ("query", "passage")


class RowVectors(NamedTuple):
    """Embeddings of the rows of training pairs, each shape (rows, dimension), float32, of length 1."""

    queries: NDArray[np.float32]
    passages: NDArray[np.float32]


def embed_rows(
    pairs: TrainingPairs,
    spec: ModelSpec,
    encoder: Callable[[], Encoder],
    step: Callable[[str], Progress],
    cancelled: Callable[[], bool] | None = None,
) -> RowVectors:
    """Return the embeddings of every row; what is not kept is encoded, in whole languages, and kept.

    step: begins a step, named in words, and returns what tells how far it is.
    Raises Cancelled when `cancelled()` turns true; what was finished is kept.
    """
    store = EmbeddingStore()
    sides: list[NDArray[np.float32]] = []
    for role in ROLES:
        parts = []
        for each in pairs.sets:
            rows = pairs.rows.filter(data=each.name).select("lang", place=f"{role}_row")
            progress = step(f"encoding {role} texts of {each.name}")
            kept = embeddings(
                each.inputs,
                spec,
                role,
                sorted(rows["lang"].unique()),
                store,
                encoder,
                progress=progress,
                cancelled=cancelled,
            )
            parts.append(_gathered(rows, kept))
        sides.append(np.concatenate(parts))
    return RowVectors(*sides)


def texts_to_encode(pairs: TrainingPairs, spec: ModelSpec) -> int:
    """Return how many texts `embed_rows` would encode, those kept left out."""
    store = EmbeddingStore()
    return sum(_missing(each, pairs, spec, role, store) for role in ROLES for each in pairs.sets)


def _missing(each: DataSet, pairs: TrainingPairs, spec: ModelSpec, role: Role, store: EmbeddingStore) -> int:
    from hybrid_tui.retrieval.embedding_store import StoreKey

    total = 0
    for lang in pairs.rows.filter(data=each.name)["lang"].unique():
        texts = each.inputs.query_inputs(lang) if role == "query" else each.inputs.passage_inputs(lang)
        if store.open(StoreKey(spec.fingerprint, each.inputs.fingerprint, role, lang), len(texts)) is None:
            total += len(texts)
    return total


def _gathered(rows: pl.DataFrame, kept: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    found = np.empty((len(rows), next(iter(kept.values())).shape[1]), np.float32)
    lang, place = rows["lang"].to_numpy(), rows["place"].to_numpy()
    for code, vectors in kept.items():
        here = lang == code
        found[here] = vectors[place[here]]
    return found
