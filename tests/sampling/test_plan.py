"""What holds for every batch of every plan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.errors import UsageError
from hybrid_tui.sampling.coverage import Coverage
from hybrid_tui.sampling.plan import VERSION, Batch, Plan, largest_batch
from hybrid_tui.sampling.samplers import Sampler
from tests.sampling.random_data import coverage, coverages, full, samplers


def told(batch: Batch) -> list[object]:
    return [batch.mode, batch.source, *(each.tolist() for each in batch[2:])]


def planned(data: Coverage, sampler: Sampler, batch: int, seed: int = 1) -> Iterator[Plan]:
    """Yield a plan where the data can serve it."""
    try:
        yield Plan(data, sampler, batch, seed)
    except UsageError:
        return


@given(coverages(), samplers, st.integers(1, 8), st.integers(-5, 5), st.randoms())
def test_a_batch_depends_on_seed_epoch_and_step_alone(
    data: Coverage, sampler: Sampler, size: int, seed: int, random: object
) -> None:
    for plan in planned(data, sampler, size, seed):
        numbers = list(range(2 * plan.steps_per_epoch + 1))
        there = {number: told(plan.batch(number)) for number in numbers}
        random.shuffle(numbers)  # type: ignore[attr-defined]
        other = Plan(data, sampler, size, seed)
        assert {number: told(other.batch(number)) for number in numbers} == there
        assert told(plan.at(1, 0)) == there[plan.steps_per_epoch]


@given(coverages(), samplers, st.integers(1, 8))
def test_rows_have_the_languages_that_their_mode_allows(data: Coverage, sampler: Sampler, size: int) -> None:
    for plan in planned(data, sampler, size):
        for number in range(2 * plan.steps_per_epoch):
            batch = plan.batch(number)
            asked, answers = batch.query_langs, batch.passage_langs
            source = data.sources[batch.source]
            assert batch.mode in sampler.modes
            assert plan.modes(number // plan.steps_per_epoch)[number % plan.steps_per_epoch] == batch.mode
            assert batch.items.shape == asked.shape == answers.shape == (size,)
            assert ((batch.items >= source.start) & (batch.items < source.stop)).all()
            for langs in (asked, answers):
                assert (data.mask[batch.items] >> langs.astype(np.uint64) & np.uint64(1) == 1).all()
            assert source.paired or batch.mode == "cross"
            if batch.mode == "cross":
                assert (asked != answers).all()
            else:
                assert (asked == answers).all()
            if batch.mode == "mono" or (batch.mode == "cross" and sampler.pairing == "batch"):
                assert len(set(zip(asked.tolist(), answers.tolist(), strict=True))) == 1


@given(coverages(), samplers, st.integers(1, 8))
def test_no_two_rows_of_a_group_meet(data: Coverage, sampler: Sampler, size: int) -> None:
    for plan in planned(data, sampler, size):
        for number in range(plan.steps_per_epoch):
            assert len(set(data.group[plan.batch(number).items].tolist())) == size


@given(coverages(), samplers, st.integers(1, 12))
def test_the_largest_batch_is_the_largest_that_a_plan_takes(
    data: Coverage, sampler: Sampler, size: int
) -> None:
    most = largest_batch(data, sampler)
    if size <= most:
        plan = Plan(data, sampler, size, 1)
        assert [len(plan.batch(step).items) for step in range(plan.steps_per_epoch)]
    else:
        with pytest.raises(UsageError):
            Plan(data, sampler, size, 1)


@pytest.mark.parametrize("name", ["cross", "mixed"])
def test_no_item_comes_twice_an_epoch(name: str) -> None:
    plan = Plan(full(50), Sampler(name), 8, 3)  # type: ignore[arg-type]
    items = np.concatenate([plan.at(2, step).items for step in range(plan.steps_per_epoch)])
    assert len(items) == len(set(items.tolist())) == 48


@pytest.mark.parametrize("sampler", [Sampler("mono"), Sampler("hybrid"), Sampler("cross", pairing="batch")])
def test_no_row_comes_twice_before_its_pool_is_empty(sampler: Sampler) -> None:
    plan = Plan(full(60, 2), sampler, 4, 3)
    rows = [
        (*row, batch.mode)
        for batch in (plan.at(0, step) for step in range(plan.steps_per_epoch))
        for row in zip(batch.items, batch.query_langs, batch.passage_langs, strict=True)
    ]
    assert len(set(rows)) == len(rows) == 60


@pytest.mark.parametrize("name", ["mono", "hybrid", "cross", "mixed"])
def test_an_epoch_of_parallel_data_is_a_pass_over_all_items(name: str) -> None:
    plan = Plan(full(60), Sampler(name), 4, 3)  # type: ignore[arg-type]
    for epoch in range(2):
        items = np.concatenate([plan.at(epoch, step).items for step in range(plan.steps_per_epoch)])
        assert sorted(items.tolist()) == list(range(60))


def test_an_epoch_of_uneven_data_repeats_little() -> None:
    rng = np.random.default_rng(0)
    masks = (rng.random((3800, 7)) < [0.1, 0.2, 0.9, 0.4, 0.3, 0.6, 0.15]) @ (1 << np.arange(7))
    data = coverage([int(mask) or 4 for mask in masks], langs=7)
    for name in ("mono", "hybrid", "cross"):
        plan = Plan(data, Sampler(name), 100, 1)  # type: ignore[arg-type]
        items = np.concatenate([plan.batch(step).items for step in range(plan.steps_per_epoch)])
        assert len(np.unique(items)) > 3100, "each pool for itself would draw 2,300"


def test_epochs_and_seeds_differ() -> None:
    data = full(40)
    orders = [
        [told(Plan(data, Sampler("hybrid"), 8, seed).at(epoch, step)) for step in range(5)]
        for seed, epoch in ((1, 0), (1, 1), (2, 0))
    ]
    assert orders[0] != orders[1] != orders[2] != orders[0]


@pytest.mark.parametrize(("epoch", "step"), [(-1, 0), (0, -1), (0, 5), (3, 5)])
def test_steps_outside_an_epoch(epoch: int, step: int) -> None:
    with pytest.raises(IndexError, match=f"no step {step} of 5 in epoch {epoch}"):
        Plan(full(40), Sampler(), 8, 1).at(epoch, step)


def test_an_epoch_has_as_many_rows_as_there_are_items() -> None:
    assert [Plan(full(40), Sampler(name), 8, 1).steps_per_epoch for name in ("mono", "cross")] == [5, 5]
    assert Plan(full(9), Sampler("mono"), 9, 1).steps_per_epoch == 1
    few = coverage([0b11, 0b01, 0b01, 0b10], langs=2)
    assert Plan(few, Sampler("mono"), 2, 1).steps_per_epoch == 2


def test_two_items_in_two_languages_are_enough() -> None:
    plan = Plan(full(2, 2), Sampler("hybrid"), 2, 1)
    assert {plan.batch(number).mode for number in range(20)} == {"mono", "cross"}
    assert all(sorted(plan.batch(number).items.tolist()) == [0, 1] for number in range(20))


def test_one_language_serves_mono_and_mixed() -> None:
    for name in ("mono", "mixed"):
        plan = Plan(full(12, 1), Sampler(name), 4, 1)  # type: ignore[arg-type]
        assert [plan.batch(number).query_langs.tolist() for number in range(3)] == [[0] * 4] * 3


def refused(data: Coverage, sampler: Sampler, batch: int = 2) -> UsageError:
    with pytest.raises(UsageError) as caught:
        Plan(data, sampler, batch, 1)
    return caught.value


@pytest.mark.parametrize("pairing", ["item", "batch"])
@pytest.mark.parametrize("name", ["cross", "hybrid"])
def test_cross_needs_two_languages(name: str, pairing: str) -> None:
    error = refused(full(12, 1), Sampler(name, pairing=pairing))  # type: ignore[arg-type]
    assert str(error) == f"the data cannot serve the sampler {name}: it has no items in two languages or more"
    assert error.hint == "--sampler mono needs one language alone"


@pytest.mark.parametrize("name", ["mono", "hybrid", "mixed"])
def test_translations_alone_serve_cross(name: str) -> None:
    data = coverage([0b11] * 6, langs=2, paired=[False])
    error = refused(data, Sampler(name))  # type: ignore[arg-type]
    assert "it has no pairs of a query and a passage" in str(error)
    assert error.hint == "translations alone serve --sampler cross"
    assert Plan(data, Sampler("cross"), 2, 1).batch(0).mode == "cross"


def test_a_language_with_too_few_items_is_named() -> None:
    data = coverage([0b111] * 3 + [0b011] * 9)
    error = refused(data, Sampler("mono"), 4)
    assert str(error) == "a batch of 4 needs that many different items: en has 3 to train on"
    assert error.hint == "--batch-size 3 or less, or leave en out of --langs"


@pytest.mark.parametrize(
    ("sampler", "most", "have"),
    [
        (Sampler("cross"), 4, "two languages"),
        (Sampler("cross", pairing="batch"), 2, "the same two languages"),
        (Sampler("mixed"), 5, "a query and a passage"),
    ],
)
def test_a_batch_larger_than_the_items(sampler: Sampler, most: int, have: str) -> None:
    data = coverage([0b011, 0b011, 0b110, 0b110, 0b100])
    error = refused(data, sampler, 6)
    assert str(error) == f"a batch of 6 needs that many different items: {most} have {have}"
    assert error.hint == f"--batch-size {most} or less"
    assert largest_batch(data, sampler) == most


@pytest.mark.parametrize("alpha", [-0.01, 1.01, float("nan")])
def test_alpha_is_a_share(alpha: float) -> None:
    with pytest.raises(UsageError, match="outside 0 to 1"):
        Sampler("hybrid", alpha)


@pytest.mark.parametrize(
    ("field", "what"), [("name", "sampler"), ("pairing", "pairing"), ("schedule", "schedule"), ("mix", "mix")]
)
def test_unknown_names(field: str, what: str) -> None:
    with pytest.raises(UsageError, match=f"no {what} named 'nope'") as caught:
        Sampler(**{field: "nope"})
    assert "known: " in caught.value.hint


def test_hybrid_at_its_ends_is_mono_or_cross() -> None:
    assert Sampler("hybrid", 0).modes == ("cross",)
    assert Sampler("hybrid", 1).modes == ("mono",)
    one = full(12, 1)
    assert set(Plan(one, Sampler("hybrid", 1), 4, 1).modes(0)) == {"mono"}


def test_the_batches_stay_what_they_are() -> None:
    """Published models name a seed and the plan's version, which changes where these batches do."""
    assert VERSION == 2
    rng = np.random.default_rng(0)
    masks, groups = rng.integers(1, 16, 60), np.sort(rng.integers(0, 40, 60))
    data = coverage(masks.tolist(), groups.tolist(), langs=4, stops=[40], paired=[True, False])
    plan = Plan(data, Sampler("hybrid"), 6, 7)
    assert [told(plan.batch(number)) for number in range(len(PINNED))] == PINNED
    digest = hashlib.sha256()
    for sampler in (
        Sampler("mono"),
        Sampler("cross", mix="sqrt"),
        Sampler("cross", pairing="batch"),
        Sampler("hybrid", 0.3, schedule="stratified"),
        Sampler("mixed"),
    ):
        plan = Plan(data, sampler, 6, -7)
        digest.update(repr([told(plan.batch(number)) for number in range(50)]).encode())
    assert digest.hexdigest() == DIGEST


PINNED: list[list[object]] = [
    ["cross", 0, [39, 24, 15, 10, 4, 16], [0, 2, 3, 3, 2, 1], [2, 1, 0, 1, 0, 3]],
    ["mono", 0, [30, 14, 3, 37, 19, 28], [2, 2, 2, 2, 2, 2], [2, 2, 2, 2, 2, 2]],
    ["mono", 0, [13, 1, 11, 22, 31, 29], [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]],
    ["mono", 0, [18, 12, 38, 2, 21, 9], [3, 3, 3, 3, 3, 3], [3, 3, 3, 3, 3, 3]],
    ["mono", 0, [25, 33, 20, 0, 30, 4], [2, 2, 2, 2, 2, 2], [2, 2, 2, 2, 2, 2]],
    ["cross", 0, [35, 8, 26, 17, 0, 25], [3, 1, 0, 3, 2, 2], [0, 0, 3, 0, 3, 0]],
]
DIGEST = "3411901e4bc5466d462372d1283e3d6ead1133cf0d8aa6930e11c552c7a0903a"
