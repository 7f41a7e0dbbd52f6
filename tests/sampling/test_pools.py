from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hybrid_tui.sampling.pools import Pool, drawn_languages, pool, weights
from tests.sampling.random_data import coverage, full


def drawn(made: Pool, cycle: int = 0, *address: int) -> list[list[int]]:
    first = cycle * made.batches
    return [made.draw(first + number, *(address or (1, 0, 0))).tolist() for number in range(made.batches)]


@given(st.integers(1, 60), st.integers(1, 10), st.integers(0, 3))
def test_each_item_comes_once_a_cycle(items: int, batch: int, cycle: int) -> None:
    made = Pool(np.arange(items, dtype=np.int32), np.arange(items, dtype=np.int32), batch)
    assert made.batches == items // batch
    if made.batches:
        flat = np.ravel(drawn(made, cycle)).tolist()
        assert len(flat) == len(set(flat)) == items // batch * batch


@given(st.lists(st.integers(0, 12), min_size=1, max_size=60), st.integers(1, 8), st.integers(0, 3))
def test_items_of_a_group_never_meet_and_come_once_a_cycle(groups: list[int], batch: int, cycle: int) -> None:
    group = np.array(groups, np.int32)
    made = Pool(np.arange(len(group), dtype=np.int32) + 100, group, batch)
    sizes = np.bincount(group)
    rounds = [int((sizes > turn).sum()) for turn in range(int(sizes.max()))]
    assert made.groups == rounds[0]
    assert made.batches == sum(size // batch for size in rounds)
    if made.batches:
        rows = np.array(drawn(made, cycle)) - 100
        assert all(len(set(group[row].tolist())) == batch for row in rows)
        assert len(set(rows.ravel().tolist())) == rows.size


def test_the_order_changes_with_cycle_and_address() -> None:
    made = pool(full(40), full(40).sources[0], np.ones(40, np.bool_), 8)
    orders = [drawn(made), drawn(made, 1), drawn(made, 0, 2, 0, 0), drawn(made, 0, 1, 1, 0)]
    assert len({str(order) for order in orders}) == 4
    assert drawn(made) == orders[0]


def test_every_item_of_a_group_larger_than_the_number_of_groups_comes() -> None:
    group = np.array([0] * 30 + [1, 2, 3], np.int32)
    made = Pool(np.arange(33, dtype=np.int32), group, 2)
    seen = {item for number in range(400) for item in made.draw(number, 1, 0, 0).tolist()}
    assert seen == set(range(33))


def test_a_pool_too_small_has_no_batch() -> None:
    made = Pool(np.arange(3, dtype=np.int32), np.array([0, 0, 1], np.int32), 3)
    assert (made.rows, made.groups, made.batches) == (3, 2, 0)


def test_a_pool_is_of_the_wanted_items_of_a_source() -> None:
    data = coverage([1, 3, 2, 3, 1], stops=[2])
    made = pool(data, data.sources[1], data.has(data.sources[1], 0), 2)
    assert sorted(made.draw(0, 1).tolist()) == [3, 4]
    assert data.several(data.sources[0]).tolist() == [False, True]
    assert data.count(data.sources[1]).tolist() == [2, 2, 0]
    assert data.groups(data.sources[1], data.has(data.sources[1])) == 3


@pytest.mark.parametrize("count", [1, 2])
def test_languages_are_uniform_over_ordered_choices(count: int) -> None:
    mask = np.full(6000, 0b1011, np.uint64)
    found = drawn_languages(mask, 4, np.random.default_rng(3).random((count, 6000)))
    held = [0, 1, 3]
    choices = [(a,) for a in held] if count == 1 else [(a, b) for a in held for b in held if a != b]
    counts = [sum(row == choice for row in zip(*found, strict=True)) for choice in choices]
    assert sum(counts) == 6000
    assert stats.chisquare(counts).pvalue > 1e-3


def test_languages_of_an_item_with_64() -> None:
    mask = np.array([2**64 - 1, 2**63 | 1], np.uint64)
    last = drawn_languages(mask, 64, np.full((2, 2), 0.999))
    assert [langs.tolist() for langs in last] == [[63, 63], [62, 0]]


def test_weights() -> None:
    assert weights([4, 16, 0], "size").tolist() == [4, 16, 0]
    assert weights([4, 16, 0], "sqrt").tolist() == [2, 4, 0]
    assert weights([4, 16, 0], "uniform").tolist() == [1, 1, 0]
