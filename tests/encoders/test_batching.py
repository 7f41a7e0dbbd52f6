from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.encoders.batching import batches, encodable

lengths = st.lists(st.integers(0, 300), max_size=60)


@given(lengths, st.integers(1, 1000))
def test_every_row_is_in_one_batch(lengths: list[int], budget: int):
    rows = [row for batch in batches(lengths, budget) for row in batch]
    assert sorted(rows) == list(range(len(lengths)))


@given(lengths, st.integers(1, 1000))
def test_no_batch_is_over_the_budget_but_for_one_long_row(lengths: list[int], budget: int):
    for batch in batches(lengths, budget):
        cost = len(batch) * max(lengths[row] for row in batch)
        assert cost <= budget or len(batch) == 1


@given(lengths, st.integers(1, 1000))
def test_rows_come_longest_first(lengths: list[int], budget: int):
    found = [lengths[row] for batch in batches(lengths, budget) for row in batch]
    assert found == sorted(lengths, reverse=True)


def test_batches_are_filled():
    assert list(batches([5, 5, 5, 2, 2], 10)) == [[0, 1], [2, 3], [4]]


@given(st.text())
def test_text_that_has_a_utf8_form_is_left_alone(text: str):
    assert encodable(text) == text


@given(st.text(st.characters(codec=None)))
def test_whatever_comes_has_a_utf8_form_after(text: str):
    encodable(text).encode()


def test_pairs_are_joined_and_lone_surrogates_replaced():
    assert encodable("a\ud83d\ude00b\udc00c") == "a😀b\ufffdc"
