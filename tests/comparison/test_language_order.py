from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.comparison.language_order import ORDERS, arranged, labels
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.means import Means
from hybrid_tui.languages import FAMILIES, LANGUAGES, family

CODES = ("ar", "de", "en", "ru", "uk", "xx")
CELLS = st.lists(
    st.lists(st.none() | st.floats(-1, 1), min_size=len(CODES), max_size=len(CODES)),
    min_size=len(CODES),
    max_size=len(CODES),
)


def square(values: list[list[float | None]]) -> Matrix:
    counts = tuple(tuple(int(cell is not None) for cell in row) for row in values)
    return Matrix("x", CODES, CODES, tuple(map(tuple, values)), counts)


def test_every_language_of_the_table_has_one_family() -> None:
    named = [code for codes in FAMILIES.values() for code in codes]
    assert sorted(named) == sorted(LANGUAGES)
    assert family("de") == family("en") == "Germanic"
    assert family("xx") == ""


def test_related_languages_stand_together_and_unknown_ones_last() -> None:
    rows, columns = labels(square([[0.5] * 6] * 6), "family")
    assert rows == columns == ("de", "en", "ru", "uk", "ar", "xx")


def test_by_value_each_side_goes_by_its_own_means() -> None:
    matrix = Matrix("x", ("de", "en"), ("de", "en"), ((0.9, 0.1), (0.4, 0.2)), ((1, 1),) * 2)
    assert labels(matrix, "value") == (("en", "de"), ("de", "en"))


def test_what_has_no_mean_comes_last_by_value() -> None:
    matrix = Matrix("x", ("de", "en", "fr"), ("th",), ((None,), (0.1,), (0.2,)), ((0,), (1,), (1,)))
    assert labels(matrix, "value")[0] == ("fr", "en", "de")


def test_shares_are_ordered_by_code_down_and_by_value_across() -> None:
    shares = Matrix(
        "x", ("en", "de"), ("de", "en", "th"), ((0.2, 0.3, 0.5), (0.1, 0.2, 0.7)), ((9,) * 3,) * 2
    )
    assert labels(shares, "value") == (("de", "en"), ("th", "de", "en"))


@given(CELLS, st.sampled_from(list(ORDERS)))
def test_another_order_moves_cells_with_their_labels(values: list[list[float | None]], by: str) -> None:
    matrix = square(values)
    moved = arranged(matrix, *labels(matrix, by))
    assert sorted(moved.rows) == sorted(matrix.rows)
    for row, cells, counts in zip(moved.rows, moved.values, moved.counts, strict=True):
        for column, cell, count in zip(moved.columns, cells, counts, strict=True):
            at, place = matrix.rows.index(row), matrix.columns.index(column)
            assert (cell, count) == (matrix.values[at][place], matrix.counts[at][place])


@given(CELLS)
def test_means_do_not_depend_on_the_order(values: list[list[float | None]]) -> None:
    matrix = square(values)
    moved = arranged(matrix, CODES[::-1], CODES[::-1])
    assert Means.of(moved).columns[::-1] == pytest.approx(Means.of(matrix).columns)


def test_labels_that_are_not_named_come_last_as_they_are() -> None:
    moved = arranged(square([[0.1] * 6] * 6), ("ru", "th"), ())
    assert moved.rows == ("ru", "ar", "de", "en", "uk", "xx")
    assert moved.columns == CODES
