from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
import pytrec_eval
from hypothesis import assume, given
from hypothesis import strategies as st

from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import metric_tables, metrics
from hybrid_tui.evaluation.metrics import METRICS, RelevantInPool
from hybrid_tui.evaluation.observations import of_metric

from .random_cases import World, world, worlds

TREC = {
    "mAP": "map",
    "R@1": "recall_1",
    "R@10": "recall_10",
    "R@100": "recall_100",
    "nDCG@10": "ndcg_cut_10",
    "MRR": "recip_rank",
    "AP@3": "map_cut_3",
    "nDCG": "ndcg",
    "nDCG@2": "ndcg_cut_2",
    "R@3": "recall_3",
    "Success@5": "success_5",
    "Success@1": "success_1",
}
"""Our names, and those of trec_eval."""


def trec(made: World, query: int, pool: str) -> dict[str, float] | None:
    """What pytrec_eval says of the whole ranking; None where the pool has nothing relevant."""
    lang = None if pool == metric_tables.MULTILINGUAL else pool
    wanted = [x for x in made.wanted(query) if lang in {None, made.langs[x]}]
    if not wanted:
        return None
    # trec_eval breaks ties by the greater name: the smaller index gets it.
    name = {x: f"{len(made.langs) - x:06d}" for x in range(len(made.langs))}
    run = {name[x]: float(made.scores[query, x]) for x in made.order(query, lang)}
    qrels = {name[x]: 1 for x in wanted}
    measures = {
        *("map", "map_cut.3", "recall.1,3,10,100", "ndcg", "ndcg_cut.2,10", "recip_rank", "success.1,5")
    }
    found = pytrec_eval.RelevanceEvaluator({"q": qrels}, measures).evaluate({"q": run})
    values = found.get("q", dict.fromkeys(TREC.values(), 0.0))
    return {ours: values[theirs] for ours, theirs in TREC.items()}


@given(worlds)
def test_every_metric_in_every_pool_equals_pytrec_eval_on_the_full_ranking(made: World) -> None:
    expected = {
        (made.ranks().queries["query_id"][query], pool): values
        for query in made.queries
        for pool in (*made.languages, metric_tables.MULTILINGUAL)
        if (values := trec(made, query, pool))
    }
    if len(made.languages) == 1:
        expected = {key: values for key, values in expected.items() if key[1] != metric_tables.MULTILINGUAL}
    found = metric_tables.per_query(made.ranks(), list(TREC))
    assert {(row["query_id"], row["pool"]) for row in found.to_dicts()} == set(expected)
    assert found.height == len(expected)
    for row in found.to_dicts():
        for metric, value in expected[row["query_id"], row["pool"]].items():
            assert row[metrics.parse(metric).name] == pytest.approx(value, abs=1e-9)


def test_a_larger_world_with_ties_equals_pytrec_eval() -> None:
    made = world(7, languages=3, items=12, others=40, ragged=True, ties=True)
    rows = metric_tables.per_query(made.ranks()).to_dicts()
    ids = made.ranks().queries["query_id"].to_list()
    assert rows
    for row in rows:
        expected = trec(made, ids.index(row["query_id"]), row["pool"])
        assert expected is not None
        assert [row[metric] for metric in METRICS] == pytest.approx(
            [expected[metric] for metric in METRICS], abs=1e-9
        )


def ranked(*ranks: list[float], own: bool = True) -> RelevantInPool:
    found = np.array(ranks)
    return RelevantInPool(found, np.full(found.shape, own))


def test_what_was_not_retrieved_counts_as_missed() -> None:
    ranks = ranked([2.0, np.inf], [1.0, 3.0])
    assert metrics.average_precision(ranks).tolist() == pytest.approx([0.25, (1 + 2 / 3) / 2])
    assert metrics.recall(ranks, 1).tolist() == [0.0, 0.5]
    assert metrics.ndcg(ranks, 2).tolist() == pytest.approx(
        [(1 / np.log2(3)) / (1 + 1 / np.log2(3)), 1 / (1 + 1 / np.log2(3))]
    )
    assert metrics.reciprocal_rank(ranked([np.inf])).tolist() == [0.0]


def test_ndcg_is_one_for_the_best_ranking_of_more_than_k() -> None:
    assert metrics.ndcg(ranked([1.0, 2.0, 3.0]), 2).tolist() == pytest.approx([1.0])


def values(*rows: tuple[str, str, float]) -> pl.DataFrame:
    """A table of `per_query` in which every metric has the same value."""
    return pl.DataFrame(
        [
            {"query_id": str(at), "item_id": str(at), "query_lang": lang, "pool": pool}
            | dict.fromkeys(METRICS, value)
            for at, (lang, pool, value) in enumerate(rows)
        ]
    )


TABLE = values(
    ("de", "de", 1.0),
    ("de", "de", 0.0),
    ("en", "en", 1.0),
    ("de", "en", 0.2),
    ("en", "de", 0.4),
    ("en", "de", 0.4),
    ("en", "th", 0.9),
    ("de", "all", 0.1),
    ("en", "all", 0.5),
    ("en", "all", 0.7),
)


def test_a_language_with_more_queries_weighs_no_more() -> None:
    found = metric_tables.summary(TABLE)
    assert list(found) == list(metric_tables.SETTINGS)
    assert found["monolingual"]["mAP"] == pytest.approx(0.75)
    assert found["cross-lingual"]["R@1"] == pytest.approx((0.2 + 0.4 + 0.9) / 3)
    assert found["multilingual"]["MRR"] == pytest.approx(0.35)
    assert list(found["monolingual"]) == list(METRICS)


def test_by_language_tells_the_settings_of_each_query_language() -> None:
    found = metric_tables.by_language(TABLE)
    assert list(found) == ["de", "en"]
    assert {setting: row["mAP"] for setting, row in found["en"].items()} == pytest.approx(
        {"monolingual": 1.0, "cross-lingual": 0.65, "multilingual": 0.6}
    )


def test_by_pair_counts_queries_and_leaves_gaps() -> None:
    found = of_metric(TABLE, "nDCG@10").matrix
    assert (found.title, found.rows, found.columns) == ("nDCG@10", ("de", "en"), ("de", "en", "th"))
    assert found.values == ((0.5, 0.2, None), (pytest.approx(0.4), 1.0, 0.9))
    assert found.counts == ((2, 1, 0), (2, 1, 1))


def test_recall_of_other_languages_is_that_of_trec_eval_without_the_own_ones() -> None:
    made = world(3, languages=4, items=6, others=20, ragged=True)
    rows = metric_tables.per_query(made.ranks(), ["TLR@7"]).filter(pool=metric_tables.MULTILINGUAL)
    for query, value in enumerate(rows["TLR@7"]):
        lang = made.asked[query][1]
        others = {x for x in made.wanted(query) if made.langs[x] != lang}
        expected = len(others & set(made.order(query)[:7])) / len(others) if others else None
        assert value == (expected if expected is None else pytest.approx(expected))


def test_where_all_that_is_relevant_is_in_the_own_language_recall_of_others_tells_nothing() -> None:
    ranks = np.array([[1.0, 2.0], [1.0, 9.0], [1.0, 2.0]])
    own = np.array([[True, True], [True, False], [True, False]])
    found = metrics.other_language_recall(RelevantInPool(ranks, own), 5)
    np.testing.assert_array_equal(found, [np.nan, 0.0, 1.0])


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("mAP", "mAP"),
        ("map", "mAP"),
        ("AP", "mAP"),
        ("AP@10", "mAP@10"),
        ("ndcg@20", "nDCG@20"),
        ("MRR@10", "MRR@10"),
        ("r@5", "R@5"),
        ("Success@5", "Success@5"),
        ("TLR@20", "TLR@20"),
    ],
)
def test_a_metric_is_known_by_its_name(asked: str, name: str) -> None:
    found = metrics.parse(asked)
    assert (found.name, found.k) == (name, int(name.partition("@")[2]) if "@" in name else None)


@given(st.text(max_size=12))
def test_any_other_name_is_refused_with_what_there_is(name: str) -> None:
    assume(not re.fullmatch(r"(map|ap|ndcg|mrr|(r|success|tlr)(?=@)|)(@[0-9]+)?", name.strip().lower()))
    with pytest.raises(UsageError) as error:
        metrics.parse(name)
    assert error.value.hint


@pytest.mark.parametrize("name", ["R", "TLR", "R@0", "R@-1", "R@1.5", "R@", "nDCG@@10", "recal@10"])
def test_a_metric_that_says_nothing_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="metric"):
        metrics.parse(name)


def test_an_unknown_metric_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="no metric named 'nDGC@10'") as error:
        metrics.parse("nDGC@10")
    assert "nDCG@10" in error.value.hint


def test_one_language_has_the_monolingual_setting_alone() -> None:
    found = metric_tables.per_query(world(languages=1).ranks())
    assert found["pool"].unique().to_list() == ["de"]
    assert list(metric_tables.summary(found)) == ["monolingual"]
    assert list(metric_tables.by_language(found)["de"]) == ["monolingual"]


def test_passages_of_one_language_asked_in_two_have_no_multilingual_setting() -> None:
    found = metric_tables.per_query(world(languages=1, asked=("de", "en")).ranks())
    assert list(metric_tables.summary(found)) == ["monolingual", "cross-lingual"]


def test_queries_of_one_language_over_passages_of_many_have_every_setting() -> None:
    found = metric_tables.per_query(world(languages=3, asked=("en",)).ranks())
    assert list(metric_tables.summary(found)) == list(metric_tables.SETTINGS)


def test_without_values_there_is_no_setting() -> None:
    assert metric_tables.summary(TABLE.clear()) == {}
    assert metric_tables.by_language(TABLE.clear()) == {}


@given(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from([1.0, 2.0, 3.0])), min_size=1, max_size=8),
    st.integers(1, 12),
)
def test_ndcg_with_grades_is_that_of_trec_eval(found: list[tuple[int, float]], k: int) -> None:
    grades = dict(sorted(found))
    run = {f"d{rank}": 1.0 / rank for rank in range(1, 41)}
    qrels = {"q": {f"d{rank}": int(grade) for rank, grade in grades.items()}}
    expected = pytrec_eval.RelevanceEvaluator(qrels, {f"ndcg_cut_{k}"}).evaluate({"q": run})["q"]
    ranks = np.array([[*grades]], np.float64)
    relevant = RelevantInPool(ranks, np.ones(ranks.shape, np.bool_), np.array([[*grades.values()]]))
    assert metrics.ndcg(relevant, k)[0] == pytest.approx(expected[f"ndcg_cut_{k}"])
