"""Indexed passages of a collection, and the first hits among several such pools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.retrieval.index import Index


@dataclass(frozen=True)
class Pool:
    """Consecutive passages, indexed; first: the row in the collection of the first of them.

    recall: the share of the exact top 10 that the index finds, in [0, 1].
    """

    index: Index
    first: int
    recall: float = 1.0


def first_hits(
    collection: Collection, pools: Sequence[Pool], vector: NDArray[np.float32], k: int, query_id: str = ""
) -> tuple[Hit, ...]:
    """Return the best k passages of all pools; ties by the row in the collection.

    vector: the query's embedding, shape (1, dimension), float32. query_id: the collection's query that it is
    of, whose relevant passages are marked, and which is no hit itself; empty for another.
    """
    left_out = collection.left_out(query_id) if query_id else []
    best = sorted(
        (-float(score), pool.first + int(row))
        for pool in pools
        for score, row in zip(
            *(side[0] for side in pool.index.search(vector, k + len(left_out))), strict=True
        )
        if row >= 0 and pool.first + int(row) not in left_out
    )[:k]
    return hits(collection, [(-score, row) for score, row in best], query_id)


def hits(collection: Collection, best: Sequence[tuple[float, int]], query_id: str = "") -> tuple[Hit, ...]:
    """Return ranked passages of a collection, given as (score, row), best first.

    query_id: as of `first_hits`.
    """
    rows = [row for _, row in best]
    about = collection.passages.select("passage_id", "lang")[rows]
    texts = collection.passage_texts(rows)
    judged = collection.judgements.filter(pl.col("query_id") == query_id) if query_id else None
    relevant = None if judged is None else set(judged["passage_id"])
    return tuple(
        Hit(
            rank=rank,
            passage_id=passage_id,
            lang=lang,
            score=score,
            text=text,
            relevant=None if relevant is None else passage_id in relevant,
            context=context or "",
        )
        for rank, ((score, _), (passage_id, lang), (text, context)) in enumerate(
            zip(best, about.rows(), texts.rows(), strict=True), 1
        )
    )
