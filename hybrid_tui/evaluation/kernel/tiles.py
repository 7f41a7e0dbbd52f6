"""A tile of queries on its way through the passages, block by block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.evaluation.kernel.exact import Scorer
from hybrid_tui.evaluation.kernel.sieve import Pairs, Sieve, Sifted, joined, margin, scale

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

COMPARED = 1 << 16
"""How many (pair, bar) are compared at a time."""


@dataclass(frozen=True)
class Block:
    """Passages that are in memory: consecutive ones of the collection, one language after another.

    values: embeddings, shape (passages, dimension), float32. held: the same, as the sieve wants it.
    index: each one's row in the collection, and column: its language's position in the pool, (passages,).
    segments: start, stop and language of each stretch of one language. longest: the longest row.
    """

    values: NDArray[np.float32]
    held: Any
    index: Ints
    column: Ints
    segments: list[tuple[int, int, str]]
    longest: float


@dataclass(eq=False)
class QueryTile:
    """Queries of one language, and what is known of them so far.

    queries: which ones, of all that are evaluated, (queries,). rows: where they stand in their language.
    bars: exact scores of the relevant passages, shape (queries, m), +inf where a query has fewer than m.
    relevant, column: their rows in the collection and their languages' positions in the pool, same shape,
        -1 where there is none.
    beaten: passages of each language before each of those, shape (queries, m, languages).
    top, top_scores: the best k so far, shape (queries, k), best first; -1 and -inf where there are fewer.
    """

    lang: str
    queries: Ints
    rows: Ints
    bars: Floats
    relevant: Ints
    column: Ints
    beaten: Ints
    top: Ints
    top_scores: Floats


def new_tile(
    lang: str,
    queries: Ints,
    rows: Ints,
    bars: Floats,
    relevant: Ints,
    column: Ints,
    languages: int,
    k: int,
) -> QueryTile:
    """Return a tile that has met its relevant passages and nothing else; see `QueryTile`."""
    beaten = np.zeros((*bars.shape, languages), np.int64)
    every = np.arange(len(rows))
    for other in range(bars.shape[1]):
        there = every[relevant[:, other] >= 0]
        score, index = bars[there, other, None], relevant[there, other, None]
        before = (score > bars[there]) | ((score == bars[there]) & (index < relevant[there]))
        beaten[there, :, column[there, other]] += before
    scores = np.where(relevant >= 0, bars, -np.inf)
    order = np.lexsort((relevant, -scores), axis=1)[:, :k]
    top, top_scores = np.full((len(rows), k), -1, np.int64), np.full((len(rows), k), -np.inf)
    top[:, : order.shape[1]] = np.take_along_axis(relevant, order, axis=1)
    top_scores[:, : order.shape[1]] = np.take_along_axis(scores, order, axis=1)
    return QueryTile(lang, queries, rows, bars, relevant, column, beaten, top, top_scores)


class Meeting:
    """One tile of queries with one block of passages."""

    def __init__(self, tile: QueryTile, queries: NDArray[np.float32], norms: Floats, block: Block) -> None:
        """Take embeddings of `tile.rows`, shape (queries, dimension), and their lengths."""
        self._tile, self._queries, self._block = tile, queries, block
        self._factor = scale(norms, block.longest)
        self._margin = margin(queries.shape[1], block.longest)
        self._bars = tile.bars * self._factor[:, None]

    def run(self, sieve: Sieve, scorer: Scorer, width: int, held: int) -> None:
        """Bring the tile up to date with the block.

        width: passages at a time. held: pairs to keep until a closer look is taken.
        """
        tile, block = self._tile, self._block
        scaled = (self._queries * self._factor[:, None]).astype(np.float32)
        sieve.load(scaled, self._bars, self._margin)
        floor = tile.top_scores[:, -1] * self._factor
        found: list[Sifted] = []
        room = held
        # Most of the best are in the query's own language: with them known, few of the others are looked at.
        for start, stop, _ in sorted(block.segments, key=lambda segment: segment[2] != tile.lang):
            for at in range(start, stop, width):
                end = min(stop, at + width)
                for sifted in sieve.sift(block.held[at:end], self._known(at, end), floor):
                    rows = slice(sifted.first, sifted.first + len(sifted.over))
                    floor[rows] = sifted.floor
                    tile.beaten[rows, :, block.column[at]] += sifted.over
                    found.append(replace(sifted, doubt=sifted.doubt.moved(at), best=sifted.best.moved(at)))
                    room -= len(sifted.doubt.queries) + len(sifted.best.queries)
                    if room < 0:
                        self._look(found, scorer)
                        floor = np.maximum(floor, tile.top_scores[:, -1] * self._factor)
                        found, room = [], held
        self._look(found, scorer)

    def _look(self, found: list[Sifted], scorer: Scorer) -> None:
        """Look closely at what was found."""
        if found:
            counted = np.concatenate([sifted.counted for sifted in found])
            self._settle(joined([sifted.doubt for sifted in found]), counted, scorer)
            self._pick(joined([sifted.best for sifted in found]), scorer)

    def _known(self, start: int, stop: int) -> tuple[Ints, Ints]:
        """Return the positions of relevant passages among the block's from `start` to `stop`."""
        first = self._block.index[start]
        there = (self._tile.relevant >= first) & (self._tile.relevant < first + stop - start)
        query, place = np.nonzero(there)
        return query, self._tile.relevant[query, place] - first

    def _settle(self, doubt: Pairs, counted: NDArray[np.bool_], scorer: Scorer) -> None:
        """Put right how passages in doubt were counted: by float32 where that suffices, else exactly."""
        tile, block = self._tile, self._block
        step = max(1, COMPARED // self._bars.shape[1])
        for part in (slice(start, start + step) for start in range(0, len(doubt.queries), step)):
            query, passage = doubt.queries[part], doubt.passages[part]
            above = doubt.scores[part, None] - self._bars.take(query, axis=0)
            before = above > 0
            close = np.flatnonzero((np.abs(above) <= self._margin).any(axis=1))
            near, index = query[close], passage[close]
            score = scorer.dots(self._queries, near, block.values, index)[:, None]
            bars, tie = tile.bars[near], block.index[index, None] < tile.relevant[near]
            before[close] = (score > bars) | ((score == bars) & tie)
            pair, bar = np.nonzero(before != counted[part])
            place = query[pair], bar, block.column[passage[pair]]
            flat = np.ravel_multi_index(place, tile.beaten.shape)
            np.add.at(tile.beaten.reshape(-1), flat, np.where(before[pair, bar], 1, -1))

    def _pick(self, best: Pairs, scorer: Scorer) -> None:
        """Bring the tile's best k up to date with what may be among them."""
        keep = _contenders(best, self._tile.top.shape[1], 2 * self._margin)
        query, passage = best.queries[keep], best.passages[keep]
        scores = scorer.dots(self._queries, query, self._block.values, passage)
        _merge(self._tile, query, self._block.index[passage], scores)


def _contenders(pairs: Pairs, k: int, slack: float) -> Ints:
    """Return which pairs are no further than `slack` below the k-th best of their query."""
    order = _by_query(np.argsort(-pairs.scores), pairs.queries)
    starts = np.searchsorted(pairs.queries[order], np.arange(pairs.queries.max(initial=-1) + 2))
    kth = np.full(len(starts) - 1, -np.inf)
    full = np.flatnonzero(np.diff(starts) >= k)
    kth[full] = pairs.scores[order[starts[full] + k - 1]]
    return np.flatnonzero(pairs.scores >= kth[pairs.queries] - slack)


def _merge(tile: QueryTile, rows: Ints, indices: Ints, scores: Floats) -> None:
    """Merge passages with exact scores into the tile's best k: by score, then by index."""
    count, k = tile.top.shape
    held, place = np.nonzero(tile.top >= 0)
    rows = np.concatenate([held, rows])
    indices = np.concatenate([tile.top[held, place], indices])
    scores = np.concatenate([tile.top_scores[held, place], scores])
    order = _by_query(np.lexsort((indices, -scores)), rows)
    rows = rows[order]
    place = np.arange(len(rows)) - np.searchsorted(rows, np.arange(count))[rows]
    first = place < k
    rows, place, order = rows[first], place[first], order[first]
    tile.top[rows, place] = indices[order]
    tile.top_scores[rows, place] = scores[order]


def _by_query(order: Ints, queries: Ints) -> Ints:
    """Return the order, by query first. A tile's queries fit in 16 bits, which numpy sorts by radix."""
    return order[np.argsort(queries[order].astype(np.uint16), kind="stable")]
