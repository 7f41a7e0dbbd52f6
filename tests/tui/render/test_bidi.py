import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hybrid_tui.tui.render.bidi import visual


@pytest.mark.parametrize(
    ("logical", "drawn"),
    [
        ("مرحبا", "ابحرم"),
        ("عام 1869 كان", "ناك 1869 ماع"),
        ("نهر (abc) 123", "123 (abc) رهن"),
        ("نهر (نيل) هنا", "انه (لين) رهن"),
        ("نهر [Nile River] هنا", "انه [Nile River] رهن"),
        ("مَرْحَبا", "ابحَرْمَ"),
        ("אבג abc", "abc גבא"),
        ("", ""),
    ],
)
def test_lines_are_drawn_from_the_right(logical: str, drawn: str):
    assert visual(logical) == drawn


@given(st.text(st.sampled_from("نهر مَ abc 123 ([«»]) .,؟"), max_size=40))
def test_width_and_letters_stay(line: str):
    drawn = visual(line)
    assert cell_len(drawn) == cell_len(line)
    assert sorted(char for char in drawn if char.isalnum()) == sorted(char for char in line if char.isalnum())
