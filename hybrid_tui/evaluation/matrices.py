"""Language bias by pair of languages.

Each function returns None where the candidates have one language: there is nothing to favour. A query of
which a relevant passage was not retrieved is left out, save from the language mix; the counts say how
many remain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks
from hybrid_tui.evaluation.relevant_ranks import RelevantRanks, check_depth, labelled

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

MIX_DEPTH = 10
"""Passages of a ranking whose languages are counted."""


def rank_gap(ranks: Ranks) -> Matrix | None:
    """G[a, b]: mean over queries q in a of r_q(d_b) - min over b' of r_q(d_b'), in the multilingual pool.

    How far the answer in b comes behind the best answer; d_b is the best relevant passage in b. Over the
    queries with several relevant passages: the rank distance of arXiv 2408.10536 is a query's greatest gap.
    """
    places = RelevantRanks.of(ranks)
    if len(places.languages) < 2:
        return None
    found = gaps(places)
    there = np.isfinite(found)
    sums = _by_row(places, np.where(there, found, 0.0))
    counts = _by_row(places, there).astype(np.int64)
    means = sums / np.maximum(counts, 1)
    return labelled("rank gap", places.query_languages, places.languages, means, counts, digits=1)


def gaps(places: RelevantRanks) -> Floats:
    """Return r_q(d_b) - min over b' of r_q(d_b') of each query, shape (Q, P); nan where it has none."""
    best = np.where(places.compared[:, None] & np.isfinite(places.best), places.best, np.nan)
    least = np.where(places.compared, places.rank[places.first], np.nan)
    behind: Floats = best - least[:, None]
    return behind


@dataclass(frozen=True, eq=False)
class PairsInFront:
    """The retrieved (query, relevant passage) pairs, N of them, and what comes before each.

    query: row in `ranks.queries`; asked, lang: the query's and the passage's language; shape (N,).
    irrelevant: c_l(q, d) less the relevant passages of q in l that come before d, shape (N, P).
    counts: pairs by query language and passage language.
    """

    query: Counts
    asked: Counts
    lang: Counts
    irrelevant: NDArray[np.int32]
    counts: Counts


def pairs_in_front(ranks: Ranks) -> PairsInFront:
    """Count what comes before each relevant passage, by language."""
    places = RelevantRanks.of(ranks)
    a, b = len(places.query_languages), len(places.languages)
    # The relevant passages that come before d in its query's own order, by language.
    before = np.zeros((len(places.query), b), np.int32)
    before[np.arange(len(places.query)), places.lang] = 1
    before = before.cumsum(axis=0, dtype=np.int32) - before
    before -= before[places.first][places.query]
    chosen = places.retrieved[places.query]
    query, lang = places.query[chosen], places.lang[chosen]
    counts = np.bincount(places.asked[query] * b + lang, minlength=a * b).reshape(a, b)
    return PairsInFront(
        query, places.asked[query], lang, (ranks.beaten[places.order] - before)[chosen], counts
    )


def displacement(ranks: Ranks) -> tuple[Floats, Counts]:
    """D[a, b, l]: irrelevant passages of l before a relevant one of b, mean over queries in a.

    Over the pairs of `pairs_in_front`. Returns D, shape (query languages,
    passage languages, passage languages), float64, nan where nothing was counted, and the number of
    (q, d) behind D[a, b], shape (query languages, passage languages), int64.
    """
    pairs = pairs_in_front(ranks)
    a, b = pairs.counts.shape
    cells = pairs.asked * b + pairs.lang
    sums = np.stack([np.bincount(cells, column, minlength=a * b) for column in pairs.irrelevant.T], axis=1)
    with np.errstate(invalid="ignore"):
        means = sums / pairs.counts.reshape(-1)[:, None]
    return means.reshape(a, b, b), pairs.counts


def displacement_by_query(ranks: Ranks) -> Matrix | None:
    """[a, l]: irrelevant passages of l before the answers of a query in a: D[a, b, l] summed over b.

    The counts are the (query, relevant passage) pairs behind a row. See `displacement`.
    """
    places = RelevantRanks.of(ranks)
    if len(places.languages) < 2:
        return None
    means, counts = displacement(ranks)
    return labelled(
        "displacement by query language",
        places.query_languages,
        places.languages,
        np.nansum(means, axis=1),
        np.broadcast_to(counts.sum(axis=1)[:, None], means.shape[::2]),
        column_axis="language in front",
        digits=1,
    )


def displacement_by_answer(ranks: Ranks) -> Matrix | None:
    """[b, l]: irrelevant passages of l before the answer in b: the macro mean of D[a, b, l] over a.

    The counts are the (query, relevant passage) pairs behind a row. See `displacement`.
    """
    places = RelevantRanks.of(ranks)
    if len(places.languages) < 2:
        return None
    means, counts = displacement(ranks)
    rows = np.maximum((counts > 0).sum(axis=0), 1)
    return labelled(
        "displacement by answer language",
        places.languages,
        places.languages,
        np.nansum(means, axis=0) / rows[:, None],
        np.broadcast_to(counts.sum(axis=0)[:, None], means.shape[1:]),
        row_axis="answer language",
        column_axis="language in front",
        digits=1,
    )


def language_mix(ranks: Ranks, k: int = MIX_DEPTH) -> Matrix | None:
    """[a, l]: share of language l among the first k of the multilingual pool, over the queries in a.

    To be read beside `pool_shares`. The counts are the passages behind a row. Raises UsageError when fewer
    than k were kept in `ranks.top`.
    """
    check_depth(ranks, k)
    places = RelevantRanks.of(ranks)
    if len(places.languages) < 2:
        return None
    a, b = len(places.query_languages), len(places.languages)
    top = ranks.top_lang[:, :k].astype(np.int64)
    cells = (places.asked[:, None] * b + top)[top != UNRANKED]
    found = np.bincount(cells, minlength=a * b).reshape(a, b)
    total = found.sum(axis=1, keepdims=True)
    shares = found / np.maximum(total, 1)
    title = f"language mix in the first {k}"
    return labelled(title, places.query_languages, places.languages, shares, np.broadcast_to(total, (a, b)))


def pool_shares(ranks: Ranks) -> dict[str, float]:
    """Return {language: its share of the candidates}."""
    return dict(zip(ranks.languages, (ranks.pool / ranks.pool.sum()).tolist(), strict=True))


def preference(ranks: Ranks) -> Matrix | None:
    """[a, b]: share of the queries in a whose best-ranked relevant passage is in b.

    Over the queries with relevant passages in several languages. The diagonal is the language preference
    rate after Jang et al. 2026 (arXiv 2605.07249), as we read it.
    """
    places = RelevantRanks.of(ranks)
    if len(places.languages) < 2:
        return None
    a, b = len(places.query_languages), len(places.languages)
    cells = (places.asked * b + places.lang[places.first])[places.choice]
    found = np.bincount(cells, minlength=a * b).reshape(a, b)
    total = found.sum(axis=1, keepdims=True)
    shares = found / np.maximum(total, 1)
    title = "language of the best answer"
    return labelled(title, places.query_languages, places.languages, shares, np.broadcast_to(total, (a, b)))


MATRICES: Mapping[str, Callable[[Ranks], Matrix | None]] = MappingProxyType(
    {
        "rank-gap": rank_gap,
        "displacement": displacement_by_query,
        "displacement-answer": displacement_by_answer,
        "mix": language_mix,
        "preference": preference,
    }
)
"""The matrices by the names that commands take."""


def _by_row(places: RelevantRanks, table: NDArray[np.generic]) -> Floats:
    """Return the sums of the rows of `table` by query language, shape (query languages, columns)."""
    chosen = np.arange(len(places.query_languages))[:, None] == places.asked
    sums: Floats = chosen.astype(np.float64) @ table.astype(np.float64)
    return sums
