"""The queries behind a cell of a matrix, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from hybrid_tui.comparison.matrix_measures import MatrixMeasure
from hybrid_tui.errors import unknown
from hybrid_tui.evaluation.observations import Observations
from hybrid_tui.evaluation.ranks import Ranks
from hybrid_tui.evaluation.relevant_ranks import RelevantRanks, own_ranks


@dataclass(frozen=True, slots=True)
class CellQuery:
    """A query behind a cell, under one system or two.

    values: of the measure, nan where that system tells nothing. ranks: of the query's best answer in the
    column's language, among the passages that the measure ranks; None where there is none.
    """

    query_id: str
    values: tuple[float, ...]
    ranks: tuple[int | None, ...]


def worst_queries(
    systems: Sequence[tuple[Observations, Ranks]], measure: MatrixMeasure, row: str, column: str
) -> list[CellQuery]:
    """Return the queries of the cell of two labels, worst first; equal ones in their own order.

    systems: one or two. Of one, the worst are those with the worst value; of two, those on which the
    second loses most to the first, that is by the measure's better side, or has most more. Raises
    UsageError for labels that are not in the matrix.
    """
    found = [_of_cell(observed, row, column) for observed, _ in systems]
    ids = [query for query in found[0] if all(query in each for each in found)]
    places = [_ranks_of(ranks, measure, column) for _, ranks in systems]
    behind = [
        CellQuery(
            query,
            tuple(values[query] for values in found),
            tuple(ranks.get(query) for ranks in places),
        )
        for query in ids
    ]
    sign = 1 if measure.lowest_first else -1
    return sorted(behind, key=lambda each: sign * _amount(each.values))


def _amount(values: tuple[float, ...]) -> float:
    return values[-1] - values[0] if len(values) > 1 else values[0]


def _of_cell(observed: Observations, row: str, column: str) -> dict[str, float]:
    """Return the values of a cell's queries, by id."""
    matrix = observed.matrix
    for axis, label, labels in (
        (matrix.row_axis, row, matrix.rows),
        (matrix.column_axis, column, matrix.columns),
    ):
        if label not in labels:
            raise unknown(axis, label, list(labels))
    behind = observed.rows[row]
    values = behind.values[:, matrix.columns.index(column)]
    known = np.isfinite(values)
    ids = observed.queries["query_id"].gather(behind.queries[known])
    return dict(zip(ids, values[known].tolist(), strict=True))


def _ranks_of(ranks: Ranks, measure: MatrixMeasure, column: str) -> dict[str, int]:
    """Return the rank of each query's best answer in a language; none where columns are no answers."""
    if not measure.answers or column not in ranks.languages:
        return {}
    if measure.alone:
        rank = own_ranks(ranks)
        inside = (ranks.relevant["lang"] == column).to_numpy() & np.isfinite(rank)
        found = pl.DataFrame({"query": ranks.relevant["query"], "rank": rank}).filter(inside)
        best = found.group_by("query").agg(pl.col("rank").min())
        query, least = best["query"].to_numpy(), best["rank"].to_numpy()
    else:
        whole = RelevantRanks.of(ranks).best[:, ranks.languages.index(column)]
        query = np.flatnonzero(np.isfinite(whole))
        least = whole[query]
    ids = ranks.queries["query_id"].gather(query)
    return {name: int(rank) for name, rank in zip(ids, least, strict=True)}
