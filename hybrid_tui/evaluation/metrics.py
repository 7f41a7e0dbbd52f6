"""How well relevant passages are ranked, in every setting, exactly.

The metric functions take the 1-based ranks of the m relevant passages of each of n queries, best first:
shape (n, m), float64, inf for a passage that was not retrieved. They return shape (n,), float64, in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.errors import unknown
from hybrid_tui.evaluation.ranks import Ranks
from hybrid_tui.evaluation.relevant_ranks import multilingual_ranks, own_ranks, positions

MULTILINGUAL = "all"
"""The name of the pool that holds the candidates of every language."""
SETTINGS = ("monolingual", "cross-lingual", "multilingual")

Floats = NDArray[np.float64]


def average_precision(ranks: Floats) -> Floats:
    """(1/m) sum_i i / rho_i, without a cut-off: precision at each relevant passage, averaged.

    Manning, Raghavan and Schütze 2008, Introduction to Information Retrieval, eq. 8.8.
    """
    mean: Floats = (np.arange(1, ranks.shape[1] + 1) / ranks).mean(axis=1)
    return mean


def recall(ranks: Floats, k: int) -> Floats:
    """|{i: rho_i <= k}| / m, the share of the relevant passages in the first k (ibid., section 8.3)."""
    share: Floats = np.mean(ranks <= k, axis=1, dtype=np.float64)
    return share


def ndcg(ranks: Floats, k: int) -> Floats:
    """Sum over rho_i <= k of 1 / log2(1 + rho_i), divided by its greatest possible value.

    Järvelin and Kekäläinen 2002 with binary gains and the discount of Burges et al. 2005; the ideal
    ranking has min(m, k) relevant passages in front.
    """
    gains = np.where(ranks <= k, 1 / np.log2(1 + ranks), 0.0).sum(axis=1)
    ideal = 1 / np.log2(np.arange(2, min(ranks.shape[1], k) + 2))
    share: Floats = gains / ideal.sum()
    return share


def reciprocal_rank(ranks: Floats) -> Floats:
    """1 / rho_1 (Voorhees 1999, TREC-8 question answering)."""
    return 1 / ranks[:, 0]


_FUNCTIONS: dict[str, Callable[[Floats], Floats]] = {
    "mAP": average_precision,
    "R@1": lambda ranks: recall(ranks, 1),
    "R@10": lambda ranks: recall(ranks, 10),
    "R@100": lambda ranks: recall(ranks, 100),
    "nDCG@10": lambda ranks: ndcg(ranks, 10),
    "MRR": reciprocal_rank,
}
METRICS = tuple(_FUNCTIONS)


def per_query(ranks: Ranks) -> pl.DataFrame:
    """Return the value of every metric for each query and pool in which it has a relevant passage.

    Columns: query_id, item_id, query_lang, pool (a passage language, whose candidates alone are ranked, or
    "all") and METRICS, Float64. Rows in the order of the queries. Without "all" where the passages have
    one language: it would tell the same again.
    """
    pools = (*ranks.languages, MULTILINGUAL)
    query, pool, blocks = _pools(ranks)
    values = {name: np.empty(len(query)) for name in METRICS}
    for rows, sorted_ranks in blocks:
        for name, metric in _FUNCTIONS.items():
            values[name][rows] = metric(sorted_ranks)
    about = ranks.queries.select("query_id", "item_id", query_lang="lang")[query]
    names = pl.Series("pool", pools, dtype=pl.String).gather(pool)
    return about.with_columns(names, *(pl.Series(name, column) for name, column in values.items()))


def _pools(
    ranks: Ranks,
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[tuple[NDArray[np.int64], Floats]]]:
    """Return query row and pool of each (query, pool), and their sorted ranks in blocks of equal m.

    A block is (positions of its n pairs, ranks of shape (n, m)): so no row needs padding.
    """
    languages = len(ranks.languages)
    query = ranks.relevant["query"].cast(pl.Int64).to_numpy()
    keys = query * (languages + 1) + positions(ranks.relevant["lang"], ranks.languages)
    rank = own_ranks(ranks)
    if languages > 1:
        keys = np.concatenate([keys, query * (languages + 1) + languages])
        rank = np.concatenate([rank, multilingual_ranks(ranks)])
    # Key and rank in one integer: a plain sort is several times faster than a lexsort.
    lost = int(ranks.pool.sum()) + 1
    packed = keys * (lost + 1) + np.where(np.isfinite(rank), rank, lost).astype(np.int64)
    packed.sort()
    keys, places = np.divmod(packed, lost + 1)
    rank = np.where(places == lost, np.inf, places)
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    sizes = np.diff(starts, append=len(keys))
    blocks = []
    for size in np.unique(sizes):
        rows = np.flatnonzero(sizes == size)
        blocks.append((rows, rank[starts[rows][:, None] + np.arange(size)]))
    return *np.divmod(keys[starts], languages + 1), blocks


def summary(values: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Return {setting: {metric: value}} from the table of `per_query`.

    monolingual: macro mean over languages, queries and candidates in the same one. cross-lingual: macro
    mean over ordered pairs of different languages. multilingual: macro mean over the query languages, all
    candidates in one pool. A setting that the languages do not allow is absent.
    """
    means = _means(values).group_by("setting", maintain_order=True).agg(pl.col(METRICS).mean())
    found = {row.pop("setting"): row for row in means.to_dicts()}
    return {setting: found[setting] for setting in SETTINGS if setting in found}


def by_language(values: pl.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    """Return {query language: {setting: {metric: value}}}; cross-lingual: macro mean over the others."""
    means = _means(values).group_by("query_lang", "setting", maintain_order=True).agg(pl.col(METRICS).mean())
    found: dict[str, dict[str, dict[str, float]]] = {}
    for row in means.sort("query_lang", pl.col("setting").cast(pl.Enum(SETTINGS))).to_dicts():
        found.setdefault(row.pop("query_lang"), {})[row.pop("setting")] = row
    return found


def by_pair(values: pl.DataFrame, metric: str) -> Matrix:
    """Return the mean of a metric by query and passage language, with the number of queries behind each.

    Raises UsageError for an unknown metric.
    """
    if metric not in METRICS:
        raise unknown("metric", metric, list(METRICS))
    means = _means(values.filter(pl.col("pool") != MULTILINGUAL))
    found = {(row["query_lang"], row["pool"]): row for row in means.to_dicts()}
    rows = tuple(sorted(set(means["query_lang"])))
    columns = tuple(sorted(set(means["pool"])))
    cells = [[found.get((row, column)) for column in columns] for row in rows]
    return Matrix(
        metric,
        rows,
        columns,
        tuple(tuple(cell[metric] if cell else None for cell in line) for line in cells),
        tuple(tuple(cell["queries"] if cell else 0 for cell in line) for line in cells),
    )


def _means(values: pl.DataFrame) -> pl.DataFrame:
    """Return query_lang, pool, setting, METRICS (means over the queries) and queries (their number)."""
    setting = (
        pl.when(pl.col("pool") == MULTILINGUAL)
        .then(pl.lit("multilingual"))
        .when(pl.col("pool") == pl.col("query_lang"))
        .then(pl.lit("monolingual"))
        .otherwise(pl.lit("cross-lingual"))
    )
    groups = values.group_by("query_lang", "pool", maintain_order=True).agg(
        pl.col(METRICS).mean(), queries=pl.len()
    )
    return groups.sort("query_lang", "pool").with_columns(setting=setting)
