"""Tells, from float32 products, which candidates surely beat a score and which need a closer look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

REACH = 32_000
"""The scores are scaled to at most this, so that they can be told apart as 16-bit integers."""


@dataclass(frozen=True)
class Pairs:
    """Some (query, passage) pairs of one tile: positions in it, int64, and float32 scores, scaled."""

    queries: NDArray[np.int64]
    passages: NDArray[np.int64]
    scores: NDArray[np.float32]

    def moved(self, passages: int) -> Pairs:
        """Return them with the positions of the passages moved by so many."""
        return Pairs(self.queries, self.passages + passages, self.scores)


def joined(pairs: list[Pairs]) -> Pairs:
    """Return all of them as one."""
    return Pairs(
        np.concatenate([some.queries for some in pairs]),
        np.concatenate([some.passages for some in pairs]),
        np.concatenate([some.scores for some in pairs]),
    )


@dataclass(frozen=True)
class Sifted:
    """What some queries of a tile come to.

    first: the first of these queries in the tile.
    over: how many passages beat each bar, shape (queries, bars), int64; rightly so but for those in doubt.
    doubt: the passages that a bar is too near to, in the order of the queries.
    counted: which bars each of those was counted over, shape (pairs, bars).
    best: passages that may be among the best k, in the order of the queries.
    floor: what the k-th best exact score surely reaches, shape (queries,), float64, scaled.
    """

    first: int
    over: NDArray[np.int64]
    doubt: Pairs
    counted: NDArray[np.bool_]
    best: Pairs
    floor: NDArray[np.float64]


class Sieve(Protocol):
    """One per worker: it keeps the queries in hand and its buffers."""

    def load(self, queries: NDArray[np.float32], bars: NDArray[np.float64], margin: float) -> None:
        """Take queries, shape (queries, dimension), scaled by `scale`, and their bars, (queries, bars).

        margin: the most by which a float32 score can miss. A bar that is not there is +inf.
        """
        ...

    def sift(
        self,
        passages: Any,
        known: tuple[NDArray[np.int64], NDArray[np.int64]],
        floor: NDArray[np.float64],
    ) -> Iterator[Sifted]:
        """Compare the queries in hand with `passages`, shape (passages, dimension).

        Yields what comes of it for all queries, or for some after others where it is very much.

        known: positions (queries, passages) of pairs to leave out. floor: as in `Sifted`, from before.
        """
        ...


def scale(norms: NDArray[np.float64], longest: float) -> NDArray[np.float64]:
    """Return what to multiply each query by, so that no score with a passage exceeds REACH.

    norms: lengths of the queries. longest: the length of the longest passage.
    """
    tiny = 1e-200
    return np.minimum(REACH / np.maximum(norms * longest, tiny), 1e37 / np.maximum(norms, tiny))


def margin(dimension: int, longest: float) -> float:
    """Return the most by which a scaled float32 score can miss the exact one.

    A sum of n products in float32, in any order, with or without fused multiply-add, is off by at most
    g(n) * sum |q_i d_i|, where g(n) = n u / (1 - n u) and u = 2^-24 (Higham, Accuracy and Stability of
    Numerical Algorithms, 2002, section 3.1), and the sum is at most |q| |d| <= REACH. Scaling rounds each
    q_i once more: g(n + 2) covers it and its square. What underflows loses at most 2^-149 a product or,
    in q_i, that much times d_i. A thousandth on top pays for the float64 arithmetic around it.
    """
    rounding = (dimension + 2) * 2.0**-24
    if rounding >= 0.02:
        raise ValueError(f"{dimension} dimensions: float32 products say nothing")
    return 1.001 * (rounding / (1 - rounding) * REACH + dimension * 2.0**-149 * (1 + longest))
