"""Which languages a model favours: values per query, and what they come to."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.evaluation import metric_tables
from hybrid_tui.evaluation.rank_agreement import friedman, peer
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks
from hybrid_tui.evaluation.relevant_ranks import RelevantRanks

DEPTH = 10
MEASURES = (
    "rank_distance",
    "normalised_rank_distance",
    "language_preference_rate",
    f"PEER@{DEPTH}",
    f"TLR@{DEPTH}",
)
FIRST = (
    "relevant, query language",
    "relevant, other language",
    "irrelevant, query language",
    "irrelevant, other language",
)
"""What the first of the multilingual pool can be."""

Floats = NDArray[np.float64]


def rank_distance(places: RelevantRanks) -> Floats:
    """max r_q(d) - min r_q(d) over the relevant passages of q in the multilingual pool, shape (Q,).

    arXiv 2408.10536. At least m - 1; nan for one relevant passage, or where one was not retrieved.
    """
    with np.errstate(invalid="ignore"):
        distance = places.rank[places.last] - places.rank[places.first]
    return np.where(places.compared, distance, np.nan)


def normalised_rank_distance(places: RelevantRanks, candidates: int | NDArray[np.int64]) -> Floats:
    """(RD - (m - 1)) / (N - m) in [0, 1] for N candidates: 0 where nothing comes between, shape (Q,).

    candidates: of all queries, or of each, shape (Q,).
    """
    m = places.relevant
    distance: Floats = (rank_distance(places) - (m - 1)) / np.maximum(candidates - m, 1)
    return distance


def own_language_preferred(places: RelevantRanks) -> Floats:
    """1 where the best-ranked relevant passage is in the query's language, else 0, shape (Q,).

    Its mean is the language preference rate after Jang et al. 2026 (arXiv 2605.07249), as we read it: a
    preference, not always a fault. nan unless the query has relevant passages in its own language and in
    another, all retrieved.
    """
    own = np.isfinite(places.best[np.arange(len(places.own)), places.own]) & (places.own >= 0)
    preferred = (places.lang[places.first] == places.own).astype(np.float64)
    return np.where(places.choice & own, preferred, np.nan)


def first_place(ranks: Ranks, places: RelevantRanks) -> NDArray[np.int64]:
    """What comes first in the multilingual pool, as a position in FIRST, shape (Q,), int64.

    -1 where nothing was retrieved, or no candidate is in the query's language.
    """
    relevant = places.rank[places.first] == 1
    first = ranks.top_lang[:, 0].astype(np.int64)
    kind = 2 * ~relevant + (first != places.own)
    return np.where((first == UNRANKED) | (places.own < 0), -1, kind)


def per_query_bias(ranks: Ranks) -> pl.DataFrame:
    """Return the bias values of each query, in the order of `ranks.queries`.

    Columns: query_id, item_id, query_lang, relevant (m, UInt32), retrieved (whether all m were, Boolean),
    MEASURES (Float64, null where the query cannot tell) and first (one of FIRST, or null). No rows where
    the candidates have one language: there is nothing to favour.
    """
    places = RelevantRanks.of(ranks)
    values = (
        rank_distance(places),
        normalised_rank_distance(places, _candidates(ranks)),
        own_language_preferred(places),
        peer(places, DEPTH),
        _in_the_whole_pool(ranks, f"TLR@{DEPTH}"),
    )
    if ranks.depth is not None:
        told = places.retrieved | (ranks.depth[:, -1] >= DEPTH)
        values = (*values[:-1], np.where(told, values[-1], np.nan))
    first = pl.Series(first_place(ranks, places))
    table = ranks.queries.select("query_id", "item_id", query_lang="lang").with_columns(
        pl.Series("relevant", places.relevant, pl.UInt32),
        pl.Series("retrieved", places.retrieved),
        *(pl.Series(name, column, nan_to_null=True) for name, column in zip(MEASURES, values, strict=True)),
        first=pl.Series(FIRST).gather(first.replace(-1, None)),
    )
    return table if len(ranks.languages) > 1 else table.clear()


def _candidates(ranks: Ranks) -> NDArray[np.int64]:
    """Return how many candidates each query has, shape (Q,)."""
    whole = np.full(ranks.queries.height, ranks.pool.sum(), np.int64)
    return whole - ranks.queries["left_out"].to_numpy() if "left_out" in ranks.queries.columns else whole


def _in_the_whole_pool(ranks: Ranks, metric: str) -> Floats:
    """Return a metric of each query in the multilingual pool, shape (Q,), nan where it cannot tell."""
    if len(ranks.languages) < 2:
        return np.full(ranks.queries.height, np.nan)
    values = metric_tables.per_query(ranks, (metric,)).filter(pool=metric_tables.MULTILINGUAL)
    return values[metric].fill_null(np.nan).to_numpy()


def bias_by_language(ranks: Ranks, values: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Return {query language: {measure: value}} of `per_query_bias(ranks)`; what cannot be told is absent.

    MEASURES: means over the queries that can tell. The shares of FIRST, as `first: ...`. `friedman_chi2`,
    `kendall_w` and `friedman_blocks` as in `rank_agreement.friedman`.
    """
    shares = [(pl.col("first") == kind).mean().alias(f"first: {kind}") for kind in FIRST]
    means = (
        values.group_by("query_lang", maintain_order=True)
        .agg(pl.col(MEASURES).mean(), *shares)
        .sort("query_lang")
    )
    found = {row.pop("query_lang"): row for row in means.to_dicts()}
    tests = friedman(RelevantRanks.of(ranks)) if found else {}
    for code, test in tests.items():
        found[code] |= {
            "friedman_chi2": test.chi_square,
            "kendall_w": test.w,
            "friedman_blocks": float(test.blocks),
        }
    return {code: {name: x for name, x in row.items() if x is not None} for code, row in found.items()}


def bias_summary(ranks: Ranks, values: pl.DataFrame) -> dict[str, float]:
    """Return the macro means over query languages of `bias_by_language`, and how many queries they rest on.

    values: `per_query_bias(ranks)`. `queries`: all of them; `one_relevant` and `not_retrieved`: those left
    out of the rank distance for having a single relevant passage, or one that was not retrieved;
    `friedman_blocks`: those with a relevant passage in every language. Empty where the candidates have one.
    """
    if values.is_empty():
        return {}
    rows = pl.DataFrame(list(bias_by_language(ranks, values).values()))
    means = {name: x for name, x in rows.mean().row(0, named=True).items() if x is not None}
    blocks = rows["friedman_blocks"].sum() if "friedman_blocks" in rows.columns else 0
    single = pl.col("relevant") == 1
    counts = values.select(
        queries=pl.len(), one_relevant=single.sum(), not_retrieved=(~single & ~pl.col("retrieved")).sum()
    )
    return (
        means
        | {name: float(x) for name, x in counts.row(0, named=True).items()}
        | {"friedman_blocks": float(blocks)}
    )
