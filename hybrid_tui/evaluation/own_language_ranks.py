"""Ranks among the passages of each query's own language, where nothing is there in two languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Progress
from hybrid_tui.evaluation.kernel.rows import EmbeddingRows
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks, ranks


def ranks_apart(
    collection: Collection,
    queries: Mapping[str, EmbeddingRows],
    passages: Mapping[str, EmbeddingRows],
    *,
    memory: int,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    model: str = "",
) -> Ranks:
    """Return what `ranks` returns, with the passages of other languages left out of every query's pool.

    `beaten` is 0 in other languages. Raises as `ranks` does.
    """
    found = [
        ranks(
            collection,
            {lang: queries[lang]},
            {lang: passages[lang]},
            memory=memory,
            progress=progress,
            cancelled=cancelled,
            model=model,
        )
        for lang in sorted(queries.keys() & passages.keys())
    ]
    starts = np.cumsum([0, *(each.queries.height for each in found)])
    beaten = np.zeros((sum(len(each.beaten) for each in found), len(found)), np.int32)
    at = 0
    for column, each in enumerate(found):
        beaten[at : at + len(each.beaten), column] = each.beaten[:, 0]
        at += len(each.beaten)
    return Ranks(
        tuple(each.languages[0] for each in found),
        np.concatenate([each.pool for each in found]),
        pl.concat([each.queries for each in found]),
        pl.concat(
            each.relevant.with_columns(pl.col("query") + pl.lit(start, pl.UInt32))
            for each, start in zip(found, starts, strict=False)
        ),
        beaten,
        np.concatenate([each.top for each in found]),
        np.concatenate(
            [
                np.where(each.top_lang == UNRANKED, UNRANKED, column).astype(np.int16)
                for column, each in enumerate(found)
            ]
        ),
        np.concatenate([each.top_scores for each in found]),
    )
