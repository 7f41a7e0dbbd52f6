"""The sieve on the CPU: numpy alone, one thread."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.evaluation.kernel.sieve import Pairs, Sifted

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Scores: TypeAlias = NDArray[np.float32]
Verdicts: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.int16]

LOWEST = -(1 << 15)
LEFT_OUT = np.float32(LOWEST)
"""Below the score of anything else."""
HIGHEST = (1 << 15) - 2
"""Above the code of any score: what a bar that is not there becomes."""
BINS = 512
SHARE = 8
"""Of how many cells one may be a candidate at a time."""
MOST = 1 << 22
"""The most (candidate, bar) at a time."""


class ArraySieve:
    """Looks only at candidates above the query's lowest bar, or that may be among its best.

    Their scores are rounded towards zero to 16-bit codes, which never swaps two, and a table tells from the
    code how many bars it beats. For the few codes that the table cannot tell, the bars are compared.
    """

    def __init__(self, queries: int, passages: int, k: int) -> None:
        """Make buffers for tiles of at most this many queries and passages."""
        self._k = k
        self._scores = np.empty(queries * passages, np.float32)
        self._verdicts = np.empty(queries * passages, np.bool_)

    def load(self, queries: Scores, bars: Floats, margin: float) -> None:
        """See `Sieve`."""
        self._queries, self._margin = queries, margin
        self._over, self._under = _codes(bars + margin), _codes(bars - margin)
        self._table = _Table(self._over, self._under)

    def sift(
        self, passages: NDArray[np.float32], known: tuple[Ints, Ints], floor: Floats
    ) -> Iterator[Sifted]:
        """See `Sieve`."""
        shape = len(self._queries), len(passages)
        cells = shape[0] * shape[1]
        scores, verdicts = self._scores[:cells].reshape(shape), self._verdicts[:cells].reshape(shape)

        np.matmul(self._queries, passages.T, out=scores)
        scores[known] = LEFT_OUT
        candidates, floor = self._judge(scores, verdicts, floor)
        for rows in self._portions(verdicts, candidates):
            yield self._look(rows, scores[rows], verdicts[rows], floor[rows])

    def _judge(self, scores: Scores, verdicts: Verdicts, floor: Floats) -> tuple[int, Floats]:
        """Tell which scores may reach a bar or the floor.

        Returns how many do, and the floor, raised if it let many through.
        """
        candidates = 0
        for _ in range(2):
            # A code of 0 or less may stand for a score of almost 1 less.
            least = np.minimum(self._table.low, _codes(floor - self._margin)).astype(np.float32) - 1
            np.greater(scores, least[:, None], out=verdicts)
            candidates = int(np.count_nonzero(verdicts))
            if candidates <= scores.size // 4:
                break
            floor = self._raised(scores, floor)
        return candidates, floor

    def _portions(self, verdicts: Verdicts, candidates: int) -> list[slice]:
        """Cut the queries so that no portion has too many candidates, unless a single query does."""
        most = min(len(self._verdicts) // SHARE, MOST // self._over.shape[1])
        if candidates <= most:
            return [slice(0, len(verdicts))]
        past = np.cumsum(np.count_nonzero(verdicts, axis=1)) // max(1, most)
        ends = [*(np.flatnonzero(np.diff(past)) + 1).tolist(), len(verdicts)]
        return [slice(start, end) for start, end in itertools.pairwise([0, *ends])]

    def _look(self, rows: slice, scores: Scores, verdicts: Verdicts, floor: Floats) -> Sifted:
        at = np.flatnonzero(verdicts)
        sizes = np.diff(np.searchsorted(at, np.arange(len(scores) + 1) * scores.shape[1]))
        codes = scores.ravel()[at].astype(np.int16)
        over, doubt, query = self._table.count(rows, codes, sizes)
        best = self._best(codes, sizes, floor)
        if len(best) > 2 * self._k * len(scores):
            floor = self._raised(scores, floor)
            best = self._best(codes, sizes, floor)
        best_query = np.searchsorted(np.cumsum(sizes), best, side="right")
        return Sifted(
            rows.start,
            over,
            _pairs(rows, scores, query, at[doubt]),
            codes[doubt, None] > self._over[rows][query],
            _pairs(rows, scores, best_query, at[best]),
            floor,
        )

    def _best(self, codes: Codes, sizes: Ints, floor: Floats) -> Ints:
        """Return which candidates may reach the floor."""
        return np.flatnonzero(codes >= np.repeat(_codes(floor - self._margin), sizes))

    def _raised(self, scores: Scores, floor: Floats) -> Floats:
        raised: Floats = np.maximum(floor, _kth(scores, self._k) - self._margin)
        return raised


class _Table:
    """Tells by a code how many of a query's bars it is over.

    The codes from a query's lowest bar up are cut into bins of 2^shift codes. A bin with the edge of a bar in
    it tells nothing; every other one holds the number of bars below it.

    low: for each query the least code that is not surely below all bars.
    """

    def __init__(self, over: Codes, under: Codes) -> None:
        """Take the codes that a surely higher one is above, a surely lower one below, (queries, bars)."""
        queries = len(over)
        self._stride = over.shape[1] + 1
        self._order = np.argsort(over, axis=1, kind="stable")
        over, under = np.sort(over, axis=1), np.sort(under, axis=1)
        # One bar after another: so each is compared with many codes at once.
        self._over, self._under = over.T.copy(), under.T.copy()
        self.low = under[:, 0].copy()
        there = over < HIGHEST
        low = self.low[:, None].astype(np.int64)
        span = np.where(there, over - low, 0).max(axis=1)
        wide = np.where(there, over.astype(np.int64) - under, 0).max()
        narrowest = int(wide).bit_length()
        shift = np.maximum(narrowest, sum((span >> bits > BINS - 2).astype(np.int64) for bits in range(16)))
        query, bar = np.nonzero(there)
        upper = (over[query, bar] - low[query, 0]) >> shift[query]
        lower = (under[query, bar] - low[query, 0]) >> shift[query]
        steps = np.bincount(query * BINS + upper + 1, minlength=queries * BINS).reshape(queries, BINS)
        # A query's counts are bars + 1 places of one long row, and the last place is for what is untold.
        places = np.cumsum(steps, axis=1, dtype=np.int32)
        places += np.arange(queries, dtype=np.int32)[:, None] * self._stride
        self._untold = queries * self._stride
        places[query, upper] = self._untold
        places[query, lower] = self._untold
        self._places = places.ravel()
        self._shift = shift.astype(np.uint16)
        self._starts = np.arange(queries, dtype=np.int32) * BINS

    def count(self, rows: slice, codes: Codes, sizes: Ints) -> tuple[Ints, Ints, Ints]:
        """Return how many codes are over each bar, which codes are in doubt for any, and their queries.

        rows: the queries. codes: their candidates, one query after the other, `sizes` of each.
        """
        low = np.repeat(self.low[rows], sizes)
        bins = np.maximum(codes, low)
        bins -= low
        offsets = bins.view(np.uint16)
        offsets >>= np.repeat(self._shift[rows], sizes)
        np.minimum(offsets, BINS - 1, out=offsets)
        places = self._places.take(np.repeat(self._starts[rows], sizes) + offsets)
        untold = np.flatnonzero(places == self._untold)
        query = np.searchsorted(np.cumsum(sizes), untold, side="right")
        beaten, doubtful = self._compare(codes[untold], query + rows.start)
        places[untold] = (query + rows.start) * self._stride + beaten
        places -= rows.start * self._stride
        counts = np.bincount(places, minlength=len(sizes) * self._stride).reshape(-1, self._stride)
        over = np.empty((len(sizes), self._stride - 1), np.int64)
        over[np.arange(len(over))[:, None], self._order[rows]] = np.cumsum(counts[:, :0:-1], axis=1)[:, ::-1]
        return over, untold[doubtful], query[doubtful]

    def _compare(self, codes: Codes, query: Ints) -> tuple[Ints, Ints]:
        """Return how many bars of its query each code is surely over, and which codes are near one."""
        beaten, near = np.empty(len(codes), np.int64), np.empty(len(codes), np.bool_)
        step = max(1, MOST // self._stride)
        for part in (slice(start, start + step) for start in range(0, len(codes), step)):
            code, mine = codes[part], query[part]
            over, under = self._over.take(mine, axis=1), self._under.take(mine, axis=1)
            np.add.reduce(code > over, axis=0, dtype=np.int64, out=beaten[part])
            near[part] = np.add.reduce(code >= under, axis=0, dtype=np.int64) != beaten[part]
        return beaten, np.flatnonzero(near)


def _codes(values: Floats) -> Codes:
    return np.clip(values, LOWEST + 2, HIGHEST).astype(np.int16)


def _pairs(rows: slice, scores: NDArray[np.float32], query: Ints, at: Ints) -> Pairs:
    return Pairs(query + rows.start, at - query * scores.shape[1], scores.ravel()[at])


def _kth(scores: Scores, k: int) -> Scores:
    """Return what at least k of each row reach, close to the k-th best; LEFT_OUT if there are fewer.

    The k-th best among the best of many small groups of columns: far cheaper than the k-th best of all.
    """
    width = scores.shape[1]
    if width < k:
        return np.full(len(scores), LEFT_OUT, np.float32)
    depth = next((depth for depth in (16, 8, 4, 2) if width // depth >= 4 * k), 1)
    columns = width // depth
    groups = np.maximum.reduce(scores[:, : columns * depth].reshape(len(scores), depth, columns), axis=1)
    groups.partition(columns - k, axis=1)
    kth: Scores = groups[:, -k]
    return kth
