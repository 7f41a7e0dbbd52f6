"""Halves share no group, and what is chosen is the best that keeps what is to be kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.errors import DataError
from hybrid_tui.evaluation import significance, tuning
from hybrid_tui.evaluation.significance import Comparison

ITEMS = pl.Series("item_id", [f"item{n}" for n in range(120)])


@given(st.integers(0, 99), st.integers(20, 119))
def test_no_group_is_in_both_halves(seed: int, groups: int):
    levels = pl.DataFrame({"item_id": ITEMS, "article": [f"a{n % groups}" for n in range(len(ITEMS))]})
    found = tuning.halved(ITEMS, levels, seed, "toy")
    assert sorted([*found.choosing, *found.held_out]) == sorted(ITEMS)
    article = dict(levels.iter_rows())
    sides = [{article[item] for item in side} for side in (found.choosing, found.held_out)]
    assert not sides[0] & sides[1]
    assert len(sides[0]) - len(sides[1]) in (0, 1)
    assert (found.unit, found.units, found.groups.by) == ("article", groups, "article")


def test_the_seed_decides_the_halves():
    levels = pl.DataFrame({"item_id": ITEMS})
    halves = [
        tuning.halved(ITEMS.sample(fraction=1, shuffle=True), levels, seed, "toy") for seed in (0, 0, 1)
    ]
    assert halves[0].choosing.to_list() == halves[1].choosing.to_list() != halves[2].choosing.to_list()
    assert halves[0].unit == "item"


def test_too_few_questions_are_told():
    few = ITEMS.head(19)
    with pytest.raises(DataError, match="toy has 19 questions, too few to be halved"):
        tuning.halved(few, pl.DataFrame({"item_id": few}), 0, "toy")


def of(difference: float, spread: float) -> Comparison:
    """A comparison of 40 items whose difference has a mean and a spread."""
    noise = np.resize([spread, -spread], 40)
    return significance.compare(np.full(40, 0.5), 0.5 + difference + noise)


@pytest.mark.parametrize(
    ("kept", "best", "chosen"),
    [
        ((0.0, -0.001, -0.002), "multilingual", 1.0),
        ((0.0, -0.001, -0.1), "multilingual", 0.5),
        ((0.0, -0.1, -0.1), "multilingual", 0.0),
        ((0.0, -0.001, -0.002), "rank_distance", 0.5),
        ((0.0, 0.1, -0.002), "cross-lingual", 0.5),
    ],
)
def test_the_best_that_keeps_is_chosen(kept: tuple[float, ...], best: str, chosen: float):
    values = (0.0, 0.5, 1.0)
    told = [
        {"multilingual": 0.3, "cross-lingual": 0.4, "rank_distance": 300.0},
        {"multilingual": 0.5, "cross-lingual": 0.6, "rank_distance": 90.0},
        {"multilingual": 0.6, "cross-lingual": 0.6, "rank_distance": 95.0},
    ]
    comparisons = [of(each, 0.001) for each in kept]
    assert values[tuning.best_of(values, told, comparisons, best)] == chosen


def test_what_is_undecided_is_not_chosen():
    told = [{"multilingual": 0.3}, {"multilingual": 0.5}]
    unsure = of(-0.005, 0.2)
    assert unsure.verdict == "undecided"
    assert tuning.best_of((0.0, 1.0), told, [of(0, 0), unsure], "multilingual") == 0
    sure = replace(unsure, worst=-0.001)
    assert tuning.best_of((0.0, 1.0), told, [of(0, 0), sure], "multilingual") == 1
