import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.number_format import cell_words, figure, shared_digits


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (0.64, 3, ".640"),
        (1.0, 3, "1.000"),
        (0.0, 3, ".000"),
        (0.9996, 3, "1.000"),
        (-0.0001, 3, ".000"),
        (-0.25, 3, "-.250"),
        (10.5, 3, "10.500"),
        (1213.5, 1, "1,213.5"),
        (0.4, 1, "0.4"),
        (1214.0, 0, "1,214"),
        (None, 3, "·"),
    ],
)
def test_figures(value: float | None, digits: int, written: str):
    assert figure(value, digits) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.012, "+.012"), (-0.012, "-.012"), (0.0001, ".000"), (-0.0001, ".000"), (None, "·")],
)
def test_differences_have_a_sign_unless_they_round_to_zero(value: float | None, written: str):
    assert figure(value, 3, signed=True) == written


@pytest.mark.parametrize(
    ("value", "digits", "width", "written"),
    [
        (1.0, 3, 4, "1.00"),
        (45.25, 1, 5, "45.2"),
        (1213.5, 1, 5, "1,214"),
        (1213.5, 1, 4, "1.2k"),
        (12345.6, 0, 5, "12.3k"),
        (123456, 0, 5, "123k"),
        (999960, 0, 5, "1.0M"),
        (2.5e9, 0, 5, "2.5G"),
        (-12345.6, 0, 5, "-12k"),
        (1e18, 0, 5, "1e+18"),
    ],
)
def test_figures_that_must_be_short(value: float, digits: int, width: int, written: str):
    assert figure(value, digits, width=width) == written


@given(st.floats(-1e14, 1e14), st.integers(0, 3), st.booleans())
def test_five_characters_are_enough_and_say_the_same(value: float, digits: int, signed: bool):
    text = figure(value, digits, signed=signed, width=5)
    assert len(text) <= 5
    power = " kMGT".find(text[-1])
    number = float(text.strip("kMGT").replace(",", "")) * 1000 ** max(power, 0)
    assert number == pytest.approx(value, rel=0.06, abs=0.5)


def test_one_precision_for_all_numbers_of_a_table():
    assert shared_digits([0.5, None, 0.25], 3, signed=False, width=4) == 3
    assert shared_digits([0.5, 1.0], 3, signed=False, width=4) == 2
    assert shared_digits([0.5, 1213.5], 1, signed=False, width=5) == 0
    assert shared_digits([0.5, 1e9], 1, signed=False, width=5) == 0
    assert shared_digits([], 3, signed=False, width=1) == 3


def test_a_cell_in_words():
    matrix = Matrix("mAP", ("de",), ("en", "fr"), ((0.64, None),), ((1190, 0),))
    assert cell_words(matrix, 0, 0) == "query de -> passage en: .640 (n = 1,190)"
    assert cell_words(matrix, 0, 0, signed=True) == "query de -> passage en: +.640 (n = 1,190)"
    assert cell_words(matrix, 0, 1) == "query de -> passage fr: nothing to measure"


def test_a_cell_in_words_names_other_axes():
    matrix = Matrix("x", ("de",), ("en",), ((1213.5,),), ((9,),), "answer language", "language in front", 1)
    assert cell_words(matrix, 0, 0) == "answer de -> language in front en: 1,213.5 (n = 9)"
