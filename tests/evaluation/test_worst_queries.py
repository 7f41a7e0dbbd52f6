from __future__ import annotations

import pytest

from hybrid_tui.comparison.matrix_measures import MEASURES
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import heatmaps
from hybrid_tui.evaluation.worst_queries import worst_queries

from .kept_evaluations import kept
from .random_cases import World, world

MADE = world(5, items=8, others=10)


def ranks_of(made: World, row: str, column: str, *, alone: bool) -> dict[str, int]:
    """The rank of each query's answer in one language, among its passages or all."""
    found = {}
    for query, (item, lang) in enumerate(made.asked):
        order = made.order(query, column if alone else None)
        answers = [d for d in made.wanted(query) if made.langs[d] == column]
        if lang == row and answers:
            found[f"{item}-{lang}-{query}"] = 1 + min(map(order.index, answers))
    return found


@pytest.mark.parametrize("name", ["map", "rank-gap", "preference"])
def test_the_worst_come_first_with_the_rank_of_their_answer(name: str) -> None:
    evaluation, measure = kept(MADE), MEASURES[name]
    behind = heatmaps.observed(evaluation, name)
    assert behind is not None
    found = worst_queries([(behind, evaluation.ranks)], measure, "de", "es")
    values = [each.values[0] for each in found]
    assert values == sorted(values, reverse=name != "map")
    assert sum(values) / len(values) == pytest.approx(behind.matrix.values[0][2])
    expected = ranks_of(MADE, "de", "es", alone=name == "map")
    assert {each.query_id: each.ranks for each in found} == {key: (rank,) for key, rank in expected.items()}


@pytest.mark.parametrize("name", ["displacement", "displacement-answer", "mix"])
def test_what_does_not_look_at_answers_has_no_ranks(name: str) -> None:
    evaluation = kept(MADE)
    behind = heatmaps.observed(evaluation, name)
    assert behind is not None
    found = worst_queries([(behind, evaluation.ranks)], MEASURES[name], "de", "es")
    assert {each.ranks for each in found} == {(None,)}
    values = [each.values[0] for each in found]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(("name", "sign"), [("map", 1), ("rank-gap", -1)])
def test_of_two_the_worst_are_where_the_second_loses_most(name: str, sign: int) -> None:
    other = World(MADE.asked, MADE.langs, MADE.relevant, -MADE.scores)
    systems = []
    for model, made in (("one", MADE), ("two", other)):
        evaluation = kept(made, model=model, model_fingerprint=model)
        behind = heatmaps.observed(evaluation, name)
        assert behind is not None
        systems.append((behind, evaluation.ranks))
    found = worst_queries(systems, MEASURES[name], "en", "de")
    gains = [sign * (each.values[1] - each.values[0]) for each in found]
    assert gains == sorted(gains)
    assert len(found) == 8


@pytest.mark.parametrize(("row", "column"), [("xx", "de"), ("de", "xx")])
def test_an_unknown_cell_is_told(row: str, column: str) -> None:
    evaluation = kept(MADE)
    behind = heatmaps.observed(evaluation, "map")
    assert behind is not None
    with pytest.raises(UsageError, match="language named 'xx'"):
        worst_queries([(behind, evaluation.ranks)], MEASURES["map"], row, column)
