"""What the first passages of queries tell: their languages, and whether a query's own passage is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.diagnosis.known_items import KnownItems

Scores = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RankedItems:
    """Ranks and languages of the first k passages, each by query.

    Other passages of a query's own document are neither right nor wrong: they are left out.
    rank, own_rank: of the query's own passage among all, and among those of its language; from 1.
    own_share, own_pool: the share of the query's language among the first k others, and among all others.
    foreign: the share of each language among the first k of other languages than the query's, shape
    (queries, languages), and foreign_pool among all of these; nan for its own.
    """

    k: int
    languages: list[str]
    rank: NDArray[np.int64]
    own_rank: NDArray[np.int64]
    own_share: NDArray[np.float64]
    own_pool: NDArray[np.float64]
    foreign: NDArray[np.float64]
    foreign_pool: NDArray[np.float64]

    @property
    def found(self) -> NDArray[np.bool_]:
        """Whether a query's own passage is among the first k."""
        return self.rank <= self.k

    @property
    def pushed_out(self) -> NDArray[np.bool_]:
        """Whether it would be there if its language were searched alone, and is not."""
        return (self.own_rank <= self.k) & ~self.found


def ranked(items: KnownItems, scores: Scores, k: int) -> RankedItems:
    """Rank passages by scores, shape (queries, passages); ties by the collection's order."""
    languages = items.languages
    code = np.array([languages.index(each) for each in items.langs])
    size = len(items.targets)
    rank, own_rank = np.empty(size, np.int64), np.empty(size, np.int64)
    own_share, own_pool = np.empty(size), np.empty(size)
    foreign = np.full((size, len(languages)), np.nan)
    foreign_pool = foreign.copy()
    for row, (target, values) in enumerate(zip(items.targets, scores, strict=True)):
        order = np.argsort(-values, kind="stable")
        own = languages.index(items.query_langs[row])
        others = order[items.documents[order] != items.documents[target]]
        before = (values[others] > values[target]) | ((values[others] == values[target]) & (others < target))
        rank[row] = 1 + before.sum()
        own_rank[row] = 1 + (before & (code[others] == own)).sum()
        own_share[row] = (code[others[:k]] == own).mean() if len(others) else np.nan
        own_pool[row] = (code[others] == own).mean() if len(others) else np.nan
        strange = code[others][code[others] != own]
        if len(strange):
            for part, shares in ((strange[:k], foreign), (strange, foreign_pool)):
                shares[row] = np.bincount(part, minlength=len(languages)) / len(part)
                shares[row, own] = np.nan
    return RankedItems(k, languages, rank, own_rank, own_share, own_pool, foreign, foreign_pool)


def with_quotas(found: RankedItems, items: KnownItems) -> RankedItems:
    """Return the same where each language has its share of the first k, by the largest remainders.

    A passage is found where it is among its language's best. Which languages come first is as they are
    in the pool.
    """
    counts = np.array([(items.langs == lang).sum() for lang in found.languages])
    exact = found.k * counts / counts.sum()
    quota = np.floor(exact).astype(int)
    for place in np.argsort(-(exact - quota), kind="stable")[: found.k - quota.sum()]:
        quota[place] += 1
    own = np.array([quota[found.languages.index(lang)] for lang in items.query_langs])
    rank = np.where(found.own_rank <= own, found.own_rank, found.k + found.own_rank)
    share = np.minimum(own / found.k, 1.0)
    return RankedItems(
        found.k,
        found.languages,
        rank,
        found.own_rank,
        share,
        found.own_pool,
        found.foreign_pool,
        found.foreign_pool,
    )
