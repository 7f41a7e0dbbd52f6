"""What each query adds to the cells of a matrix.

Each function returns the queries behind every row of a matrix and their values in its columns, so that a
cell's value is the mean over the queries that have one. None where the matrix is None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.matrix_measures import CONSISTENCY, MEASURES
from hybrid_tui.evaluation import matrices, metrics, rank_agreement
from hybrid_tui.evaluation.matrices import Counts, Floats
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks
from hybrid_tui.evaluation.relevant_ranks import RelevantRanks, positions
from hybrid_tui.evaluation.results import Evaluation


@dataclass(frozen=True, eq=False)
class ObservationRow:
    """The queries behind a row: their rows in `ranks.queries`, shape (n,), and values, (n, columns).

    A value is nan where the query tells nothing of that column.
    """

    queries: NDArray[np.int64]
    values: Floats


@dataclass(frozen=True, eq=False)
class Observations:
    """A matrix, and what its rows are made of; `queries` is that table of the ranks."""

    matrix: Matrix
    queries: pl.DataFrame
    rows: tuple[ObservationRow, ...]


def precision(evaluation: Evaluation) -> Observations:
    """Average precision of each query over the passages of one language: behind `metrics.by_pair`."""
    matrix = metrics.by_pair(evaluation.values, "mAP")
    queries = evaluation.ranks.queries
    numbered = queries.select("query_id").with_row_index("row")
    alone = evaluation.values.filter(pl.col("pool") != metrics.MULTILINGUAL)
    cells = alone.select("query_id", "pool", "mAP").join(numbered, on="query_id")
    table = np.full((queries.height, len(matrix.columns)), np.nan)
    table[cells["row"].to_numpy(), positions(cells["pool"], matrix.columns)] = cells["mAP"].to_numpy()
    asked = positions(queries["lang"], matrix.rows)
    return Observations(matrix, queries, _by_query_language(asked, table, len(matrix.rows)))


def rank_gap(ranks: Ranks) -> Observations | None:
    """How far a query's answer in each language comes behind its best one: behind `matrices.rank_gap`."""
    return _of_queries(ranks, matrices.rank_gap(ranks), matrices.gaps)


def preference(ranks: Ranks) -> Observations | None:
    """1 in the language of a query's best answer, else 0: behind `matrices.preference`."""

    def chosen(places: RelevantRanks) -> Floats:
        table = np.zeros((len(places.asked), len(places.languages)))
        table[np.arange(len(table)), places.lang[places.first]] = 1
        table[~places.choice] = np.nan
        return table

    return _of_queries(ranks, matrices.preference(ranks), chosen)


def language_mix(ranks: Ranks) -> Observations | None:
    """The share of each language among a query's first passages: behind `matrices.language_mix`.

    Where a query has fewer than the others, its shares add up to less than 1, so that the mean is the
    share of all their passages.
    """
    matrix = matrices.language_mix(ranks)

    def shares(places: RelevantRanks) -> Floats:
        top = ranks.top_lang[:, : matrices.MIX_DEPTH].astype(np.int64)
        cells = np.arange(len(top))[:, None] * len(places.languages) + top
        shape = (len(top), len(places.languages))
        found = np.bincount(cells[top != UNRANKED], minlength=shape[0] * shape[1]).reshape(shape)
        queries = np.bincount(places.asked)
        passages = cast("Floats", np.bincount(places.asked, found.sum(axis=1)))
        with np.errstate(invalid="ignore", divide="ignore"):
            weight = np.where(passages > 0, queries / passages, np.nan)
        weighted: Floats = found.astype(np.float64) * weight[places.asked][:, None]
        return weighted

    return _of_queries(ranks, matrix, shares)


def displacement_by_query(ranks: Ranks) -> Observations | None:
    """Irrelevant passages of each language before a query's answers: behind the matrix of that name."""
    matrix = matrices.displacement_by_query(ranks)

    def in_front(places: RelevantRanks) -> Floats:
        pairs = matrices.pairs_in_front(ranks)
        queries = np.bincount(places.asked[places.retrieved], minlength=len(places.query_languages))
        # As the matrix does: a mean over the answers in each language, then their sum.
        weight = queries[pairs.asked] / pairs.counts[pairs.asked, pairs.lang]
        table = np.zeros((len(places.asked), len(places.languages)))
        np.add.at(table, pairs.query, pairs.irrelevant * weight[:, None])
        table[~places.retrieved] = np.nan
        return table

    return _of_queries(ranks, matrix, in_front)


def displacement_by_answer(ranks: Ranks) -> Observations | None:
    """Irrelevant passages of each language before a query's answer in one: behind the matrix of that name."""
    matrix = matrices.displacement_by_answer(ranks)
    if matrix is None:
        return None
    pairs = matrices.pairs_in_front(ranks)
    languages = np.maximum((pairs.counts > 0).sum(axis=0), 1)
    rows = []
    for answer in range(len(matrix.rows)):
        here = pairs.lang == answer
        queries, place = np.unique(pairs.query[here], return_inverse=True)
        # As the matrix does: a mean over the queries of each language, then over these languages.
        weight = len(queries) / (languages[answer] * pairs.counts[pairs.asked[here], answer])
        values = np.zeros((len(queries), len(matrix.columns)))
        np.add.at(values, place, pairs.irrelevant[here] * weight[:, None])
        rows.append(ObservationRow(queries, values))
    return Observations(matrix, ranks.queries, tuple(rows))


def consistency(
    ranks: Ranks, queries: NDArray[np.float32], passages: NDArray[np.float32]
) -> Observations | None:
    """The correlation of a query's ranking with that of each other version: `agreement.ranking_consistency`.

    queries, passages: as there.
    """
    found = rank_agreement.consistencies(ranks, queries, passages)
    if found is None:
        return None
    rows = []
    for at in range(len(found.languages)):
        there = found.versions[:, at] >= 0
        rows.append(ObservationRow(found.versions[there, at], found.table(at)[there]))
    return Observations(found.matrix, ranks.queries, tuple(rows))


_OF_RANKS: Mapping[str, Callable[[Ranks], Observations | None]] = MappingProxyType(
    {
        "rank-gap": rank_gap,
        "displacement": displacement_by_query,
        "displacement-answer": displacement_by_answer,
        "mix": language_mix,
        "preference": preference,
    }
)
OF_EVALUATIONS = tuple(name for name in MEASURES if name != CONSISTENCY)
"""The measures that a kept evaluation is enough for."""


def observed(evaluation: Evaluation, name: str) -> Observations | None:
    """Return what is behind a matrix of OF_EVALUATIONS; None where there is nothing to favour."""
    if name == "map":
        return precision(evaluation)
    return _OF_RANKS[name](evaluation.ranks) if evaluation.manifest.bias else None


def _of_queries(
    ranks: Ranks, matrix: Matrix | None, values: Callable[[RelevantRanks], Floats]
) -> Observations | None:
    """Return a matrix whose rows are the languages of the queries, of one value a query and column."""
    if matrix is None:
        return None
    places = RelevantRanks.of(ranks)
    return Observations(
        matrix, ranks.queries, _by_query_language(places.asked, values(places), len(matrix.rows))
    )


def _by_query_language(asked: Counts, table: Floats, rows: int) -> tuple[ObservationRow, ...]:
    return tuple(ObservationRow(queries := np.flatnonzero(asked == at), table[queries]) for at in range(rows))
