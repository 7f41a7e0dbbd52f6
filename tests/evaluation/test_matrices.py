from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import matrices

from .random_cases import World, world, worlds

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


@settings(deadline=None, max_examples=60)
@given(worlds)
def test_rank_gap(made: World) -> None:
    found = matrices.rank_gap(made.ranks())
    if len(made.languages) < 2:
        assert found is None
        return
    cells: Cells = defaultdict(list)
    for query in made.compared():
        places = made.found(query)
        for lang in {made.langs[d] for d in places}:
            best = min(rank for d, rank in places.items() if made.langs[d] == lang)
            cells[made.asked[query][1], lang].append(best - min(places.values()))
    assert found is not None
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


@settings(deadline=None, max_examples=60)
@given(worlds)
def test_displacement(made: World) -> None:
    means_, counts = matrices.displacement(made.ranks())
    expected = in_front(made, made.complete())
    rows = sorted({lang for _, lang in made.asked})
    for (a, row), (b, answer) in product(enumerate(rows), enumerate(made.languages)):
        assert counts[a, b] == len(expected.get((row, answer, made.languages[0]), []))
        for at, lang in enumerate(made.languages):
            found = expected.get((row, answer, lang))
            assert means_[a, b, at] == pytest.approx(np.mean(found) if found else np.nan, nan_ok=True)


@settings(deadline=None, max_examples=60)
@given(worlds)
def test_displacement_is_summed_over_answers_and_averaged_over_queries(made: World) -> None:
    ranks = made.ranks()
    by_query, by_answer = matrices.displacement_by_query(ranks), matrices.displacement_by_answer(ranks)
    if len(made.languages) < 2:
        assert by_query is by_answer is None
        return
    each = {key: float(np.mean(found)) for key, found in in_front(made, made.complete()).items()}
    sums: dict[tuple[str, str], float] = defaultdict(float)
    over_queries: Cells = defaultdict(list)
    for (asked, answer, lang), mean in each.items():
        sums[asked, lang] += mean
        over_queries[answer, lang].append(mean)
    assert by_query is not None
    assert by_answer is not None
    assert cells_of(by_query) == pytest.approx(sums)
    assert cells_of(by_answer) == pytest.approx(means(over_queries))


@settings(deadline=None, max_examples=60)
@given(worlds)
def test_language_mix(made: World) -> None:
    found = matrices.language_mix(made.ranks(), 3)
    if len(made.languages) < 2:
        assert found is None
        return
    seen: dict[str, list[str]] = defaultdict(list)
    for query in made.queries:
        seen[made.asked[query][1]] += [made.langs[x] for x in made.order(query)[:3]]
    assert found is not None
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
        matrices.language_mix(world().ranks(k=10), 11)


def test_pool_shares() -> None:
    made = World([(0, "de")], ["de", "de", "en", "es"], {0: [0]}, np.zeros((1, 4), np.float32))
    assert matrices.pool_shares(made.ranks()) == {"de": 0.5, "en": 0.25, "es": 0.25}


@settings(deadline=None, max_examples=60)
@given(worlds)
def test_preference_is_the_language_of_the_best_answer(made: World) -> None:
    found = matrices.preference(made.ranks())
    if len(made.languages) < 2:
        assert found is None
        return
    cells: Cells = defaultdict(list)
    for query in made.complete():
        places = made.found(query)
        if len({made.langs[d] for d in places}) > 1:
            best = made.langs[min(places, key=places.__getitem__)]
            for lang in made.languages:
                cells[made.asked[query][1], lang].append(float(best == lang))
    assert found is not None
    assert cells_of(found) == pytest.approx(means(cells))
    assert counts_of(found) == {key: len(chosen) for key, chosen in cells.items()}


@pytest.mark.parametrize("name", matrices.MATRICES)
def test_one_language_has_no_matrix(name: str) -> None:
    assert matrices.MATRICES[name](world(languages=1).ranks()) is None
