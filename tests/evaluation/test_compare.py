from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import compare, metric_tables, metrics, resampling, significance
from hybrid_tui.evaluation.metric_tables import SETTINGS
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.significance import PairedTest

from .kept_evaluations import kept
from .random_cases import world

QUICK = PairedTest(draws=200)


def two(**options: int) -> tuple[Evaluation, Evaluation]:
    one, other = (kept(world(seed, items=8, **options), model=f"m{seed}") for seed in (1, 2))
    return one, other


def table(
    a: Evaluation, b: Evaluation, metric: str = "mAP", **options: object
) -> dict[tuple[str, str], significance.Comparison]:
    found = compare.lines([a], [b], metric, test=QUICK, **options)
    return {(line.setting, line.language): line.comparison for line in found}


@given(seed=st.integers(0, 1000), metric=st.sampled_from(metrics.METRICS))
@tried(max_examples=15)
def test_the_means_are_those_of_the_tables(seed: int, metric: str):
    one, other = (kept(world(seed + step, items=6), model=f"m{step}") for step in (0, 1))
    lines = table(one, other, metric)
    assert [setting for setting, _ in lines] == list(SETTINGS)
    for (setting, _), found in lines.items():
        a, b = (metric_tables.summary(each.values)[setting][metric] for each in (one, other))
        assert found.a == pytest.approx(a)
        assert found.b == pytest.approx(b)
        assert found.difference == pytest.approx(b - a)
        assert found.items == 6
    by_language = table(one, other, metric, by_language=True)
    assert len(by_language) == 9
    for (setting, language), found in by_language.items():
        assert found.a == pytest.approx(metric_tables.by_language(one.values)[language][setting][metric])


def test_a_line_is_the_comparison_of_one_number_an_item():
    one, other = two()
    of_item = [
        each.values.filter(pool="all").group_by("item_id").agg(pl.col("R@1").mean()).sort("item_id")["R@1"]
        for each in (one, other)
    ]
    wanted = significance.compare(*(column.to_numpy() for column in of_item), QUICK)
    found = table(one, other, "R@1", settings=["multilingual"])
    assert found["multilingual", ""].p == wanted.p
    assert found["multilingual", ""].low == wanted.low
    assert (found["multilingual", ""].wins, found["multilingual", ""].losses) == (wanted.wins, wanted.losses)


def test_p_is_adjusted_over_the_lines_that_are_told():
    one, other = two()
    for options in ({}, {"by_language": True}, {"settings": ["monolingual"]}):
        lines = list(table(one, other, **options).values())
        adjusted = resampling.holm(np.array([line.p for line in lines]))
        assert [line.holm for line in lines] == adjusted.tolist()
        assert {line.family for line in lines} in ({"3 settings"}, {"9 lines"}, {"1 setting"})


def test_what_is_not_of_the_family_is_exploratory():
    one, other = two()
    lines = table(one, other, family=["monolingual"])
    inside, outside = lines["monolingual", ""], lines["multilingual", ""]
    assert (inside.holm, inside.family) == (inside.p, "what was fixed beforehand: monolingual")
    assert (outside.holm, outside.family, outside.exploratory) == (None, "", True)
    by_language = table(one, other, family=["monolingual"], by_language=True)
    assert all(line.exploratory and line.holm is None for line in by_language.values())


def test_the_other_way_round_the_sign_changes():
    one, other = two()
    there, back = table(one, other), table(other, one)
    for key, line in there.items():
        assert line.difference == pytest.approx(-back[key].difference)
        assert (line.wins, line.losses) == (back[key].losses, back[key].wins)


def test_with_itself_nothing_differs():
    one, _ = two()
    for line in table(one, one).values():
        assert (line.difference, line.p, line.ties, line.verdict) == (0, 1, 8, "not worse")


def test_of_rank_distance_less_is_better():
    one, other = two()
    ((key, line),) = table(one, other, "rank_distance").items()
    assert key == ("multilingual", "")
    assert not line.higher_is_better
    assert line.a == pytest.approx(one.bias_values["rank_distance"].mean())
    assert line.wins == int(
        (
            one.bias_values.group_by("item_id")
            .agg(pl.col("rank_distance").mean())
            .sort("item_id")["rank_distance"]
            > other.bias_values.group_by("item_id")
            .agg(pl.col("rank_distance").mean())
            .sort("item_id")["rank_distance"]
        ).sum()
    )


def test_one_language_has_a_monolingual_line_alone():
    one, other = two(languages=1)
    assert list(table(one, other)) == [("monolingual", "")]
    assert table(one, other, "rank_distance") == {}


def test_seeds_are_averaged():
    first, second = two()
    base = kept(world(3, items=8), model="base")
    (line,) = compare.lines([base], [first, second], "mAP", ["monolingual"], test=QUICK)
    means = [metric_tables.summary(each.values)["monolingual"]["mAP"] for each in (first, second)]
    assert line.comparison.b == pytest.approx(np.mean(means))


def test_different_collections_are_refused_by_name():
    one, _ = two()
    other = kept(world(2, items=8), model="m2", collection="toys", collection_fingerprint="c2")
    for sides in (([one], [other]), ([one, other], [one])):
        with pytest.raises(UsageError, match=r"m1 on toy \(c1\), m2 on toys \(c2\)"):
            compare.lines(*sides, "mAP")
    with pytest.raises(UsageError, match=r"m2 on toys \(c2\)"):
        compare.most_different(one, other, "mAP", "monolingual")


def test_queries_that_one_lacks_are_left_out_and_counted():
    one, _ = two()
    small = world(2, items=8)
    fewer = kept(replace(small, asked=small.asked[:-3], scores=small.scores[:-3]), model="m2")
    (line,) = compare.lines([one], [fewer], "mAP", ["monolingual"], test=QUICK)
    assert (line.comparison.items, line.left_out) == (8, 3)
    both = one.values.join(fewer.values, on=["query_id", "pool"], how="semi")
    assert line.comparison.a == pytest.approx(metric_tables.summary(both)["monolingual"]["mAP"])
    assert line.comparison.b == pytest.approx(metric_tables.summary(fewer.values)["monolingual"]["mAP"])


def test_what_one_did_not_retrieve_has_no_rank_distance_to_compare():
    one, _ = two()
    lost = kept(world(2, items=8, lost=0.2), model="run")
    (line,) = compare.lines([one], [lost], "rank_distance", test=QUICK)
    assert line.left_out == lost.bias_values["rank_distance"].null_count() > 0
    assert len(compare.lines([one], [lost], "mAP", test=QUICK)) == 3


def test_systems_without_a_query_in_common_have_no_line():
    one, _ = two()
    lost = kept(world(2, items=8, lost=1.0), model="run")
    assert compare.lines([one], [lost], "rank_distance", test=QUICK) == []


@given(st.integers(0, 2**32 - 1))
@tried(max_examples=25)
def test_a_mark_never_points_against_its_numbers(seed: int):
    """Items lack languages, so that the mean over items may point the other way."""
    rng = np.random.default_rng(seed)
    small = world(seed, items=6, languages=3, others=12)
    asked = [each for each in small.asked if rng.random() < 0.6] or small.asked
    rows = [small.asked.index(each) for each in asked]
    systems = []
    for step, model in enumerate(("one", "other")):
        scores = small.scores[rows] + step * rng.normal(0, 40, (len(rows), len(small.langs)))
        ragged = replace(small, asked=asked, scores=scores.astype(np.float32))
        systems.append(kept(ragged, model=model))
    for line in compare.lines([systems[0]], [systems[1]], "mAP", test=QUICK):
        a, b = (metric_tables.summary(each.values)[line.setting]["mAP"] for each in systems)
        assert (line.comparison.a, line.comparison.b) == (pytest.approx(a), pytest.approx(b))
        mark = line.comparison.judged.mark
        assert mark == "" or (mark == "▲") == (b > a)


@pytest.mark.parametrize(
    ("metric", "setting", "said", "guess"),
    [
        ("mAPP", "monolingual", "no metric named 'mAPP'", "mAP"),
        ("nDGC@10", "monolingual", "no metric named 'nDGC@10'", "nDCG@10"),
        ("mAP", "crosslingual", "no setting named 'crosslingual'", "cross-lingual"),
        ("rank_distance", "multi", "no setting named 'multi'", "multilingual"),
    ],
)
def test_unknown_names_are_told_with_near_ones(metric: str, setting: str, said: str, guess: str):
    one, other = two()
    with pytest.raises(UsageError, match=said) as caught:
        compare.lines([one], [other], metric, [setting])
    assert guess in caught.value.hint


def test_items_that_differ_most_come_first():
    one, other = two()
    found = compare.most_different(one, other, "mAP", "cross-lingual", 5)
    assert found.columns == ["item_id", "a", "b", "difference"]
    sizes = found["difference"].abs().to_list()
    assert len(sizes) == 5
    assert sizes == sorted(sizes, reverse=True)
    assert np.allclose(found["difference"], found["b"] - found["a"])
    whole = compare.most_different(one, other, "mAP", "cross-lingual", 99)
    assert whole.height == 8
    assert whole.head(5).equals(found)
    assert whole["difference"].mean() == pytest.approx(table(one, other)["cross-lingual", ""].difference)
