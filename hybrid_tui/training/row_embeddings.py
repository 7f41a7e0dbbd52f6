"""Embeddings of training rows, gathered from the kept embeddings of their data sets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.training_pairs import DataSet, FileInputs, TrainingPairs
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.encoding import embeddings
from hybrid_tui.retrieval.shelves import Shelves

ROLES: tuple[Role, Role] = ("query", "passage")


class RowVectors(NamedTuple):
    """Embeddings of the rows of training pairs, float32, of length 1.

    queries, passages: shape (rows, dimension). negatives: shape (hard negatives, dimension), those of all
    rows end to end. ends: shape (rows + 1,), int64; row r has the negatives from ends[r] to ends[r + 1].
    """

    queries: NDArray[np.float32]
    passages: NDArray[np.float32]
    negatives: NDArray[np.float32]
    ends: NDArray[np.int64]

    def negatives_of(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the hard negatives of rows, shape (negatives of these rows, dimension)."""
        first, last = self.ends[rows], self.ends[rows + 1]
        chosen = np.concatenate([np.arange(*each) for each in zip(first, last, strict=True)])
        found: NDArray[np.float32] = self.negatives[chosen]
        return found


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
    negatives = [np.empty((0, sides[0].shape[1]), np.float32)]
    for each in pairs.sets:
        if inputs := negative_inputs(each):
            own = pairs.rows.filter(data=each.name).select("lang", passage="negative")
            rows = (
                own.drop_nulls()
                .explode("passage")
                .join(inputs.rows, ["lang", "passage"], maintain_order="left")
            )
            langs = sorted(inputs.rows["lang"].unique())
            progress = step(f"encoding {inputs.name}")
            kept = embeddings(
                inputs, spec, "passage", langs, store, encoder, progress=progress, cancelled=cancelled
            )
            negatives.append(_gathered(rows.select("lang", "place"), kept))
    counts = pairs.rows["negative"].list.len().fill_null(0).to_numpy()
    return RowVectors(sides[0], sides[1], np.concatenate(negatives), np.cumsum([0, *counts]))


def negative_inputs(each: DataSet) -> FileInputs | None:
    """Return the hard negatives of a data set, each text once a language; None where it has none.

    Its rows are lang, passage and `place`, the number of a text in its language.
    """
    if not isinstance(each.inputs, FileInputs):
        return None
    rows = each.inputs.rows.select("lang", passage="negative").drop_nulls().explode("passage")
    if rows.is_empty():
        return None
    place = pl.int_range(pl.len(), dtype=pl.UInt32).over("lang")
    rows = rows.unique(maintain_order=True).with_columns(place=place)
    digest = hashlib.sha256(f"{each.inputs.fingerprint} negatives".encode()).hexdigest()[:32]
    return FileInputs(f"hard negatives of {each.name}", digest, rows)


def texts_to_encode(pairs: TrainingPairs, spec: ModelSpec) -> int:
    """Return how many texts `embed_rows` would encode, those kept left out."""
    store = EmbeddingStore()
    found = 0
    for each in pairs.sets:
        langs = pairs.rows.filter(data=each.name)["lang"].unique().to_list()
        found += sum(Shelves.below(store, spec, each.inputs, role, langs).to_encode() for role in ROLES)
        if inputs := negative_inputs(each):
            langs = inputs.rows["lang"].unique().to_list()
            found += Shelves.below(store, spec, inputs, "passage", langs).to_encode()
    return found


def _gathered(rows: pl.DataFrame, kept: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    found = np.empty((len(rows), next(iter(kept.values())).shape[1]), np.float32)
    lang, place = rows["lang"].to_numpy(), rows["place"].to_numpy()
    for code, vectors in kept.items():
        here = lang == code
        found[here] = vectors[place[here]]
    return found
