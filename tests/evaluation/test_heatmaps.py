from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import product

import numpy as np
import pytest
from hypothesis import given

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.matrix_measures import MEASURES
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.evaluation import heatmaps, metrics
from hybrid_tui.evaluation.heatmaps import MeasureInput
from hybrid_tui.evaluation.observations import of_metric

from .kept_evaluations import kept
from .random_cases import World, world, worlds
from .test_rank_agreement import encoded

Cells = dict[tuple[str, str], list[float]]


def means(cells: Cells) -> dict[tuple[str, str], float]:
    return {key: float(np.mean(found)) for key, found in cells.items()}


def cells_of(matrix: Matrix) -> dict[tuple[str, str], float]:
    places = product(range(len(matrix.rows)), range(len(matrix.columns)))
    return {
        (matrix.rows[a], matrix.columns[b]): value
        for a, b in places
        if (value := matrix.values[a][b]) is not None
    }


def counts_of(matrix: Matrix) -> dict[tuple[str, str], int]:
    places = product(range(len(matrix.rows)), range(len(matrix.columns)))
    return {
        (matrix.rows[a], matrix.columns[b]): matrix.counts[a][b] for a, b in places if matrix.counts[a][b]
    }


@given(worlds)
def test_rank_gap(made: World) -> None:
    found = heatmaps.rank_gap(MeasureInput(made.ranks())).matrix
    cells: Cells = defaultdict(list)
    for query in made.compared():
        places = made.found(query)
        for lang in {made.langs[d] for d in places}:
            best = min(rank for d, rank in places.items() if made.langs[d] == lang)
            cells[made.asked[query][1], lang].append(best - min(places.values()))
    assert cells_of(found) == pytest.approx(means(cells))
    assert counts_of(found) == {key: len(gaps) for key, gaps in cells.items()}


def in_front(made: World, queries: Iterable[int]) -> dict[tuple[str, str, str], list[int]]:
    """By query language, answer language and language in front: the irrelevant before each answer."""
    cells: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for query in queries:
        order = made.order(query)
        for d in made.wanted(query):
            before = [made.langs[x] for x in order[: order.index(d)] if x not in made.wanted(query)]
            for lang in made.languages:
                cells[made.asked[query][1], made.langs[d], lang].append(before.count(lang))
    return cells


@given(worlds)
def test_displacement_is_summed_over_answers_and_averaged_over_queries(made: World) -> None:
    given_ranks = MeasureInput(made.ranks())
    by_query = heatmaps.displacement_by_query(given_ranks).matrix
    by_answer = heatmaps.displacement_by_answer(given_ranks).matrix
    each = {key: float(np.mean(found)) for key, found in in_front(made, made.complete()).items()}
    sums: dict[tuple[str, str], float] = defaultdict(float)
    over_queries: Cells = defaultdict(list)
    for (asked, answer, lang), mean in each.items():
        sums[asked, lang] += mean
        over_queries[answer, lang].append(mean)
    assert cells_of(by_query) == pytest.approx(sums)
    assert cells_of(by_answer) == pytest.approx(means(over_queries))


@given(worlds)
def test_language_mix(made: World) -> None:
    found = heatmaps.language_mix(MeasureInput(made.ranks()), 3).matrix
    seen: dict[str, list[str]] = defaultdict(list)
    for query in made.queries:
        seen[made.asked[query][1]] += [made.langs[x] for x in made.order(query)[:3]]
    assert cells_of(found) == pytest.approx(
        {
            (row, lang): tops.count(lang) / len(tops)
            for row, tops in seen.items()
            for lang in made.languages
            if tops
        }
    )


def test_language_mix_of_more_than_was_kept_is_refused() -> None:
    with pytest.raises(UsageError, match="first 10 passages of each query were kept, not the first 11"):
        heatmaps.language_mix(MeasureInput(world().ranks(k=10)), 11)


@given(worlds)
def test_preference_is_the_language_of_the_best_answer(made: World) -> None:
    found = heatmaps.preference(MeasureInput(made.ranks())).matrix
    cells: Cells = defaultdict(list)
    for query in made.complete():
        places = made.found(query)
        if len({made.langs[d] for d in places}) > 1:
            best = made.langs[min(places, key=places.__getitem__)]
            for lang in made.languages:
                cells[made.asked[query][1], lang].append(float(best == lang))
    assert cells_of(found) == pytest.approx(means(cells))
    assert counts_of(found) == {key: len(chosen) for key, chosen in cells.items()}


@pytest.mark.parametrize("made", [world(), world(3, languages=4, asked=("en",), ragged=True, lost=0.1)])
@pytest.mark.parametrize("name", ["map", "nDCG@2"])
def test_a_metric_by_pair_is_that_of_the_evaluation(made: World, name: str) -> None:
    evaluation = kept(made)
    found = heatmaps.observed(evaluation, name)
    assert found is not None
    assert found.matrix == of_metric(evaluation.values_of([name]), metrics.parse(name).name).matrix
    for code, row in found.rows.items():
        assert set(found.queries["lang"][row.queries.tolist()]) == {code}


def test_consistency_is_that_of_both_versions() -> None:
    ranks, _, queries, passages = encoded(1, k=10)
    found = heatmaps.consistency(MeasureInput(ranks, lambda: (queries, passages)))
    assert found is not None
    one, other = (list(found.rows.values())[at].values[:, 1 - at] for at in (0, 1))
    assert np.nanmean(one) == pytest.approx(np.nanmean(other))
    assert found.matrix.values[0][1] == pytest.approx(np.nanmean(one))


@pytest.mark.parametrize("name", [name for name in heatmaps.OF_EVALUATIONS if name != "map"])
def test_one_language_has_nothing_to_favour(name: str) -> None:
    assert heatmaps.observed(kept(world(languages=1)), name) is None


def test_every_measure_has_a_function_and_words() -> None:
    assert list(heatmaps.FUNCTIONS) == list(MEASURES)


def test_a_measure_that_needs_embeddings_says_so_without_them() -> None:
    with pytest.raises(DataError, match="has no embeddings"):
        heatmaps.observed(kept(world()), "mrc")


def test_an_unknown_measure_is_told_with_what_there_is() -> None:
    with pytest.raises(UsageError, match="no measure named 'gap'") as error:
        heatmaps.measure("gap")
    assert "or a metric" in error.value.hint
