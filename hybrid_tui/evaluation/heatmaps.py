"""The measures by pair of languages that heatmaps show, each one function of an evaluation's ranks.

A new measure is one function, as `MeasureFunction` says, one line in `FUNCTIONS`, and beside it one of words
in `comparison.matrix_measures`, which a screen reads. A query of which a relevant passage was not retrieved
is left out, save from metrics and the language mix; the counts say how many remain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.comparison.matrix_measures import MEASURES, MatrixMeasure
from hybrid_tui.errors import DataError, UsageError, unknown
from hybrid_tui.evaluation import metric_tables, metrics, rank_agreement
from hybrid_tui.evaluation.observations import (
    Floats,
    Integers,
    ObservationRow,
    Observations,
    by_query_language,
    of_metric,
)
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks
from hybrid_tui.evaluation.relevant_ranks import RelevantRanks, check_depth
from hybrid_tui.evaluation.results import Evaluation

MIX_DEPTH = 10
"""Passages of a ranking whose languages are counted."""
Embeddings = Callable[[], tuple[NDArray[np.float32], NDArray[np.float32]]]


def _no_embeddings() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    raise DataError("an evaluation alone has no embeddings", "this measure needs the model itself")


@dataclass(frozen=True, eq=False, slots=True)
class MeasureInput:
    """What a measure is computed from.

    ranks: of the passages of every language. embeddings: gives those of the queries and of the passages,
    shape (rows, dimension), float32, rows as in `ranks.queries` and in the collection's passages; raises
    DataError where there are none.
    """

    ranks: Ranks
    embeddings: Embeddings = _no_embeddings

    @property
    def relevant(self) -> RelevantRanks:
        """The ranks of the relevant passages."""
        return RelevantRanks.of(self.ranks)


class MeasureFunction(Protocol):
    """What each query adds to the cells of a measure's matrix; None where there is nothing to tell.

    Its docstring has the formula of a cell and where that comes from: q a query of language a, d_b a
    relevant passage in b, r_q(d) its rank in the multilingual pool.
    """

    def __call__(self, given: MeasureInput, /) -> Observations | None:  # noqa: D102
        ...


def metric(given: MeasureInput, name: str = "mAP") -> Observations:
    """M[a, b]: mean over q of a metric over the candidates in b alone."""
    (name,) = metrics.names([name])
    return of_metric(metric_tables.per_query(given.ranks, (name,)), name)


def rank_gap(given: MeasureInput) -> Observations:
    """G[a, b]: mean over q of r_q(d_b) - min over b' of r_q(d_b'), d_b the best relevant passage in b.

    How far the answer in b comes behind the best answer. Over the queries with several relevant passages:
    the rank distance of arXiv 2408.10536 is a query's greatest gap.
    """
    relevant = given.relevant
    best = np.where(relevant.compared[:, None] & np.isfinite(relevant.best), relevant.best, np.nan)
    least = np.where(relevant.compared, relevant.rank[relevant.first], np.nan)
    return _by_passage_language(given, "rank gap", best - least[:, None], digits=1)


def preference(given: MeasureInput) -> Observations:
    """P[a, b]: share of q whose best-ranked relevant passage is in b, which are in several languages.

    The diagonal is the language preference rate after Jang et al. 2026 (arXiv 2605.07249), as we read it.
    """
    relevant = given.relevant
    table = np.zeros((len(relevant.asked), len(relevant.languages)))
    table[np.arange(len(table)), relevant.lang[relevant.first]] = 1
    table[~relevant.choice] = np.nan
    return _by_passage_language(given, "language of the best answer", table)


def language_mix(given: MeasureInput, k: int = MIX_DEPTH) -> Observations:
    """X[a, l]: share of language l among the first k of the multilingual pool, over all q.

    To be read beside the languages' shares of the pool. Where a query has fewer than k its shares add up to
    less than 1, so that the mean is the share of all passages. Raises UsageError when fewer than k were kept.
    """
    check_depth(given.ranks, k)
    relevant = given.relevant
    top = given.ranks.top_lang[:, :k].astype(np.int64)
    shape = (len(top), len(relevant.languages))
    cells = np.arange(shape[0])[:, None] * shape[1] + top
    found = np.bincount(cells[top != UNRANKED], minlength=shape[0] * shape[1]).reshape(shape)
    queries = np.bincount(relevant.asked)
    passages = np.bincount(relevant.asked, found.sum(axis=1).astype(np.float64))
    with np.errstate(divide="ignore"):
        weight = np.where(passages > 0, queries / passages, np.nan)
    return _by_passage_language(
        given,
        f"language mix in the first {k}",
        found.astype(np.float64) * weight[relevant.asked][:, None],
    )


def displacement_by_query(given: MeasureInput) -> Observations:
    """[a, l]: D[a, b, l] summed over b; D[a, b, l] is the mean over q and d_b of the passages before d_b.

    Counted are the irrelevant passages in l that come before d_b in the multilingual pool.
    """
    relevant, pairs = given.relevant, _pairs_in_front(given.ranks)
    queries = np.bincount(relevant.asked[relevant.retrieved], minlength=len(relevant.query_languages))
    # The mean over a query language's answers in each language, then their sum.
    weight = queries[pairs.asked] / pairs.counts[pairs.asked, pairs.lang]
    table = np.zeros((len(relevant.asked), len(relevant.languages)))
    np.add.at(table, pairs.query, pairs.irrelevant * weight[:, None])
    table[~relevant.retrieved] = np.nan
    return _by_passage_language(
        given, "displacement by query language", table, column_axis="language in front", digits=1
    )


def displacement_by_answer(given: MeasureInput) -> Observations:
    """[b, l]: macro mean over a of D[a, b, l]: see `displacement_by_query`."""
    relevant, pairs = given.relevant, _pairs_in_front(given.ranks)
    languages = np.maximum((pairs.counts > 0).sum(axis=0), 1)
    rows = {}
    for answer, code in enumerate(relevant.languages):
        here = pairs.lang == answer
        queries, place = np.unique(pairs.query[here], return_inverse=True)
        # The mean over the queries of each language, then over these languages.
        weight = len(queries) / (languages[answer] * pairs.counts[pairs.asked[here], answer])
        values = np.zeros((len(queries), len(relevant.languages)))
        np.add.at(values, place, pairs.irrelevant[here] * weight[:, None])
        rows[code] = ObservationRow(queries, values)
    return Observations(
        "displacement by answer language",
        given.ranks.queries,
        rows,
        relevant.languages,
        row_axis="answer language",
        column_axis="language in front",
        digits=1,
    )


def consistency(given: MeasureInput) -> Observations | None:
    """MRC@10 by pair of query languages: see `rank_agreement.ranking_consistency`."""
    return rank_agreement.ranking_consistency(given.ranks, *given.embeddings())


FUNCTIONS: Mapping[str, MeasureFunction] = MappingProxyType(
    {
        "map": metric,
        "rank-gap": rank_gap,
        "displacement": displacement_by_query,
        "displacement-answer": displacement_by_answer,
        "mix": language_mix,
        "preference": preference,
        "mrc": consistency,
    }
)
"""The measures by the names that `comparison.matrix_measures` describes."""
OF_EVALUATIONS = tuple(name for name in FUNCTIONS if not MEASURES[name].needs_embeddings)
"""The measures that a kept evaluation is enough for."""


def measure(name: str) -> MatrixMeasure:
    """Return the words for a measure of FUNCTIONS, or for any metric. Raises UsageError for another name."""
    if name in MEASURES:
        return MEASURES[name]
    try:
        found = metrics.parse(name).name
    except UsageError as error:
        raise unknown("measure", name, list(MEASURES), f"{', '.join(MEASURES)} or a metric") from error
    return MatrixMeasure(found, found, found, higher_is_better=True, alone=True, answers=True)


def observed(
    evaluation: Evaluation, name: str, embeddings: Embeddings = _no_embeddings
) -> Observations | None:
    """Return what is behind a measure's matrix; None where there is nothing to favour.

    Raises UsageError for an unknown measure, DataError for one that needs embeddings where there are none.
    """
    if not measure(name).alone and not evaluation.manifest.bias:
        return None
    function = FUNCTIONS.get(name) or partial(metric, name=name)
    return function(MeasureInput(evaluation.ranks, embeddings))


@dataclass(frozen=True, eq=False, slots=True)
class _PairsInFront:
    """The retrieved (query, relevant passage) pairs, N of them, and what comes before each.

    query: row in `ranks.queries`; asked, lang: positions of the query's and the passage's language; (N,).
    irrelevant: passages that come before d, less the relevant ones of q, by language, shape (N, P).
    counts: pairs by query language and passage language.
    """

    query: Integers
    asked: Integers
    lang: Integers
    irrelevant: NDArray[np.int32]
    counts: Integers


def _pairs_in_front(ranks: Ranks) -> _PairsInFront:
    relevant = RelevantRanks.of(ranks)
    a, b = len(relevant.query_languages), len(relevant.languages)
    # The relevant passages that come before d in its query's own order, by language.
    before = np.zeros((len(relevant.query), b), np.int32)
    before[np.arange(len(relevant.query)), relevant.lang] = 1
    before = before.cumsum(axis=0, dtype=np.int32) - before
    before -= before[relevant.first][relevant.query]
    chosen = relevant.retrieved[relevant.query]
    query, lang = relevant.query[chosen], relevant.lang[chosen]
    asked = relevant.asked[query]
    counts = np.bincount(asked * b + lang, minlength=a * b).reshape(a, b)
    return _PairsInFront(query, asked, lang, (ranks.beaten[relevant.order] - before)[chosen], counts)


def _by_passage_language(
    given: MeasureInput, title: str, table: Floats, *, column_axis: str = "passage language", digits: int = 3
) -> Observations:
    """Return observations of one value a query and passage language, shape (queries, languages)."""
    queries: pl.DataFrame = given.ranks.queries
    rows = by_query_language(queries["lang"], table)
    return Observations(title, queries, rows, given.ranks.languages, column_axis=column_axis, digits=digits)
