"""How alike two rankings are: rank-biased overlap, what their first k share, what moved.

A ranking here is the ids of its passages, best first, each once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PERSISTENCE = 0.9
SAME, UP, DOWN, NEW, GONE = "=", "▲", "▼", "new", "gone"
OWN_UP, OWN_DOWN = "△", "▽"
"""Moves against the first stage of the system itself, not against another system."""


def rbo(one: Sequence[str], other: Sequence[str], p: float = PERSISTENCE) -> float:
    """Return the extrapolated rank-biased overlap of two rankings, in [0, 1]; 0 where one is empty.

    RBO_EXT of Webber, Moffat and Zobel 2010 (ACM TOIS 28(4), "A similarity measure for indefinite
    rankings"), equation 32, which for equal lengths is their equation 30: with the longer ranking of
    length l, the shorter of length s, and X_d passages shared by their first d,

        (1-p)/p (sum_{d=1..l} X_d/d p^d + sum_{d=s+1..l} X_s (d-s)/(s d) p^d)
            + ((X_l - X_s)/l + X_s/s) p^l

    p: in (0, 1), the probability of reading on after each passage; with 0.9 the first ten weigh 86%.
    """
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    if not shorter:
        return 0.0
    agreed = _shared_by_depth(longer, shorter)
    size, last = len(shorter), len(longer)
    at_size, at_last = agreed[size - 1], agreed[last - 1]
    total = 0.0
    for depth, count in enumerate(agreed, 1):
        beyond = at_size * max(depth - size, 0) / size
        total += (count + beyond) / depth * p**depth
    rest = (at_last - at_size) / last + at_size / size
    return min((1 - p) / p * total + rest * p**last, 1.0)


def _shared_by_depth(longer: Sequence[str], shorter: Sequence[str]) -> list[int]:
    """Return X_d for each depth d of the longer ranking."""
    counts, count = [], 0
    above: set[str] = set()
    """Those met in one of the two so far; a second meeting is in the other."""
    for depth, passage in enumerate(longer):
        for met in (passage, *shorter[depth : depth + 1]):
            count += met in above
            above.add(met)
        counts.append(count)
    return counts


def shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many passages both rankings hold."""
    return len(set(one) & set(other))


def jaccard(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the share in [0, 1] that both hold of what either holds (Jaccard 1912); 0 for two empty ones."""
    both = shared(one, other)
    return both / max(len(one) + len(other) - both, 1)


@dataclass(frozen=True, slots=True)
class Overlap:
    """A ranking against a base.

    shared: passages that both hold, of `depth`, the length of the longer. rbo, jaccard: in [0, 1].
    moves: for each passage of the ranking by how many ranks it stands higher than in the base (negative:
        lower), None where the base does not hold it. gone: what only the base holds, in its order.
    """

    rbo: float
    jaccard: float
    shared: int
    depth: int
    moves: dict[str, int | None]
    gone: tuple[str, ...]

    @property
    def up(self) -> int:
        """Return how many passages stand higher than in the base."""
        return sum(move is not None and move > 0 for move in self.moves.values())

    @property
    def down(self) -> int:
        """Return how many passages stand lower than in the base."""
        return sum(move is not None and move < 0 for move in self.moves.values())

    @property
    def equal(self) -> bool:
        """Return whether both are the same ranking."""
        return not self.gone and not any(move is None or move for move in self.moves.values())

    def sign(self, passage: str) -> str:
        """Return the move of a passage of either ranking: `=`, `▲n`, `▼n`, `new` or `gone`."""
        return move_sign(self.moves[passage]) if passage in self.moves else GONE


def move_sign(move: int | None) -> str:
    """Return a move as it is written: `=`, `▲n`, `▼n`, or `new` for None."""
    if move is None:
        return NEW
    return f"{UP}{move}" if move > 0 else f"{DOWN}{-move}" if move else SAME


def own_sign(rank: int, before: int | None) -> str:
    """Return the move of a passage against its system's first stage: `△n`, `▽n`; empty for none.

    before: its rank there, None where the system has one stage.
    """
    if before is None or before == rank:
        return ""
    return f"{OWN_UP}{before - rank}" if before > rank else f"{OWN_DOWN}{rank - before}"


def overlap(base: Sequence[str], ranked: Sequence[str]) -> Overlap:
    """Compare a ranking to a base."""
    before = {passage: rank for rank, passage in enumerate(base)}
    moves = {
        passage: before[passage] - rank if passage in before else None for rank, passage in enumerate(ranked)
    }
    return Overlap(
        rbo=rbo(base, ranked),
        jaccard=jaccard(base, ranked),
        shared=shared(base, ranked),
        depth=max(len(base), len(ranked)),
        moves=moves,
        gone=tuple(passage for passage in base if passage not in moves),
    )
