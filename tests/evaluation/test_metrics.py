from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import pytrec_eval
from hypothesis import given, settings

from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import metrics

from .random_cases import World, world, worlds

TREC = {
    "mAP": "map",
    "R@1": "recall_1",
    "R@10": "recall_10",
    "R@100": "recall_100",
    "nDCG@10": "ndcg_cut_10",
    "MRR": "recip_rank",
}


def trec(made: World, query: int, pool: str) -> dict[str, float] | None:
    """What pytrec_eval says of the whole ranking; None where the pool has nothing relevant."""
    lang = None if pool == metrics.MULTILINGUAL else pool
    wanted = [x for x in made.wanted(query) if lang in {None, made.langs[x]}]
    if not wanted:
        return None
    # trec_eval breaks ties by the greater name: the smaller index gets it.
    name = {x: f"{len(made.langs) - x:06d}" for x in range(len(made.langs))}
    run = {name[x]: float(made.scores[query, x]) for x in made.order(query, lang)}
    qrels = {name[x]: 1 for x in wanted}
    measures = {"map", "recall.1,10,100", "ndcg_cut.10", "recip_rank"}
    found = pytrec_eval.RelevanceEvaluator({"q": qrels}, measures).evaluate({"q": run})
    values = found.get("q", dict.fromkeys(TREC.values(), 0.0))
    return {ours: values[theirs] for ours, theirs in TREC.items()}


@settings(deadline=None, max_examples=60)
@given(worlds)
def test_every_metric_in_every_pool_equals_pytrec_eval_on_the_full_ranking(made: World) -> None:
    expected = {
        (made.ranks().queries["query_id"][query], pool): values
        for query in made.queries
        for pool in (*made.languages, metrics.MULTILINGUAL)
        if (values := trec(made, query, pool))
    }
    if len(made.languages) == 1:
        expected = {key: values for key, values in expected.items() if key[1] != metrics.MULTILINGUAL}
    found = metrics.per_query(made.ranks())
    assert {(row["query_id"], row["pool"]) for row in found.to_dicts()} == set(expected)
    assert found.height == len(expected)
    for row in found.to_dicts():
        for metric in metrics.METRICS:
            assert row[metric] == pytest.approx(expected[row["query_id"], row["pool"]][metric], abs=1e-9)


def test_a_larger_world_with_ties_equals_pytrec_eval() -> None:
    made = world(7, languages=3, items=12, others=40, ragged=True, ties=True)
    rows = metrics.per_query(made.ranks()).to_dicts()
    ids = made.ranks().queries["query_id"].to_list()
    assert rows
    for row in rows:
        assert {metric: row[metric] for metric in metrics.METRICS} == pytest.approx(
            trec(made, ids.index(row["query_id"]), row["pool"]), abs=1e-9
        )


def test_what_was_not_retrieved_counts_as_missed() -> None:
    ranks = np.array([[2.0, np.inf], [1.0, 3.0]])
    assert metrics.average_precision(ranks).tolist() == pytest.approx([0.25, (1 + 2 / 3) / 2])
    assert metrics.recall(ranks, 1).tolist() == [0.0, 0.5]
    assert metrics.ndcg(ranks, 2).tolist() == pytest.approx(
        [(1 / np.log2(3)) / (1 + 1 / np.log2(3)), 1 / (1 + 1 / np.log2(3))]
    )
    assert metrics.reciprocal_rank(np.array([[np.inf]])).tolist() == [0.0]


def test_ndcg_is_one_for_the_best_ranking_of_more_than_k() -> None:
    assert metrics.ndcg(np.array([[1.0, 2.0, 3.0]]), 2).tolist() == pytest.approx([1.0])


def values(*rows: tuple[str, str, float]) -> pl.DataFrame:
    """A table of `per_query` in which every metric has the same value."""
    return pl.DataFrame(
        [
            {"query_id": str(at), "item_id": str(at), "query_lang": lang, "pool": pool}
            | dict.fromkeys(metrics.METRICS, value)
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
    found = metrics.summary(TABLE)
    assert list(found) == list(metrics.SETTINGS)
    assert found["monolingual"]["mAP"] == pytest.approx(0.75)
    assert found["cross-lingual"]["R@1"] == pytest.approx((0.2 + 0.4 + 0.9) / 3)
    assert found["multilingual"]["MRR"] == pytest.approx(0.35)
    assert list(found["monolingual"]) == list(metrics.METRICS)


def test_by_language_tells_the_settings_of_each_query_language() -> None:
    found = metrics.by_language(TABLE)
    assert list(found) == ["de", "en"]
    assert {setting: row["mAP"] for setting, row in found["en"].items()} == pytest.approx(
        {"monolingual": 1.0, "cross-lingual": 0.65, "multilingual": 0.6}
    )


def test_by_pair_counts_queries_and_leaves_gaps() -> None:
    found = metrics.by_pair(TABLE, "nDCG@10")
    assert (found.title, found.rows, found.columns) == ("nDCG@10", ("de", "en"), ("de", "en", "th"))
    assert found.values == ((0.5, 0.2, None), (pytest.approx(0.4), 1.0, 0.9))
    assert found.counts == ((2, 1, 0), (2, 1, 1))


def test_an_unknown_metric_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="no metric named 'map'") as error:
        metrics.by_pair(TABLE, "map")
    assert "mAP" in error.value.hint


def test_one_language_has_the_monolingual_setting_alone() -> None:
    found = metrics.per_query(world(languages=1).ranks())
    assert found["pool"].unique().to_list() == ["de"]
    assert list(metrics.summary(found)) == ["monolingual"]
    assert list(metrics.by_language(found)["de"]) == ["monolingual"]


def test_passages_of_one_language_asked_in_two_have_no_multilingual_setting() -> None:
    found = metrics.per_query(world(languages=1, asked=("de", "en")).ranks())
    assert list(metrics.summary(found)) == ["monolingual", "cross-lingual"]


def test_queries_of_one_language_over_passages_of_many_have_every_setting() -> None:
    found = metrics.per_query(world(languages=3, asked=("en",)).ranks())
    assert list(metrics.summary(found)) == list(metrics.SETTINGS)


def test_without_values_there_is_no_setting() -> None:
    assert metrics.summary(TABLE.clear()) == {}
    assert metrics.by_language(TABLE.clear()) == {}
