"""Every query past every passage, on all cores, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Progress
from hybrid_tui.errors import Cancelled
from hybrid_tui.evaluation.kernel import documents, rows
from hybrid_tui.evaluation.kernel.device import Device
from hybrid_tui.evaluation.kernel.exact import dots
from hybrid_tui.evaluation.kernel.relevant import Relevant
from hybrid_tui.evaluation.kernel.rows import EmbeddingRows
from hybrid_tui.evaluation.kernel.sieve import QueryTile, Sieve
from hybrid_tui.evaluation.kernel.stretch import Stretch

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
In = TypeVar("In")
Out = TypeVar("Out")

MOST_BARS = 1 << 14
"""The most relevant passages that a tile may have, counting for every query as many as any has."""


@dataclass(frozen=True)
class Kernel:
    """One evaluation: what is compared, and with what; see `ranks`.

    pool: the passage languages, sorted. starts: where documents begin in each, as `documents.starts` tells.
    memory: bytes for the embeddings that are in memory at a time.
    """

    collection: Collection
    queries: Mapping[str, EmbeddingRows]
    passages: Mapping[str, EmbeddingRows]
    wanted: Relevant
    pool: list[str]
    starts: Mapping[str, Ints] | None
    dimension: int
    top: int
    own_language: bool
    memory: int
    device: Device
    cancelled: Callable[[], bool] | None
    model: str

    def run(self, progress: Progress | None) -> list[QueryTile]:
        """Return all queries, in tiles that have met all passages. For errors see `ranks`."""
        norms = {lang: self._query_norms(lang) for lang in self.queries}
        tiles = list(self._each(self._tile, self._plan()))
        portions = [(lang, *portion) for lang in self.pool for portion in self._portions(lang)]
        if not all(np.isfinite(tile.bars[tile.pairs >= 0]).all() for tile in tiles):
            for portion in portions:
                self._stretch(*portion)  # raises at the first passage that is to blame
        # A query's best are mostly in its own language: with them known, little of the others is looked at.
        meetings = [
            (portion, some)
            for own in ([True] if self.own_language else [True, False])
            for portion in portions
            if (some := [tile for tile in tiles if (tile.lang == portion[0]) == own])
        ]
        total, met = sum(len(tile.rows) for _, some in meetings for tile in some), 0
        for portion, some in meetings:
            stretch = self._stretch(*portion)

            def meet(tile: QueryTile, stretch: Stretch = stretch) -> int:
                queries = rows.read(self.queries[tile.lang], tile.rows)
                Sieve(tile, queries, norms[tile.lang][tile.rows], stretch, self.device).run()
                return len(tile.rows)

            for count in self._each(meet, some):
                met += count
                if progress:
                    progress(met, total)
        return tiles

    def _each(self, work: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """Yield what comes of each item, in any order, from threads in which BLAS keeps to one."""
        pool = ThreadPoolExecutor(self.device.workers)
        with threadpool_limits(1, user_api="blas"):
            try:
                for future in as_completed([pool.submit(work, item) for item in items]):
                    self._check()
                    yield future.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _check(self) -> None:
        if self.cancelled and self.cancelled():
            raise Cancelled

    def _plan(self) -> Iterator[tuple[str, Ints]]:
        """Yield which queries to put in a tile, with their language.

        Those with as many relevant passages stand together, so that little is padded.
        """
        counts = np.diff(self.wanted.starts)
        for at, lang in enumerate(self.queries):
            queries = np.flatnonzero(self.wanted.query_lang == at)
            queries = queries[np.argsort(counts[queries], kind="stable")]
            while len(queries):
                most = min(self.device.queries, max(1, MOST_BARS // int(counts[queries[-1]])))
                size = -(-len(queries) // -(-len(queries) // most))
                yield lang, queries[-size:]
                queries = queries[:-size]

    def _tile(self, planned: tuple[str, Ints]) -> QueryTile:
        """Return a tile that has met nothing yet."""
        (lang, queries), wanted = planned, self.wanted
        counts = np.diff(wanted.starts)[queries]
        place = np.arange(counts.max())
        there = place < counts[:, None]
        pairs = np.where(there, wanted.starts[queries, None] + place, -1)
        bars = np.full(pairs.shape, np.inf)
        bars[there] = self._scores(
            lang,
            queries,
            np.nonzero(there)[0],
            wanted.passage_lang[pairs[there]],
            wanted.passage_row[pairs[there]],
        )
        order = np.argsort(bars, axis=1)
        bars, pairs = np.take_along_axis(bars, order, axis=1), np.take_along_axis(pairs, order, axis=1)
        return QueryTile(
            lang,
            queries,
            wanted.query_row[queries],
            bars,
            pairs,
            np.where(pairs >= 0, wanted.pairs["passage"].to_numpy()[pairs], -1),
            np.zeros((*bars.shape, len(self.pool)), np.int64),
            np.full((len(queries), self.top), -1, np.int64),
            np.full((len(queries), self.top), -np.inf),
        )

    def scores(self, query: Ints, column: Ints, row: Ints) -> Floats:
        """Return the exact scores of queries (rows in `wanted.queries`) with passages, shape (pairs,).

        column, row: a passage's language as a position in the pool, and its row in that language.
        """
        found = np.empty(len(query), np.float64)
        for at, lang in enumerate(self.queries):
            mine = np.flatnonzero(self.wanted.query_lang[query] == at)
            for start in range(0, len(mine), self._rows_at_once):
                some = mine[start : start + self._rows_at_once]
                found[some] = self._scores(lang, query[some], np.arange(len(some)), column[some], row[some])
        return found

    def _scores(self, lang: str, queries: Ints, at: Ints, column: Ints, row: Ints) -> Floats:
        """Return the exact scores of pairs of the queries `queries[at]`, of one language, with passages."""
        embeddings = rows.read(self.queries[lang], self.wanted.query_row[queries])
        scores = np.empty(len(at), np.float64)
        for position, name in enumerate(self.pool):
            mine = np.flatnonzero(column == position)
            chunks = 1 if self.starts is None else -(-len(self.passages[name]) // len(self.starts[name]))
            portion = max(1, self._rows_at_once // self.device.workers // chunks)
            for some in (mine[start : start + portion] for start in range(0, len(mine), portion)):
                scores[some] = self._best(name, embeddings, at[some], row[some])
        return scores

    def _best(self, lang: str, embeddings: NDArray[np.float32], query: Ints, first: Ints) -> Floats:
        """Return the exact scores of passages, or those of the best chunks of documents that begin there."""
        if self.starts is None:
            return dots(embeddings, query, *rows.pick(self.passages[lang], first))
        starts, total = self.starts[lang], len(self.passages[lang])
        chunks, begin = documents.rows_of(starts, np.searchsorted(starts, first), total)
        owner = np.repeat(query, np.diff(begin, append=len(chunks)))
        return documents.best(dots(embeddings, owner, *rows.pick(self.passages[lang], chunks)), begin)[0]

    def _query_norms(self, lang: str) -> Floats:
        source, found = self.queries[lang], [np.empty(0)]
        for at in range(0, len(source), self._rows_at_once):
            values = rows.read(source, slice(at, at + self._rows_at_once))
            found.append(rows.norms(values, self.collection, "query", lang, at, self.model))
        return np.concatenate(found)

    @property
    def _rows_at_once(self) -> int:
        # A row takes 8 bytes a value: as it is read and as float32.
        return max(1, self.memory // (8 * self.dimension))

    def _portions(self, lang: str) -> Iterator[tuple[int, int]]:
        """Yield (start, stop) of the passages of a language that are in memory at a time."""
        total, most = len(self.passages[lang]), self._rows_at_once
        if self.starts is not None:
            yield from documents.stretches(self.starts[lang], 0, total, most)
            return
        for start in range(0, total, most):
            yield start, min(start + most, total)

    def _stretch(self, lang: str, start: int, stop: int) -> Stretch:
        """Read a portion of the passages of a language."""
        self._check()
        values = rows.read(self.passages[lang], slice(start, stop))
        norms = rows.norms(values, self.collection, "passage", lang, start, self.model)
        first = rows.first(self.collection.passages, lang) + start
        held = self.device.put(values)
        column, longest = self.pool.index(lang), float(norms.max())
        if self.starts is None:
            return Stretch(lang, values, held, first, column, longest)
        one, other = np.searchsorted(self.starts[lang], (start, stop))
        return Stretch(lang, values, held, first, column, longest, self.starts[lang][one:other] - start)
