"""The meeting of a tile of queries with a stretch of passages: who comes before whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.evaluation.kernel.device import Device
from hybrid_tui.evaluation.kernel.error_bound import margin, rounded, scale
from hybrid_tui.evaluation.kernel.stretch import Stretch

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SHARE = 8
"""Of how many scores one may be a candidate, or open, before they are dealt with in portions."""
COMPARED = 1 << 16
"""How many exact scores and bars are compared at a time."""


@dataclass(eq=False)
class QueryTile:
    """Queries of one language, n of them with up to m relevant passages, and their ranks so far.

    queries, rows: which ones of all that are evaluated, and where they stand in their language, shape (n,).
    bars: exact scores of the relevant passages, ascending, shape (n, m); +inf where a query has fewer.
    pairs, relevant: which relevant pair each is, and its passage's row in the collection, (n, m); else -1.
    beaten: passages of each language of the pool that come before each of those, (n, m, languages).
    top, top_scores: the best k so far and their exact scores, (n, k), best first; -1 and -inf for none.
    """

    lang: str
    queries: Ints
    rows: Ints
    bars: Floats
    pairs: Ints
    relevant: Ints
    beaten: Ints
    top: Ints
    top_scores: Floats

    def count(self, query: Ints, passage: Ints, score: Floats, column: int) -> None:
        """Count passages (rows in the collection) with these exact scores before what they come before."""
        step = max(1, COMPARED // self.bars.shape[1])
        for part in (slice(start, start + step) for start in range(0, len(query), step)):
            bars, relevant = self.bars[query[part]], self.relevant[query[part]]
            tie = (score[part, None] == bars) & (passage[part, None] < relevant)
            pair, bar = np.nonzero((score[part, None] > bars) | tie)
            np.add.at(self.beaten[:, :, column], (query[part][pair], bar), 1)

    def merge(self, query: Ints, passage: Ints, score: Floats) -> None:
        """Merge passages with exact scores into the best k: by score, then by row in the collection."""
        rows, query = np.unique(query, return_inverse=True)
        top, top_scores = self.top[rows], self.top_scores[rows]
        held, place = np.nonzero(top >= 0)
        query = np.concatenate([held, query])
        passage = np.concatenate([top[held, place], passage])
        score = np.concatenate([top_scores[held, place], score])
        order = np.lexsort((passage, -score, query))
        query = query[order]
        place = np.arange(len(query)) - np.searchsorted(query, query)
        first = place < top.shape[1]
        top[query[first], place[first]] = passage[order[first]]
        top_scores[query[first], place[first]] = score[order[first]]
        self.top[rows], self.top_scores[rows] = top, top_scores


@dataclass(eq=False)
class Sieve:
    """Takes one stretch past one tile.

    A score is a candidate if it may reach the lowest bar or the best k. A binary search in the query's bars
    tells how many of them a candidate surely beats. Those within the error bound of a bar, or of the best k,
    are open: they are decided by exact scores.

    queries: embeddings of the tile's rows, shape (n, dimension), and norms: their lengths, (n,).
    """

    tile: QueryTile
    queries: NDArray[np.float32]
    norms: Floats
    stretch: Stretch
    device: Device
    _open: list[tuple[Ints, Ints, NDArray[np.bool_]]] = field(default_factory=list)

    def run(self) -> None:
        """Bring the tile up to date."""
        tile, device = self.tile, self.device
        count, most = tile.bars.shape
        self._factor = scale(self.norms, self.stretch.longest)
        self._margin = margin(self.queries.shape[1], self.stretch.longest)
        # With 2^bits - 1 bars, absent ones infinite, each step of the search halves what is left.
        self._bits = most.bit_length()
        bars = np.full((count, 1 << self._bits), np.inf)
        bars[:, :most] = tile.bars * self._factor[:, None]
        self._low = bars[:, 0] - self._margin
        self._over = device.put(rounded(bars + self._margin, np.inf))
        self._under = device.put(rounded(bars - self._margin, -np.inf))
        self._counts = device.put(np.zeros(bars.size, np.int64))
        self._floor = tile.top_scores[:, -1] * self._factor - self._margin
        queries = device.put((self.queries * self._factor[:, None]).astype(np.float32))
        for part, first, starts in self.stretch.parts(device.passages):
            scores = device.products(queries, self.stretch.held[part])
            self._sift(scores if starts is None else device.best(scores, starts), first)
        self._settle()
        beaten = device.get(self._counts).reshape(bars.shape)[:, :0:-1].cumsum(axis=1)[:, ::-1]
        tile.beaten[:, :, self.stretch.column] += beaten[:, :most]

    def _sift(self, scores: Any, start: int) -> None:
        """Deal with scores, shape (n, candidates), of the candidates from `start` on."""
        xp, device = self.device.xp, self.device
        count, width = scores.shape
        most = count * width // SHARE
        for floor in (self._floor, None):
            if floor is None:
                self._floor = np.maximum(self._floor, self._kth(scores) - 2 * self._margin)
            reached = scores >= device.put(rounded(np.minimum(self._low, self._floor), -np.inf))[:, None]
            candidates = int(xp.count_nonzero(reached))
            if candidates <= most:
                break
        # Shares of rows, not of candidates: a portion has at most sqrt(1 / SHARE) of all scores.
        step = max(1, min(count, count * most // max(1, candidates)))
        for first in range(0, count, step):
            rows = slice(first, first + step)
            self._search(scores[rows].reshape(-1), reached[rows].reshape(-1), first, width, start)
            if sum(len(query) for query, *_ in self._open) > most:
                self._settle()

    def _search(self, scores: Any, reached: Any, first: int, width: int, start: int) -> None:
        """Count candidates over the bars that they surely beat; note what is open."""
        xp, device = self.device.xp, self.device
        at = xp.where(reached)[0]
        score, row = scores[at], at // width + first
        place = row << self._bits
        for bit in reversed(range(self._bits)):
            place += (score > self._over.take(place + ((1 << bit) - 1))) * (1 << bit)
        near = score >= self._under.take(place)
        floor = device.put(rounded(self._floor, -np.inf))
        still = xp.where(near | (score >= floor.take(row)))[0]
        at, row, near, doubtful = at[still], row[still], near[still], place[still[near[still]]]
        for places, sign in ((place, 1), (doubtful, -1)):
            self._counts += sign * xp.bincount(places, minlength=len(self._counts))
        self._open.append((device.get(row), device.get(at % width) + start, device.get(near)))

    def _settle(self) -> None:
        """Decide what is open by exact scores."""
        if not self._open:
            return
        query, candidate, doubtful = map(np.concatenate, zip(*self._open, strict=True))
        self._open.clear()
        score, first, best = self.stretch.scored(self.queries, query, candidate)
        tile = self.tile
        tile.count(query[doubtful], first[doubtful], score[doubtful], self.stretch.column)
        good = score >= tile.top_scores[query, -1]
        tile.merge(query[good], best[good], score[good])
        self._floor = np.maximum(self._floor, tile.top_scores[:, -1] * self._factor - self._margin)

    def _kth(self, scores: Any) -> NDArray[np.float32]:
        """Return what at least k scores of each row reach, shape (n,); -inf if there are fewer.

        The k-th best among the best of many groups of columns: far cheaper than the k-th best of all.
        """
        (count, width), k = scores.shape, self.tile.top.shape[1]
        if width < k:
            return np.full(count, -np.inf, np.float32)
        depth = max(1, width // (4 * k))
        columns = width // depth
        groups = scores[:, : depth * columns].reshape(count, depth, columns)
        best = self.device.get(self.device.xp.amax(groups, axis=1))
        return np.asarray(np.partition(best, columns - k, axis=1)[:, columns - k])
