"""What a plan draws, against what it should: exact counts, binomial bounds and chi-square, at fixed seeds."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from hybrid_tui.sampling import plan_summary as counting
from hybrid_tui.sampling.coverage import Coverage
from hybrid_tui.sampling.plan import Batch, Plan
from hybrid_tui.sampling.plan_summary import summary
from hybrid_tui.sampling.samplers import Sampler
from tests.sampling.random_data import coverage, full

LEAST = 1e-3
"""A fair plan fails so rarely, and these seeds do not."""


def batches(data: Coverage, sampler: Sampler, size: int = 4, count: int = 600) -> list[Batch]:
    plan = Plan(data, sampler, size, 11)
    return [plan.batch(number) for number in range(count)]


def fair(counts: list[int], shares: list[float] | None = None) -> bool:
    expected = np.array(shares or [1] * len(counts), np.float64)
    return bool(stats.chisquare(counts, expected / expected.sum() * sum(counts)).pvalue > LEAST)


@pytest.mark.parametrize("alpha", [0.0, 0.25, 0.5, 0.6, 1.0])
def test_stratified_counts_are_exact(alpha: float) -> None:
    plan = Plan(full(200), Sampler("hybrid", alpha, schedule="stratified"), 4, 5)
    for epoch in range(4):
        assert plan.modes(epoch).count("mono") == round(alpha * 50)
    assert alpha in {0, 1} or plan.modes(0) != plan.modes(1)


@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.8])
def test_bernoulli_counts_are_binomial(alpha: float) -> None:
    plan = Plan(full(2000), Sampler("hybrid", alpha), 2, 5)
    modes = [mode for epoch in range(2) for mode in plan.modes(epoch)]
    assert len(modes) == 2000
    assert stats.binomtest(modes.count("mono"), len(modes), alpha).pvalue > LEAST


def test_languages_of_mono_batches_are_uniform_whatever_their_size() -> None:
    data = coverage([0b001] * 60 + [0b010] * 20 + [0b100] * 8)
    counts = Counter(int(batch.query_langs[0]) for batch in batches(data, Sampler("mono")))
    assert fair([counts[lang] for lang in range(3)])


def test_languages_of_mixed_rows_are_uniform() -> None:
    rows = np.concatenate([batch.query_langs for batch in batches(full(40), Sampler("mixed"))])
    assert fair(np.bincount(rows).tolist())


@pytest.mark.parametrize("pairing", ["item", "batch"])
def test_ordered_pairs_are_uniform(pairing: str) -> None:
    drawn = batches(full(40, 4), Sampler("cross", pairing=pairing), count=900)
    rows = 4 if pairing == "item" else 1
    counts = Counter(
        pair
        for batch in drawn
        for pair in zip(batch.query_langs[:rows].tolist(), batch.passage_langs[:rows].tolist(), strict=True)
    )
    assert len(counts) == 12
    assert fair(list(counts.values()))


def test_each_item_draws_from_its_own_pairs() -> None:
    data = coverage([0b0011] * 20 + [0b1101] * 20, langs=4)
    counts: dict[bool, Counter[tuple[int, int]]] = {False: Counter(), True: Counter()}
    for batch in batches(data, Sampler("cross")):
        for item, asked, answer in zip(*(each.tolist() for each in batch[2:]), strict=True):
            counts[item >= 20][asked, answer] += 1
    assert set(counts[False]) == {(0, 1), (1, 0)}
    assert len(counts[True]) == 6
    assert all(fair(list(each.values())) for each in counts.values())


@pytest.mark.parametrize(("mix", "shares"), [("size", [90, 10]), ("sqrt", [3, 1]), ("uniform", [1, 1])])
@pytest.mark.parametrize("name", ["mono", "cross"])
def test_data_sets_are_mixed(name: str, mix: str, shares: list[float]) -> None:
    data = coverage([0b11] * 100, langs=2, stops=[90])
    drawn = batches(data, Sampler(name, mix=mix))  # type: ignore[arg-type]
    counts = Counter(batch.source for batch in drawn)
    assert fair([counts[0], counts[1]], shares)


def test_data_sets_are_mixed_among_those_that_have_the_language() -> None:
    data = coverage([0b01] * 30 + [0b11] * 10, langs=2, stops=[30])
    counts = Counter((int(batch.query_langs[0]), batch.source) for batch in batches(data, Sampler("mono")))
    assert set(counts) == {(0, 0), (0, 1), (1, 1)}
    assert fair([counts[0, 0], counts[0, 1], counts[1, 1]], [0.375, 0.125, 0.5])


def test_translations_are_drawn_in_cross_batches_alone() -> None:
    data = coverage([0b11] * 60, langs=2, stops=[20], paired=[True, False])
    counts = Counter((batch.mode, batch.source) for batch in batches(data, Sampler("hybrid")))
    assert set(counts) == {("mono", 0), ("cross", 0), ("cross", 1)}
    assert fair([counts["cross", 0], counts["cross", 1]], [1, 2])


def test_a_summary_counts_what_is_drawn() -> None:
    data = coverage([0b11] * 60, langs=2, stops=[20], paired=[True, False])
    plan = Plan(data, Sampler("hybrid"), 4, 2)
    found = summary(plan, 30)
    drawn = [plan.batch(number) for number in range(30)]
    assert found.steps == 30
    assert found.modes == Counter(batch.mode for batch in drawn)
    assert found.sources == Counter(f"set{batch.source}" for batch in drawn)
    assert sum(map(sum, found.languages.counts)) == 120
    assert found.languages.rows == found.languages.columns == ("ar", "de")
    crossing = sum(batch.mode == "cross" for batch in drawn) * 4
    assert found.languages.counts[0][1] + found.languages.counts[1][0] == crossing


def test_a_summary_tells_rows_that_come_again() -> None:
    data = coverage([0b1] * 12 + [0b10] * 4, langs=2)
    plan = Plan(data, Sampler("mono"), 4, 1)
    rows = [
        {(item, int(batch.query_langs[0])) for item in batch.items.tolist()}
        for batch in (plan.batch(number) for number in range(4))
    ]
    assert summary(plan, 4).repeated == 16 - len(set().union(*rows)) > 0
    assert summary(Plan(full(40), Sampler("cross"), 4, 1), 20).repeated == 0


def test_a_summary_counts_no_more_steps_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_STEPS", 7)
    assert summary(Plan(full(8), Sampler("mono"), 2, 1), 12).steps == 7
