"""Two evaluations side by side: per setting and language, and where they differ most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from hybrid_tui.comparison.drawn_units import counted
from hybrid_tui.errors import unknown
from hybrid_tui.evaluation import metrics, significance
from hybrid_tui.evaluation.grouping import Grouping, grouping
from hybrid_tui.evaluation.metric_tables import KEYS, MULTILINGUAL, SETTINGS, setting_of_row
from hybrid_tui.evaluation.results import Evaluation, same_collection
from hybrid_tui.evaluation.samples import Sample
from hybrid_tui.evaluation.significance import Comparison, PairedTest

RANK_DISTANCE = "rank_distance"


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison: in a setting, of all query languages ("") or one.

    left_out: queries that one of the systems has no value of.
    """

    setting: str
    language: str
    comparison: Comparison
    left_out: int = 0


def lines(
    a: Sequence[Evaluation],
    b: Sequence[Evaluation],
    metric: str,
    settings: Sequence[str] = SETTINGS,
    *,
    by_language: bool = False,
    test: PairedTest = significance.DEFAULT,
    family: Sequence[str] = (),
) -> list[Line]:
    """Compare systems, each with an evaluation per training seed, by the figures that tables show.

    The figure of a setting is the macro mean over languages, or pairs of them; items are drawn in groups.
    family: the settings to adjust p over, all other lines being exploratory; by default all lines. A setting
    that one of the systems does not have is left out, and so are queries that one has no value of. Raises
    UsageError for an unknown metric, setting or group and for evaluations of different collections.
    """
    metric = check_names(metric, [*settings, *family])
    for other in (*a[1:], *b):
        same_collection(a[0], other)
    test = replace(test, higher_is_better=metric != RANK_DISTANCE)
    groups = grouping(a[0].manifest, test.group_by)
    found = []
    for setting in settings:
        tables = [values(each, metric, setting) for each in (*a, *b)]
        if any(table.is_empty() for table in tables):
            continue
        rows, left_out = in_all(tables)
        if rows.is_empty():
            continue
        for language in sorted(rows["query_lang"].unique()) if by_language else [""]:
            here = rows.filter(query_lang=language) if language else rows
            of_a, of_b = (sampled(here, side, groups) for side in (tables[: len(a)], tables[len(a) :]))
            compared = significance.compare_samples(of_a, of_b, test)
            found.append(Line(setting, language, compared, left_out))
    return _in_family(found, family, by_language=by_language)


def sample(evaluation: Evaluation, metric: str, setting: str, group_by: str = "") -> Sample | None:
    """Return the values of one system in a setting, in groups; None where it has none."""
    table = values(evaluation, metric, setting)
    return None if table.is_empty() else sampled(table, [table], grouping(evaluation.manifest, group_by))


def _in_family(found: list[Line], family: Sequence[str], *, by_language: bool) -> list[Line]:
    """Return the lines with p adjusted over the family, and those outside as exploratory."""
    inside = [line for line in found if not family or (line.setting in family and not line.language)]
    if family:
        name = f"what was fixed beforehand: {', '.join(line.setting for line in inside)}"
    else:
        name = counted(len(inside), "line" if by_language else "setting")
    adjusted = dict(
        zip(map(id, inside), significance.in_family([line.comparison for line in inside], name), strict=True)
    )
    return [
        replace(line, comparison=adjusted.get(id(line)) or replace(line.comparison, exploratory=True))
        for line in found
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
        table = distances(evaluation.bias_values)
        return table if setting == "multilingual" else table.clear()
    (name,) = metrics.names([metric])
    return in_setting(evaluation.values_of([name]), name, setting)


def in_setting(table: pl.DataFrame, name: str, setting: str) -> pl.DataFrame:
    """Return a setting's rows of a table of `metric_tables.per_query`, as `values` gives them."""
    rows = table.filter(setting_of_row() == setting)
    return rows.select(*KEYS, value=pl.col(name)).drop_nulls("value")


def distances(table: pl.DataFrame) -> pl.DataFrame:
    """Return the rank distances of a table of `bias.per_query_bias`, as `values` gives them."""
    known = table.filter(pl.col(RANK_DISTANCE).is_not_null())
    return known.select(
        "query_id", "item_id", "query_lang", pool=pl.lit(MULTILINGUAL), value=pl.col(RANK_DISTANCE)
    )


def in_all(tables: list[pl.DataFrame]) -> tuple[pl.DataFrame, int]:
    """Return the rows that all tables have a value of, and how many queries one of them lacks some of."""
    on = ["query_id", "pool"]
    every = pl.concat([table.select(KEYS) for table in tables]).unique(on, maintain_order=True)
    rows = every
    for table in tables:
        rows = rows.join(table, on=on, how="semi", maintain_order="left")
    return rows, every.join(rows, on=on, how="anti")["query_id"].n_unique()


def sampled(rows: pl.DataFrame, tables: list[pl.DataFrame], groups: Grouping) -> Sample:
    """Return the values that tables, one a seed, have of some rows."""
    rows = rows.select(KEYS)
    items = rows["item_id"].unique().sort()
    item = rows["item_id"].rank("dense").cast(pl.Int64).to_numpy() - 1
    cells = rows.select(cell=pl.struct("query_lang", "pool").rank("dense")).to_series()
    cell = cells.cast(pl.Int64).to_numpy() - 1
    size = (len(items), int(cell.max()) + 1)
    places = item * size[1] + cell
    on = ["query_id", "pool"]
    sums = [
        np.bincount(
            places,
            rows.join(table, on=on, how="left", maintain_order="left")["value"].to_numpy(),
            minlength=size[0] * size[1],
        ).reshape(size)
        for table in tables
    ]
    counts = np.bincount(places, minlength=size[0] * size[1]).reshape(size)
    unit, group, too_few = groups.of(items)
    return Sample(np.stack(sums), counts, group, unit, too_few)


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
