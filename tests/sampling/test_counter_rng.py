from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hybrid_tui.sampling.counter_rng import key_of, permuted, stream

BITS = st.integers(0, 2**64 - 1)


@given(st.integers(1, 3000), BITS)
def test_a_permutation_puts_every_place_once(size: int, key: int) -> None:
    assert sorted(permuted(np.arange(size), size, key).tolist()) == list(range(size))


@given(st.integers(1, 500), BITS, st.data())
def test_a_part_of_a_permutation_is_as_in_the_whole(size: int, key: int, data: st.DataObject) -> None:
    places = np.array(data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=9)))
    assert permuted(places, size, key).tolist() == permuted(np.arange(size), size, key)[places].tolist()


def test_a_permutation_of_very_many_is_not_made() -> None:
    found = permuted(np.array([[0, 1], [2, 3]]), 10**15, 5)
    assert found.shape == (2, 2)
    assert len(set(found.ravel().tolist())) == 4
    assert found.max() < 10**15


def test_keys_spread_where_a_place_goes_evenly() -> None:
    found = [int(permuted(np.array([3]), 10, key_of(1, key))[0]) for key in range(2000)]
    assert stats.chisquare(np.bincount(found, minlength=10)).pvalue > 1e-3


@given(st.integers(-(2**63), 2**63), st.lists(BITS, max_size=3))
def test_a_stream_depends_on_its_address_alone(seed: int, address: list[int]) -> None:
    first = stream(seed, *address)
    first.random(3)
    again = stream(seed, *address).random(5)
    assert stream(seed, *address).random(5).tolist() == again.tolist()


def test_streams_of_different_addresses_differ() -> None:
    addresses = [(1,), (2,), (-1,), (1, 1), (1, 0, 1), (1, 0, 0, 1), (1, 1, 1, 1)]
    drawn = [tuple(stream(*address).random(4)) for address in addresses]
    assert len(set(drawn)) == len(drawn)
    assert drawn[0] == tuple(stream(1, 0, 0, 0).random(4)), "what is left out is 0"


def test_keys_tell_addresses_apart() -> None:
    addresses = [(a, b, c) for a in range(-3, 12) for b in range(12) for c in range(12)]
    keys = {key_of(*address) for address in addresses}
    assert len(keys) == len(addresses)
    assert all(0 <= key < 2**64 for key in keys)
    assert key_of(1, 2) == key_of(1, 2)


def test_an_address_has_three_numbers_at_the_most() -> None:
    with pytest.raises(ValueError, match="too many values"):
        stream(1, 2, 3, 4, 5)
