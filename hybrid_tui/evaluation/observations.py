"""What each query adds to the cells of a matrix."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.evaluation.metric_tables import MULTILINGUAL
from hybrid_tui.evaluation.relevant_ranks import positions

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class ObservationRow:
    """The queries behind a row of a matrix, and their values.

    queries: rows in `Observations.queries`, shape (n,), int64. values: shape (n, columns), float64, nan
    where the query tells nothing of that column.
    """

    queries: Integers
    values: Floats


@dataclass(frozen=True, eq=False)
class Observations:
    """The values behind a matrix, whose cells are the means over the queries that have one.

    queries: query_id, item_id and lang of all queries. rows: by label; columns: their labels. The rest as in
    `Matrix`.
    """

    title: str
    queries: pl.DataFrame
    rows: dict[str, ObservationRow]
    columns: tuple[str, ...]
    row_axis: str = "query language"
    column_axis: str = "passage language"
    digits: int = 3

    @cached_property
    def matrix(self) -> Matrix:
        """The means, None where no query has a value, and the number of queries behind each."""
        values, counts = [], []
        for row in self.rows.values():
            known = np.isfinite(row.values)
            count = known.sum(axis=0)
            mean = np.where(known, row.values, 0.0).sum(axis=0) / np.maximum(count, 1)
            counts.append(tuple(count.tolist()))
            values.append(tuple(x if n else None for x, n in zip(mean.tolist(), counts[-1], strict=True)))
        return Matrix(
            self.title,
            tuple(self.rows),
            self.columns,
            tuple(values),
            tuple(counts),
            self.row_axis,
            self.column_axis,
            self.digits,
        )


def by_query_language(lang: pl.Series, table: Floats) -> dict[str, ObservationRow]:
    """Return the rows of a matrix by query language, from one value a query and column.

    lang: of the queries, length n. table: shape (n, columns), nan where a query tells nothing.
    """
    codes = sorted(lang.unique())
    at = positions(lang, tuple(codes))
    return {
        code: ObservationRow(queries := np.flatnonzero(at == place), table[queries])
        for place, code in enumerate(codes)
    }


def of_metric(values: pl.DataFrame, metric: str) -> Observations:
    """Return a metric by query and passage language, from a table of `metric_tables.per_query`."""
    queries = values.select("query_id", "item_id", lang="query_lang").unique("query_id", maintain_order=True)
    alone = values.filter(pl.col("pool") != MULTILINGUAL)
    columns = tuple(sorted(alone["pool"].unique()))
    cells = alone.select("query_id", "pool", metric).join(queries.with_row_index("row"), on="query_id")
    table = np.full((queries.height, len(columns)), np.nan)
    table[cells["row"].to_numpy(), positions(cells["pool"], columns)] = cells[metric].to_numpy()
    return Observations(metric, queries, by_query_language(queries["lang"], table), columns)
