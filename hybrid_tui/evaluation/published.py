"""The figures of the paper on hybrid batch training (arXiv 2408.10536), Tables 3 to 8, 12 and 13.

One row per table, data set, backbone, sampler (the paper's X-X-mono, X-Y and proposed), setting, metric and
query language; `mean` rows are the paper's own. One of these is off: Table 5, hybrid, monolingual says
.8167, its eleven rows average .8184. The figures are facts, cited; only per-language rows are computed with.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import polars as pl

PAPER = "arXiv 2408.10536"


@cache
def published() -> pl.DataFrame:
    """Return table, dataset, backbone, sampler, setting, metric, query_language (all text) and value."""
    return pl.read_csv(files("hybrid_tui.evaluation").joinpath("published.csv").read_bytes())


def by_language(dataset: str, backbone: str, sampler: str, setting: str, metric: str) -> dict[str, float]:
    """Return {query language: value} of one column of a table; empty where the paper has none."""
    chosen = published().filter(
        dataset=dataset, backbone=backbone, sampler=sampler, setting=setting, metric=metric
    )
    rows = chosen.filter(pl.col("query_language") != "mean").sort("query_language")
    return dict(rows.select("query_language", "value").iter_rows())
