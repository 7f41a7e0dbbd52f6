import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.comparison.overlap import jaccard, move_sign, overlap, rbo, shared

LISTS = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=12)
FULL = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, min_size=1, max_size=12)
SHARES = st.floats(0.1, 0.95)


def by_definition(one: list[str], other: list[str], p: float) -> float:
    """The infinite sum, cut at a depth that weighs nothing, with agreement going on as it was."""
    longer, shorter = sorted((one, other), key=len, reverse=True)
    size, last = len(shorter), len(longer)
    in_shorter = len(set(longer[:size]) & set(shorter)) / size
    total = agreement = 0.0
    for depth in range(1, 1500):
        if depth <= last:
            seen = len(set(longer[:depth]) & set(shorter[:depth]))
            agreement = (seen + in_shorter * max(depth - size, 0)) / depth
        total += (1 - p) * p ** (depth - 1) * agreement
    return total


@pytest.mark.parametrize(
    ("one", "other", "p", "expected"),
    [
        ("abc", "abc", 0.9, 1.0),
        ("abc", "def", 0.9, 0.0),
        ("ab", "ba", 0.9, 0.9),
        ("ab", "ac", 0.9, 0.1 + 0.9 * 0.5),
        ("abc", "cab", 0.5, 0.5 / 2 / 2 + 0.5**2),
        ("a", "ab", 0.9, 1.0),
        ("", "abc", 0.9, 0.0),
        ("", "", 0.9, 0.0),
    ],
)
def test_rbo_of_small_rankings_worked_out_by_hand(one: str, other: str, p: float, expected: float) -> None:
    assert rbo(one, other, p) == pytest.approx(expected)


@given(FULL, FULL, SHARES)
def test_rbo_is_the_sum_that_defines_it(one: list[str], other: list[str], p: float) -> None:
    assert rbo(one, other, p) == pytest.approx(by_definition(one, other, p), abs=1e-9)


@given(LISTS, LISTS, SHARES)
def test_overlaps_are_shares_and_symmetric(one: list[str], other: list[str], p: float) -> None:
    for measure in (lambda a, b: rbo(a, b, p), jaccard):
        assert 0 <= measure(one, other) <= 1
        assert measure(one, other) == measure(other, one)


@given(FULL, SHARES)
def test_a_ranking_overlaps_itself_wholly(ranking: list[str], p: float) -> None:
    assert rbo(ranking, ranking, p) == pytest.approx(1)
    assert jaccard(ranking, ranking) == 1
    assert overlap(ranking, ranking).equal


@given(st.permutations("abcdef"), st.integers(0, 4))
def test_a_swap_weighs_more_the_higher_it_is(ranking: list[str], at: int) -> None:
    def swapped(place: int) -> list[str]:
        return [*ranking[:place], ranking[place + 1], ranking[place], *ranking[place + 2 :]]

    assert all(rbo(ranking, swapped(at)) < rbo(ranking, swapped(lower)) for lower in range(at + 1, 5))


def test_jaccard_and_what_is_shared() -> None:
    assert shared("abcd", "cdef") == 2
    assert jaccard("abcd", "cdef") == pytest.approx(2 / 6)
    assert jaccard("", "") == 0


def test_moves_against_a_base() -> None:
    found = overlap("abcde", "bafdc")
    assert {passage: found.sign(passage) for passage in "abcdef"} == {
        "a": "▼1",
        "b": "▲1",
        "c": "▼2",
        "d": "=",
        "e": "gone",
        "f": "new",
    }
    assert (found.up, found.down, found.shared, found.depth, found.gone) == (1, 2, 4, 5, ("e",))
    assert not found.equal


@pytest.mark.parametrize(("base", "ranked"), [("abc", "a"), ("a", "abc")])
def test_rankings_of_other_lengths_are_told_by_the_longer(base: str, ranked: str) -> None:
    found = overlap(base, ranked)
    assert (found.shared, found.depth, found.jaccard) == (1, 3, pytest.approx(1 / 3))
    assert not found.equal


@given(LISTS, LISTS)
def test_what_moved_up_there_moved_down_here(one: list[str], other: list[str]) -> None:
    there, here = overlap(one, other), overlap(other, one)
    assert (there.up, there.down) == (here.down, here.up)
    assert set(there.moves) | set(there.gone) == set(one) | set(other)
    assert {passage for passage, move in there.moves.items() if move is None} == set(here.gone)


@pytest.mark.parametrize(("move", "sign"), [(0, "="), (12, "▲12"), (-3, "▼3"), (None, "new")])
def test_signs(move: int | None, sign: str) -> None:
    assert move_sign(move) == sign
