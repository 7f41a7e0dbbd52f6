"""Exact places where a system gives scores: every passage of the pool is scored for every query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Progress
from hybrid_tui.errors import Cancelled as Stopped
from hybrid_tui.evaluation.kernel import device, documents
from hybrid_tui.evaluation.kernel.left_out import NOT_RANKED, LeftOut
from hybrid_tui.evaluation.kernel.relevant import Relevant
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.scorer import Cancelled, Scorer

Ints = NDArray[np.int64]
Scores = NDArray[np.float64]
_BYTES = 40
"""What one score takes while it is ranked: its value, orders and ranks of two systems."""
_MOST_QUERIES = 64


@dataclass(eq=False)
class ScoredPool:
    """All queries of a collection past a scorer.

    wanted: the queries and their relevant passages. without: passages that are not ranked for a query.
    pool: the passage languages, sorted. starts: where documents begin in each, whose best chunks are ranked,
    as `documents.starts` tells. top: how many of the pool to keep. own_language: leave the passages
    of other languages out of every query's pool. memory: bytes for the scores that are worked on at a time.

    beaten, top_rows, top_scores: as `Ranks` has them (top_rows: rows in the collection, -1 where there are
    fewer). alone: candidates of its own language that come before each relevant passage where that language
    alone is searched, shape (pairs,); None where that is what `beaten` tells.
    """

    collection: Collection
    scorer: Scorer
    wanted: Relevant
    without: LeftOut
    pool: Sequence[str]
    starts: Mapping[str, Ints] | None
    top: int
    own_language: bool
    memory: int
    beaten: NDArray[np.int32] = field(init=False)
    alone: NDArray[np.int32] | None = field(init=False)
    top_rows: NDArray[np.int32] = field(init=False)
    top_scores: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        queries, pairs = self.wanted.queries.height, self.wanted.pairs.height
        self.beaten = np.zeros((pairs, len(self.pool)), np.int32)
        bound = self.scorer.pool_bound and len(self.pool) > 1 and not self.own_language
        self.alone = np.zeros(pairs, np.int32) if bound else None
        self.top_rows = np.full((queries, self.top), -1, np.int32)
        self.top_scores = np.full((queries, self.top), -np.inf, np.float32)
        self._texts = dict(self.collection.queries.select("query_id", "text").iter_rows())
        self._passages = self.wanted.pairs["passage"].to_numpy()

    def run(self, progress: Progress | None = None, cancelled: Cancelled | None = None) -> None:
        """Rank every query. Raises Stopped when `cancelled()` turns true, which is asked between blocks."""
        done, total = 0, self.wanted.queries.height
        workers = ThreadPoolExecutor(device.cpu(self.memory).workers)
        try:
            for future in as_completed([workers.submit(self._block, *each) for each in self._blocks()]):
                if cancelled and cancelled():
                    raise Stopped
                done += future.result()
                if progress:
                    progress(done, total)
        finally:
            workers.shutdown(cancel_futures=True)
        at = self.wanted.pairs.with_row_index("at").join(
            self.without.pairs().cast({"passage": pl.Int64}), on=["query", "passage"], how="semi"
        )["at"]
        self.beaten[at] = NOT_RANKED

    def _blocks(self) -> Iterator[tuple[Ints, list[str]]]:
        """Yield queries of one language, and the languages of passages that they are asked of."""
        size = sum(map(self.collection.passage_count, self.pool))
        most = max(1, min(_MOST_QUERIES, self.memory // max(1, _BYTES * size * 2)))
        for lang in sorted(self.wanted.queries["lang"].unique()):
            queries = np.flatnonzero(self.wanted.queries["lang"].to_numpy() == lang)
            pool = [lang] if self.own_language else list(self.pool)
            for start in range(0, len(queries), most):
                yield queries[start : start + most], pool

    def _block(self, queries: Ints, pool: list[str]) -> int:
        about = self.wanted.queries[queries]
        asked = [
            Asked(self._texts[query_id], lang, query_id)
            for query_id, lang in about.select("query_id", "lang").iter_rows()
        ]
        scores, rows, best = self._scores(queries, asked, pool)
        starts = np.searchsorted(rows, [self.collection.passage_rows(lang).start for lang in pool])
        columns = [self.pool.index(lang) for lang in pool]
        for query, each, top in zip(queries.tolist(), scores, best, strict=True):
            pairs = np.arange(self.wanted.starts[query], self.wanted.starts[query + 1])
            before = _before(each, rows, self._passages[pairs])
            self.beaten[pairs[:, None], columns] = np.add.reduceat(before, starts, axis=1)
            self._keep_top(query, each, top)
        if self.alone is not None:
            self._count_alone(queries, asked, self.alone)
        return len(queries)

    def _count_alone(self, queries: Ints, asked: list[Asked], alone: NDArray[np.int32]) -> None:
        for column, lang in enumerate(self.pool):
            scores, rows, _ = self._scores(queries, asked, [lang])
            for query, each in zip(queries.tolist(), scores, strict=True):
                pairs = np.arange(self.wanted.starts[query], self.wanted.starts[query + 1])
                pairs = pairs[self.wanted.passage_lang[pairs] == column]
                alone[pairs] = _before(each, rows, self._passages[pairs]).sum(axis=1)

    def _scores(self, queries: Ints, asked: list[Asked], langs: Sequence[str]) -> tuple[Scores, Ints, Ints]:
        """Return scores, -inf for what is not ranked, and rows in the collection, (n, c), (c,) and (n, c).

        rows: of the c candidates, documents as their first chunk, ascending; then those of their best chunks.
        """
        rows = np.concatenate([np.array(self.collection.passage_rows(lang), np.int64) for lang in langs])
        scores = self.scorer.scores(asked, langs)
        best = np.broadcast_to(rows, scores.shape)
        if self.starts is not None:
            firsts = [self.starts[lang] + self.collection.passage_rows(lang).start for lang in langs]
            begin = np.searchsorted(rows, np.concatenate(firsts))
            found = [documents.best(each, begin) for each in scores]
            scores, best = (np.stack(side) for side in zip(*found, strict=True))
            rows, best = rows[begin], rows[best]
        out = np.isin(self.without.query, queries) & np.isin(self.without.passage, rows)
        query = np.searchsorted(queries, self.without.query[out])
        scores[query, np.searchsorted(rows, self.without.passage[out])] = -np.inf
        return scores, rows, best

    def _keep_top(self, query: int, scores: Scores, rows: Ints) -> None:
        count = min(self.top, len(scores))
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        found = np.flatnonzero((scores >= least) & np.isfinite(scores))
        found = found[np.argsort(-scores[found], kind="stable")][:count]
        self.top_rows[query, : len(found)] = rows[found]
        self.top_scores[query, : len(found)] = scores[found]


def _before(scores: Scores, rows: Ints, passages: Ints) -> NDArray[np.bool_]:
    """Return which passages come before each of some, shape (some, passages); ties by row.

    rows: of the passages that are scored, ascending. passages: rows of those that are looked at.
    """
    bars = scores[np.searchsorted(rows, passages)][:, None]
    before: NDArray[np.bool_] = (scores > bars) | ((scores == bars) & (rows < passages[:, None]))
    return before
