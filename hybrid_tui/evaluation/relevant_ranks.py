"""`Ranks` in the order and the shapes that metrics and bias measures compute with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks


def positions(codes: pl.Series, languages: tuple[str, ...]) -> NDArray[np.int64]:
    """Return where each code stands in `languages`, int64; -1 where it does not."""
    found = codes.cast(pl.Enum(languages), strict=False).to_physical().cast(pl.Int64).fill_null(-1)
    return np.asarray(found.to_numpy(), np.int64)


def multilingual_ranks(ranks: Ranks) -> NDArray[np.float64]:
    """Return r_q(d) = 1 + sum over l of c_l(q, d), shape (rows of relevant,); inf where not retrieved."""
    return _with_lost(ranks, ranks.beaten.sum(axis=1))


def own_ranks(ranks: Ranks) -> NDArray[np.float64]:
    """Return 1 + c_L(d)(q, d), the rank among the candidates of d's language, searched alone; inf where not
    retrieved.
    """
    if ranks.alone is not None:
        return _with_lost(ranks, ranks.alone)
    lang = positions(ranks.relevant["lang"], ranks.languages)
    return _with_lost(ranks, ranks.beaten[np.arange(len(lang)), lang])


def _with_lost(ranks: Ranks, before: NDArray[np.integer]) -> NDArray[np.float64]:
    return np.where(ranks.beaten[:, 0] == UNRANKED, np.inf, before + 1.0)


@dataclass(frozen=True, eq=False)
class RelevantRanks:
    """Every relevant passage in the multilingual pool, a query's best first.

    `RelevantRanks.of(ranks)` makes one. R rows (query and relevant passage), Q queries, P passage languages.

    languages: the P passage languages. query_languages: those of the queries, sorted.
    asked, own: shape (Q,), the query's language in `query_languages`, and in `languages` (-1: not there).
    query, lang, rank: shape (R,), row in `ranks.queries`, position in `languages`, multilingual rank
        (float64, inf where not retrieved); sorted by query, then rank.
    order: shape (R,), the row of `ranks.relevant` behind each.
    relevant: shape (Q,), m, the number of relevant passages.
    """

    languages: tuple[str, ...]
    query_languages: tuple[str, ...]
    asked: NDArray[np.int64]
    own: NDArray[np.int64]
    query: NDArray[np.int64]
    lang: NDArray[np.int64]
    rank: NDArray[np.float64]
    order: NDArray[np.int64]
    relevant: NDArray[np.int64]

    @classmethod
    def of(cls, ranks: Ranks) -> RelevantRanks:
        """Sort the relevant passages of `ranks`; once, for each bias measure begins here."""
        if ranks not in _MADE:
            _MADE[ranks] = cls._sorted(ranks)
        return _MADE[ranks]

    @classmethod
    def _sorted(cls, ranks: Ranks) -> RelevantRanks:
        query_languages = tuple(sorted(ranks.queries["lang"].unique()))
        query = ranks.relevant["query"].cast(pl.Int64).to_numpy()
        rank = multilingual_ranks(ranks)
        order = np.lexsort((rank, query))
        return cls(
            languages=ranks.languages,
            query_languages=query_languages,
            asked=positions(ranks.queries["lang"], query_languages),
            own=positions(ranks.queries["lang"], ranks.languages),
            query=query[order],
            lang=positions(ranks.relevant["lang"], ranks.languages)[order],
            rank=rank[order],
            order=order,
            relevant=np.bincount(query, minlength=ranks.queries.height),
        )

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """The row of each query's best relevant passage, shape (Q,)."""
        return np.cumsum(self.relevant) - self.relevant

    @cached_property
    def last(self) -> NDArray[np.int64]:
        """The row of each query's worst relevant passage, shape (Q,)."""
        return self.first + self.relevant - 1

    @cached_property
    def retrieved(self) -> NDArray[np.bool_]:
        """Whether every relevant passage of the query has a rank, shape (Q,)."""
        return np.isfinite(self.rank[self.last])

    @cached_property
    def compared(self) -> NDArray[np.bool_]:
        """Whether the query has several relevant passages, all of them retrieved, shape (Q,)."""
        return self.retrieved & (self.relevant > 1)

    @cached_property
    def choice(self) -> NDArray[np.bool_]:
        """Whether these are in several languages, shape (Q,)."""
        several: NDArray[np.bool_] = np.isfinite(self.best).sum(axis=1) > 1
        return self.retrieved & several

    @cached_property
    def best(self) -> NDArray[np.float64]:
        """Rank of the best relevant passage by query and language, shape (Q, P); inf where there is none."""
        table = np.full((len(self.relevant), len(self.languages)), np.inf)
        np.minimum.at(table, (self.query, self.lang), self.rank)
        return table


_MADE: WeakKeyDictionary[Ranks, RelevantRanks] = WeakKeyDictionary()


def check_depth(ranks: Ranks, k: int) -> None:
    """Raise UsageError unless the first k of every query were kept in `ranks.top`."""
    kept = ranks.top.shape[1]
    if not 1 <= k <= kept:
        raise UsageError(
            f"the first {kept} passages of each query were kept, not the first {k}", "ask for fewer"
        )
