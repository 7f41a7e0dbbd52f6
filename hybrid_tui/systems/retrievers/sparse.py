"""`sparse:ID`: learned sparse vectors, by sentence-transformers' SparseEncoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.systems.kept_parts import Ragged
from hybrid_tui.systems.model_folders import ModelFolder
from hybrid_tui.systems.resources import Resources
from hybrid_tui.systems.retrievers.encoded import EncodedScores
from hybrid_tui.systems.scorer import Scorer
from hybrid_tui.systems.text_arrays import TextArrays

_TERMS, _WEIGHTS = "terms", "weights"
_DIGITS = 12


def scorer(collection: Collection, argument: str, resources: Resources) -> Scorer:  # noqa: ARG001
    """Return the dot products of sparse vectors. Raises UsageError for a name that can be no model's."""
    model = ModelFolder("sparse", argument)
    model.check()
    arrays = TextArrays(model, (_TERMS, _WEIGHTS), "SparseEncoder", ("ForMaskedLM",), made)
    return EncodedScores(collection, arrays, products)


def made(encoder: Any, texts: Sequence[str], role: Role) -> Ragged:
    """Return the terms of each text and their weights."""
    encode = encoder.encode_query if role == "query" else encoder.encode_document
    found = encode(
        list(texts), convert_to_tensor=True, convert_to_sparse_tensor=True, show_progress_bar=False
    )
    found = found.coalesce().cpu()
    rows, terms = found.indices().numpy()
    starts = np.searchsorted(rows, np.arange(len(texts) + 1)).astype(np.int64)
    return Ragged(starts, {_TERMS: terms.astype(np.int32), _WEIGHTS: found.values().float().numpy()})


def products(queries: Ragged, passages: Ragged) -> NDArray[np.float64]:
    """Return the dot product of each query and each passage, shape (queries, passages)."""
    terms = max((int(side.arrays[_TERMS].max(initial=0)) for side in (queries, passages)), default=0) + 1
    found: NDArray[np.float64] = (_matrix(queries, terms) @ _matrix(passages, terms).T).toarray()
    return found.round(_DIGITS)


def _matrix(side: Ragged, terms: int) -> Any:
    from scipy.sparse import csr_array

    weights = side.arrays[_WEIGHTS].astype(np.float64)
    return csr_array((weights, side.arrays[_TERMS], side.starts), shape=(len(side), terms))
