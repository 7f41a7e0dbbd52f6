"""What a run that does not rank every passage leaves open, in words and numbers of queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from hybrid_tui.evaluation.metric_tables import KEYS, SETTINGS, setting_of_row
from hybrid_tui.evaluation.results import Evaluation


def counts(values: pl.DataFrame) -> dict[str, dict[str, tuple[int, int]]]:
    """Return {setting: {metric: (queries that tell it, queries)}} of a table of `metric_tables.per_query`.

    A query that tells it of one language alone counts.
    """
    names = [name for name in values.columns if name not in KEYS]
    known = (pl.col("query_id").filter(pl.col(name).is_not_null()).n_unique().alias(name) for name in names)
    table = values.group_by(setting=setting_of_row()).agg(*known, pl.col("query_id").n_unique().alias("of"))
    rows = {row["setting"]: row for row in table.to_dicts()}
    return {
        setting: {name: (rows[setting][name], rows[setting]["of"]) for name in names}
        for setting in SETTINGS
        if setting in rows
    }


def plain(evaluation: Evaluation, metrics: Sequence[str]) -> dict[str, Any]:
    """Return depth, and told: {setting: {queries, metric: queries that tell it}}, for JSON; {} for no run."""
    if not evaluation.manifest.depth:
        return {}
    told = {
        setting: {"queries": next(of for _, of in each.values())} | {name: n for name, (n, _) in each.items()}
        for setting, each in counts(evaluation.values_of(metrics)).items()
    }
    return {"depth": evaluation.manifest.depth, "told": told}


def told_of(evaluation: Evaluation) -> str:
    """Return `(n=...)`, the queries behind a run's rank distance, gap and displacement; "" for no run."""
    about = evaluation.manifest
    return f" (n={_ranked(evaluation):,})" if about.depth and about.bias else ""


def _ranked(evaluation: Evaluation) -> int:
    about = evaluation.manifest.bias
    return int(about["queries"] - about["one_relevant"] - about["not_retrieved"])


def note(evaluation: Evaluation) -> str:
    """Return what a run of some depth cannot tell, and of how many queries it can; else ""."""
    about = evaluation.manifest
    if not about.depth:
        return ""
    found = counts(evaluation.values_of(["mAP"]))
    told = [
        f"{setting} {known:,} of {of:,}" for setting, each in found.items() for known, of in each.values()
    ]
    words = f"mAP and MRR are over queries whose relevant passages are all among them ({', '.join(told)})"
    if "queries" in about.bias:
        words += f", rank distance, gap and displacement too ({_ranked(evaluation):,} of {about.queries:,})"
    return (
        f"{about.system} ranks the first {about.depth:,} passages of a query: {words}; "
        f"up to a cut-off of {about.depth:,}, what is not ranked counts as not retrieved"
    )
