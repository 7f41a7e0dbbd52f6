"""How many candidates of each language beat each relevant passage: all that evaluation needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

UNRANKED = -1


@dataclass(frozen=True, eq=False)
class Ranks:
    """The exact places of every relevant passage, per passage language and so in every pool.

    languages: the passage languages, sorted; the columns of `beaten`.
    pool: candidates of each language, shape (languages,), int64.
    queries: query_id, item_id, lang; one row per query that has a relevant passage.
    relevant: query (row in `queries`, UInt32), passage_id, lang (the passage's), passage (the passage's
        row in the collection, Int64); one row per query and relevant passage, in the order of the queries.
    beaten: c_l(q, d), shape (rows of relevant, languages), int32: candidates of language l
        that come before passage d for query q. A row of UNRANKED: a run that did not retrieve d.
    top: the first k of the multilingual pool, shape (queries, k), int32: rows in the collection's
        passages, UNRANKED where the pool is smaller.
    top_lang: their languages as positions in `languages`, same shape, int16, UNRANKED likewise.
    top_scores: their scores, same shape, float32, -inf likewise.
    """

    languages: tuple[str, ...]
    pool: NDArray[np.int64]
    queries: pl.DataFrame
    relevant: pl.DataFrame
    beaten: NDArray[np.int32]
    top: NDArray[np.int32]
    top_lang: NDArray[np.int16]
    top_scores: NDArray[np.float32]
