"""`colbert:ID`: late interaction, by sentence-transformers' MultiVectorEncoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.errors import DataError
from hybrid_tui.systems.kept_parts import Ragged
from hybrid_tui.systems.model_folders import ModelFolder
from hybrid_tui.systems.resources import Resources
from hybrid_tui.systems.retrievers.encoded import EncodedScores
from hybrid_tui.systems.scorer import Scorer
from hybrid_tui.systems.text_arrays import TextArrays

KIND = "colbert"
_VECTORS = "vectors"
_DIGITS = 10
_AT_ONCE = 1 << 23
"""Products of a query's words and passages' words that are in memory at a time."""


def scorer(collection: Collection, argument: str, resources: Resources) -> Scorer:  # noqa: ARG001
    """Return MaxSim over all passages. Raises UsageError for a name that can be no model's."""
    return EncodedScores(collection, arrays(argument), products)


def arrays(name: str) -> TextArrays:
    """Return what keeps the vectors of texts' words under a model, float16, each of length 1."""
    model = ModelFolder(KIND, name)
    model.check()
    return TextArrays(model, (_VECTORS,), "MultiVectorEncoder", ("HF_ColBERT", "ForRetrieval"), made)


def made(encoder: Any, texts: Sequence[str], role: Role) -> Ragged:
    """Return the vectors of each text's words. Raises DataError for a text that has none."""
    encode = encoder.encode_query if role == "query" else encoder.encode_document
    found = encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
    lengths = [len(each) for each in found]
    if 0 in lengths:
        text = texts[lengths.index(0)][:40]
        raise DataError(f"{KIND}: the model has no vector for the text {text!r}", "leave it out")
    vectors = np.concatenate(found).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    if not np.isfinite(vectors).all():
        raise DataError(f"{KIND}: the model gives vectors that are not finite", "its weights are broken")
    return Ragged(np.cumsum([0, *lengths], dtype=np.int64), {_VECTORS: vectors.astype(np.float16)})


def products(queries: Ragged, passages: Ragged) -> NDArray[np.float64]:
    """Return MaxSim (PROTOCOL 9) of each query and each passage, shape (queries, passages)."""
    asked = queries.arrays[_VECTORS].astype(np.float64)
    found = np.empty((len(queries), len(passages)))
    longest = max(int(queries.lengths.max()), 1)
    start = 0
    while start < len(passages):
        most = passages.starts[start] + max(_AT_ONCE // longest, 1)
        stop = max(int(np.searchsorted(passages.starts, most, side="right")) - 1, start + 1)
        first, last = passages.starts[start], passages.starts[stop]
        words = passages.arrays[_VECTORS][first:last].astype(np.float64).T
        for row in range(len(queries)):
            alike = asked[queries.starts[row] : queries.starts[row + 1]] @ words
            best = np.maximum.reduceat(alike, passages.starts[start:stop] - first, axis=1)
            found[row, start:stop] = best.sum(axis=0)
        start = stop
    return found.round(_DIGITS)


@dataclass(frozen=True, eq=False)
class LatePairs:
    """`PairScores` of late interaction: only what is reranked is encoded."""

    arrays: TextArrays

    @property
    def fingerprint(self) -> str:
        """That of the model."""
        return f"{KIND} {self.arrays.model.fingerprint}"

    def prepare(self) -> None:
        """Nothing: the model is loaded for the first text that is new."""

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return MaxSim of each passage."""
        asked = self.arrays.get([query], "query")
        found: NDArray[np.float32] = products(asked, self.arrays.get(passages, "passage"))[0].astype(
            np.float32
        )
        return found
