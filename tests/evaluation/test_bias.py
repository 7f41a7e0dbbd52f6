from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given

from hybrid_tui.evaluation import bias, rank_agreement
from hybrid_tui.evaluation.relevant_ranks import RelevantRanks

from .random_cases import World, world, worlds


def column(made: World, name: str) -> dict[int, float]:
    """The values of a per-query measure by query, where there are any."""
    found = bias.per_query_bias(made.ranks())[name].to_list()
    return {query: value for query, value in enumerate(found) if value is not None}


def own(made: World, query: int) -> list[int]:
    return [d for d in made.wanted(query) if made.langs[d] == made.asked[query][1]]


@given(worlds)
def test_rank_distance_is_last_minus_first(made: World) -> None:
    expected = {}
    for query in made.compared() if len(made.languages) > 1 else []:
        found = made.found(query).values()
        expected[query] = max(found) - min(found)
    assert column(made, "rank_distance") == expected
    between = {query: d - len(made.wanted(query)) + 1 for query, d in expected.items()}
    possible = {query: max(len(made.langs) - len(made.wanted(query)), 1) for query in expected}
    assert column(made, "normalised_rank_distance") == pytest.approx(
        {query: between[query] / possible[query] for query in expected}
    )


@given(worlds)
def test_preference_asks_for_the_language_of_the_best_answer(made: World) -> None:
    expected = {}
    for query in made.complete():
        langs = {made.langs[d] for d in made.wanted(query)}
        if len(langs) > 1 and own(made, query):
            found = made.found(query)
            best = min(found, key=found.__getitem__)
            expected[query] = float(made.langs[best] == made.asked[query][1])
    assert column(made, "language_preference_rate") == expected


@given(worlds)
def test_recall_over_the_other_languages(made: World) -> None:
    expected = {}
    for query in made.queries if len(made.languages) > 1 else []:
        others = set(made.wanted(query)) - set(own(made, query))
        if others:
            expected[query] = len(others & set(made.order(query)[:10])) / len(others)
    assert column(made, "TLR@10") == pytest.approx(expected)


@given(worlds)
def test_what_comes_first(made: World) -> None:
    expected = {}
    for query in made.queries if len(made.languages) > 1 else []:
        lang = made.asked[query][1]
        if made.order(query) and lang in made.langs:
            first = made.order(query)[0]
            relevant = "relevant" if first in made.wanted(query) else "irrelevant"
            language = "query language" if made.langs[first] == lang else "other language"
            expected[query] = f"{relevant}, {language}"
    assert column(made, "first") == expected


def test_the_summary_is_a_macro_mean_over_query_languages() -> None:
    made = world(3, languages=3, items=6, ragged=True, lost=0.1)
    ranks = made.ranks()
    values = bias.per_query_bias(ranks)
    found = bias.bias_summary(ranks, values)
    by_language = bias.bias_by_language(ranks, values)
    assert list(by_language) == ["de", "en", "es"]
    for name in (*bias.MEASURES, "friedman_chi2", "kendall_w"):
        known = [row[name] for row in by_language.values() if name in row]
        assert found[name] == pytest.approx(np.mean(known))
    german = values.filter(pl.col("query_lang") == "de")
    assert by_language["de"]["rank_distance"] == german["rank_distance"].mean()
    tested = rank_agreement.friedman(RelevantRanks.of(ranks))
    assert {code: row["kendall_w"] for code, row in by_language.items() if "kendall_w" in row} == {
        code: test.w for code, test in tested.items()
    }
    for row in by_language.values():
        assert sum(row[f"first: {kind}"] for kind in bias.FIRST) == pytest.approx(1)


def test_queries_that_cannot_tell_are_left_out_and_counted() -> None:
    made = world(1, languages=2, items=3)
    made.relevant[0] = made.relevant[0][:1]
    part = World(made.asked, made.langs, made.relevant, made.scores, frozenset({(1, made.relevant[1][0])}))
    ranks = part.ranks()
    found = bias.bias_summary(ranks, bias.per_query_bias(ranks))
    assert {name: found[name] for name in ("queries", "one_relevant", "not_retrieved")} == {
        "queries": 6,
        "one_relevant": 2,
        "not_retrieved": 1,
    }
    assert bias.per_query_bias(ranks)["rank_distance"].null_count() == 3


def test_one_language_has_no_bias_rather_than_none_of_it() -> None:
    ranks = world(languages=1, items=3, ragged=True).ranks()
    values = bias.per_query_bias(ranks)
    assert values.height == 0
    assert values.columns == [
        "query_id",
        "item_id",
        "query_lang",
        "relevant",
        "retrieved",
        *bias.MEASURES,
        "first",
    ]
    assert bias.bias_summary(ranks, values) == {}
    assert bias.bias_by_language(ranks, values) == {}


def test_measures_that_no_query_can_tell_are_absent() -> None:
    made = world(languages=2, asked=("zh",), items=3)
    ranks = made.ranks()
    found = bias.bias_summary(ranks, bias.per_query_bias(ranks))
    assert "language_preference_rate" not in found
    assert not any(name.startswith("first") for name in found)
    assert "rank_distance" in found
