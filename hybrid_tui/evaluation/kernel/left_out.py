"""Passages that are left out of one query's ranking, and taken out of its ranks after all were counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.evaluation.kernel.relevant import Relevant, numbered

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NOT_RANKED = -1


@dataclass(frozen=True, eq=False)
class LeftOut:
    """E pairs of a query and a passage that is that query itself, see `Collection.self_passages`.

    query: row in `Relevant.queries`. passage: row in the collection; row: in its language; column: that
    language's position in the pool; shape (E,). Of a document whose passages are chunks the first.
    """

    query: Ints
    passage: Ints
    row: Ints
    column: Ints

    @property
    def most(self) -> int:
        """The most that any query has."""
        return int(np.bincount(self.query).max()) if len(self.query) else 0

    def pairs(self) -> pl.DataFrame:
        """Return query (UInt32) and passage (Int32), one row each."""
        columns = {"query": (self.query, pl.UInt32), "passage": (self.passage, pl.Int32)}
        return pl.DataFrame([pl.Series(name, rows, kind) for name, (rows, kind) in columns.items()])

    def subtract(self, scores: Floats, wanted: Relevant, bars: Floats, beaten: NDArray[np.int32]) -> None:
        """Take them out of `beaten`, shape (relevant pairs, languages), where they come before a passage.

        scores: exact ones of the pairs, shape (E,). bars: those of the relevant pairs. A relevant passage
        that is left out itself has NOT_RANKED for all languages.
        """
        counts = np.diff(wanted.starts)[self.query]
        mine = np.repeat(np.arange(len(self.query)), counts)
        within = np.arange(len(mine)) - np.repeat(np.cumsum(counts) - counts, counts)
        pair = wanted.starts[self.query][mine] + within
        score, passage, relevant = scores[mine], self.passage[mine], wanted.pairs["passage"].to_numpy()[pair]
        before = (score > bars[pair]) | ((score == bars[pair]) & (passage < relevant))
        np.subtract.at(beaten, (pair[before], self.column[mine[before]]), 1)
        beaten[pair[passage == relevant]] = NOT_RANKED

    def removed(
        self, best: NDArray[np.int32], first: Ints, scores: NDArray[np.float32], top: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the first `top` of each query without them.

        best, scores: the first `top` + `most`, shape (queries, top + most); NOT_RANKED and -inf for none.
        first: the same, each document's chunk as its first one.
        """
        gone = np.zeros(best.shape, np.bool_)
        pair, place = np.nonzero(first[self.query] == self.passage[:, None])
        gone[self.query[pair], place] = True
        order = np.argsort(gone, axis=1, kind="stable")[:, :top]
        gone = np.take_along_axis(gone, order, axis=1)
        return (
            np.where(gone, NOT_RANKED, np.take_along_axis(best, order, axis=1)).astype(np.int32),
            np.where(gone, -np.inf, np.take_along_axis(scores, order, axis=1)).astype(np.float32),
        )

    def counted(self, queries: pl.DataFrame) -> pl.DataFrame:
        """Return queries with a column left_out, the number of their pairs (UInt32), where there are any."""
        if not self.most:
            return queries
        counts = np.bincount(self.query, minlength=queries.height)
        return queries.with_columns(left_out=pl.Series(counts, dtype=pl.UInt32))


def find(collection: Collection, queries: pl.DataFrame, pool: list[str]) -> LeftOut:
    """Return what a collection leaves out of the rankings of some queries (query_id, lang) in a pool."""
    if collection.self_passages.is_empty():
        return LeftOut(*(np.empty(0, np.int64) for _ in range(4)))
    asked = queries.select("query_id", "lang").with_row_index("query")
    passages = numbered(collection.passages, pool).drop_nulls("at")
    found = (
        collection.self_passages.join(asked, on="query_id")
        .join(passages, on=["passage_id", "lang"])
        .sort("query", "index")
        .unique(["query", "unit"], keep="first", maintain_order=True)
        .select("query", "index", "row", "at")
    )
    return LeftOut(*(found[name].to_numpy().astype(np.int64) for name in found.columns))
