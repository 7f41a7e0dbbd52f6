"""Tables of metrics: per query and pool, and their means by setting and language."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.evaluation.metrics import METRICS, RelevantInPool, parse
from hybrid_tui.evaluation.ranks import Ranks
from hybrid_tui.evaluation.relevant_ranks import multilingual_ranks, own_ranks, positions

MULTILINGUAL = "all"
"""The name of the pool that holds the candidates of every language."""
SETTINGS = ("monolingual", "cross-lingual", "multilingual")
KEYS = ("query_id", "item_id", "query_lang", "pool")
"""The columns of a table per query that are no metrics."""

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


def per_query(ranks: Ranks, names: Sequence[str] = METRICS) -> pl.DataFrame:
    """Return the value of metrics for each query and pool in which it has a relevant passage.

    names: of metrics, as `metrics.parse` takes them. Columns: query_id, item_id, query_lang, pool (a passage
    language, whose candidates alone are ranked, or "all") and a Float64 column a metric, null where a query
    cannot tell. Rows in the order of the queries. Without "all" where the passages have one language: it
    would tell the same again. Raises UsageError for an unknown metric.
    """
    wanted = [parse(name) for name in names]
    pools = (*ranks.languages, MULTILINGUAL)
    query, pool, blocks = _pools(ranks)
    values = {metric.name: np.empty(len(query)) for metric in wanted}
    for rows, relevant in blocks:
        ranked = np.isfinite(relevant.ranks).all(axis=1)
        for metric in wanted:
            known = ranked | _told(ranks, query[rows], pool[rows], metric.k)
            values[metric.name][rows] = np.where(known, metric.of(relevant), np.nan)
    about = ranks.queries.select("query_id", "item_id", query_lang="lang")[query]
    pool_names = pl.Series("pool", pools, dtype=pl.String).gather(pool)
    columns = (pl.Series(name, column, nan_to_null=True) for name, column in values.items())
    return about.with_columns(pool_names, *columns)


def _told(ranks: Ranks, query: Integers, pool: Integers, k: int | None) -> NDArray[np.bool_]:
    """Return whether a query whose relevant passages are not all ranked can tell a figure all the same.

    It can up to the depth of a run, where what is not ranked was not retrieved.
    """
    if ranks.depth is None:
        return np.ones(len(query), np.bool_)
    deep = ranks.depth[query, pool]
    return deep >= k if k is not None else np.zeros(len(query), np.bool_)


def _pools(ranks: Ranks) -> tuple[Integers, Integers, list[tuple[Integers, RelevantInPool]]]:
    """Return query row and pool of each (query, pool), and their relevant passages in blocks of equal m.

    A block is (positions of its n pairs, ranks of shape (n, m)): so no row needs padding.
    """
    languages = len(ranks.languages)
    query = ranks.relevant["query"].cast(pl.Int64).to_numpy()
    lang = positions(ranks.relevant["lang"], ranks.languages)
    own = lang == positions(ranks.queries["lang"], ranks.languages)[query]
    keys = query * (languages + 1) + lang
    rank = own_ranks(ranks)
    if languages > 1:
        keys = np.concatenate([keys, query * (languages + 1) + languages])
        rank = np.concatenate([rank, multilingual_ranks(ranks)])
        own = np.concatenate([own, own])
    # Key, rank and language in one integer: a plain sort is several times faster than a lexsort.
    lost = int(ranks.pool.sum()) + 1
    packed = keys * (lost + 1) + np.where(np.isfinite(rank), rank, lost).astype(np.int64)
    packed = 2 * packed + own
    gains = _gains(ranks, packed)
    packed.sort()
    keys, places = np.divmod(packed >> 1, lost + 1)
    own = (packed & 1).astype(np.bool_)
    rank = np.where(places == lost, np.inf, places)
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    sizes = np.diff(starts, append=len(keys))
    blocks = []
    for size in np.unique(sizes):
        rows = np.flatnonzero(sizes == size)
        cells = starts[rows][:, None] + np.arange(size)
        blocks.append(
            (rows, RelevantInPool(rank[cells], own[cells], None if gains is None else gains[cells]))
        )
    return *np.divmod(keys[starts], languages + 1), blocks


def _gains(ranks: Ranks, packed: Integers) -> Floats | None:
    """Return the grades of what `packed` holds, once or, with a pool of all, twice, in its order; or None."""
    if "grade" not in ranks.relevant.columns:
        return None
    grades = np.tile(ranks.relevant["grade"].to_numpy(), len(packed) // ranks.relevant.height)
    return grades[np.argsort(packed, kind="stable")]


def summary(values: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Return {setting: {metric: value}} from a table of `per_query`.

    monolingual: macro mean over languages, queries and candidates in the same one. cross-lingual: macro
    mean over ordered pairs of different languages. multilingual: macro mean over the query languages, all
    candidates in one pool. A setting, or a metric in it, that the queries cannot tell is absent.
    """
    means = _means(values)
    rows = means.group_by("setting", maintain_order=True).agg(pl.col(_metrics(values)).mean())
    found = {row.pop("setting"): _known(row) for row in rows.to_dicts()}
    return {setting: found[setting] for setting in SETTINGS if setting in found}


def means(values: pl.DataFrame, metric: str) -> dict[str, float]:
    """Return {setting: macro mean} of one metric, as `summary` does, for the settings where it is known."""
    return {setting: found[metric] for setting, found in summary(values).items() if metric in found}


def by_language(values: pl.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    """Return {query language: {setting: {metric: value}}}; cross-lingual: macro mean over the others."""
    means = _means(values).group_by("query_lang", "setting", maintain_order=True)
    rows = means.agg(pl.col(_metrics(values)).mean())
    found: dict[str, dict[str, dict[str, float]]] = {}
    for row in rows.sort("query_lang", pl.col("setting").cast(pl.Enum(SETTINGS))).to_dicts():
        lang, setting = row.pop("query_lang"), row.pop("setting")
        found.setdefault(lang, {})[setting] = _known(row)
    return found


def _metrics(values: pl.DataFrame) -> list[str]:
    return [name for name in values.columns if name not in KEYS]


def _known(row: dict[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in row.items() if value is not None}


def setting_of_row() -> pl.Expr:
    """Return the setting that a row of `per_query` belongs to, as an expression."""
    return (
        pl.when(pl.col("pool") == MULTILINGUAL)
        .then(pl.lit("multilingual"))
        .when(pl.col("pool") == pl.col("query_lang"))
        .then(pl.lit("monolingual"))
        .otherwise(pl.lit("cross-lingual"))
    )


def _means(values: pl.DataFrame) -> pl.DataFrame:
    """Return query_lang, pool, setting and the means of the metrics over the queries."""
    groups = values.group_by("query_lang", "pool", maintain_order=True).agg(pl.col(_metrics(values)).mean())
    return groups.sort("query_lang", "pool").with_columns(setting=setting_of_row())
