"""Two evaluations side by side: per setting and language, and where they differ most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from hybrid_tui.errors import DataError, unknown
from hybrid_tui.evaluation import metrics, significance
from hybrid_tui.evaluation.metric_tables import KEYS, MULTILINGUAL, SETTINGS, setting_of_row
from hybrid_tui.evaluation.results import Evaluation, same_collection
from hybrid_tui.evaluation.significance import Comparison, PairedTest

RANK_DISTANCE = "rank_distance"


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison: in a setting, of all query languages ("") or one."""

    setting: str
    language: str
    comparison: Comparison


def lines(
    a: Sequence[Evaluation],
    b: Sequence[Evaluation],
    metric: str,
    settings: Sequence[str] = SETTINGS,
    *,
    by_language: bool = False,
    test: PairedTest = significance.DEFAULT,
) -> list[Line]:
    """Compare systems, each with an evaluation per training seed; p values adjusted over all the lines.

    A setting that one of them does not have is left out. The value of an item is the mean over its
    versions (and, cross-lingual, passage languages): on complete parallel data its mean over items is the
    macro mean of the tables. Raises UsageError for an unknown metric or setting and for evaluations of
    different collections, DataError when they do not hold the same queries.
    """
    check_names(metric, settings)
    for other in (*a[1:], *b):
        same_collection(a[0], other)
    test = replace(test, higher_is_better=metric != RANK_DISTANCE)
    found = []
    for setting in settings:
        tables = [[values(each, metric, setting) for each in side] for side in (a, b)]
        if any(table.is_empty() for side in tables for table in side):
            continue
        languages = sorted(tables[0][0]["query_lang"].unique()) if by_language else [""]
        for language in languages:
            of_a, of_b = _aligned(tables[0], tables[1], language)
            found.append(Line(setting, language, significance.compare_seeds(of_a, of_b, test)))
    adjusted = significance.holm(np.array([line.comparison.p for line in found]))
    return [
        replace(line, comparison=replace(line.comparison, holm=float(p)))
        for line, p in zip(found, adjusted, strict=True)
    ]


def check_names(metric: str, settings: Sequence[str]) -> str:
    """Return the metric's name as tables have it. Raises UsageError for one or a setting that is unknown."""
    for setting in settings:
        if setting not in SETTINGS:
            raise unknown("setting", setting, list(SETTINGS))
    return metric if metric == RANK_DISTANCE else metrics.parse(metric, [RANK_DISTANCE]).name


def values(evaluation: Evaluation, metric: str, setting: str) -> pl.DataFrame:
    """Return query_id, item_id, query_lang, pool and value of a setting; empty where there is none."""
    if metric == RANK_DISTANCE:
        wanted = evaluation.bias_values.filter(pl.col(metric).is_not_null())
        table = wanted.select(
            "query_id", "item_id", "query_lang", pool=pl.lit(MULTILINGUAL), value=pl.col(metric)
        )
        return table if setting == "multilingual" else table.clear()
    (name,) = metrics.names([metric])
    table = evaluation.values_of([name]).filter(setting_of_row() == setting)
    return table.select(*KEYS, value=pl.col(name)).drop_nulls("value")


def _aligned(
    a: list[pl.DataFrame], b: list[pl.DataFrame], language: str
) -> tuple[significance.Floats, significance.Floats]:
    """Return one value an item and seed, shapes (seeds of A, items) and (seeds of B, items)."""
    keys = a[0].select("query_id", "pool")
    for table in (*a[1:], *b):
        alone = pl.concat(
            [
                keys.join(table, on=("query_id", "pool"), how="anti"),
                table.join(keys, on=("query_id", "pool"), how="anti").select("query_id", "pool"),
            ]
        )
        if alone.height:
            query, pool = alone.row(0)
            raise DataError(
                f"{alone.height:,} values stand in one of the evaluations alone, such as query {query!r} "
                f"over the passages in {pool!r}",
                "compare evaluations of the same queries and passage languages",
            )

    def items(table: pl.DataFrame) -> significance.Floats:
        return _item_means(table.filter(pl.col("query_lang") == language) if language else table)

    return np.stack([items(table) for table in a]), np.stack([items(table) for table in b])


def item_values(evaluation: Evaluation, metric: str, setting: str) -> significance.Floats:
    """Return one value an item, shape (items,), float64, as `lines` takes them; empty where there is none."""
    return _item_means(values(evaluation, metric, setting))


def _item_means(table: pl.DataFrame) -> significance.Floats:
    means = table.group_by("item_id", maintain_order=True).agg(pl.col("value").mean())
    return means.sort("item_id")["value"].to_numpy()


def most_different(a: Evaluation, b: Evaluation, metric: str, setting: str, count: int = 10) -> pl.DataFrame:
    """Return item_id, a, b and difference of the items where the two differ most, largest first."""
    same_collection(a, b)
    of_a, of_b = (
        values(each, metric, setting).group_by("item_id", maintain_order=True).agg(pl.col("value").mean())
        for each in (a, b)
    )
    joined = of_a.join(of_b, on="item_id", suffix="_b").select(
        "item_id", a="value", b="value_b", difference=pl.col("value_b") - pl.col("value")
    )
    order = pl.col("difference").abs()
    return joined.sort([order, "item_id"], descending=[True, False]).head(count)
