import unicodedata

import bidi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hybrid_tui.tui.render.bidi import needs_reordering, visual, visual_order
from hybrid_tui.tui.render.shape import shaped

MIXED = st.text(st.sampled_from("ابجשלabc 12,.()[]٣٤-\u064b"), max_size=40)


def mirrored(text: str) -> str:
    return text.translate(str.maketrans("()[]", ")(]["))


@given(MIXED, st.booleans())
def test_the_order_is_that_of_another_implementation(text: str, from_right: bool) -> None:
    text = "".join(char for char in text if not unicodedata.combining(char)).strip()
    theirs = bidi.get_display(text, base_dir="R" if from_right else "L")
    order = [text[at] for at, _ in visual_order(list(text), right_to_left=from_right)]
    assert "".join(order) == theirs


@given(MIXED, st.booleans())
def test_reordering_moves_characters_and_loses_none(text: str, from_right: bool) -> None:
    text = text.lstrip("\u064b")
    order = visual_order(list(text), right_to_left=from_right)
    assert sorted(at for at, _ in order) == list(range(len(text)))
    assert cell_len(visual(text, right_to_left=from_right)) == cell_len(text)


@pytest.mark.parametrize(
    ("logical", "drawn"),
    [
        ("ابج", "جبا"),
        ("ا (ب) ج", "ج (ب) ا"),
        ("ا (Nile) ج", "ج (Nile) ا"),
        ("abc (def) ا", "ا abc (def)"),
        ("ا 6650 ب", "ب 6650 ا"),
        ("بًا", "ابً"),
        ("ا 👍🏽 ب", "ب 👍🏽 ا"),
    ],
)
def test_a_right_to_left_line(logical: str, drawn: str) -> None:
    assert visual(logical, right_to_left=True) == drawn


def test_a_right_to_left_word_in_a_left_to_right_line() -> None:
    assert visual("the word نهر here", right_to_left=False) == "the word رهن here"
    assert needs_reordering("the word نهر here")
    assert not needs_reordering("नदी แม่น้ำ 河 река")


def test_arabic_letters_are_joined() -> None:
    assert [unicodedata.name(char) for char in shaped("نهر")] == [
        "ARABIC LETTER NOON INITIAL FORM",
        "ARABIC LETTER HEH MEDIAL FORM",
        "ARABIC LETTER REH FINAL FORM",
    ]
    assert shaped("لا") == "\N{ARABIC LIGATURE LAM WITH ALEF ISOLATED FORM}"
    assert len(shaped("لا", ligatures=False)) == 2


@given(st.text(st.sampled_from("لانهرگپیآکۀ\u064b\u0651 ab1"), max_size=30))
def test_shaping_keeps_the_words_and_without_ligatures_every_character(text: str) -> None:
    logical = unicodedata.normalize("NFKC", text)
    # Marks take part in normalisation; the letters under them must be the same.
    letters = [char for char in logical if not unicodedata.combining(char)]
    back = unicodedata.normalize("NFKC", shaped(text))
    assert [char for char in back if not unicodedata.combining(char)] == letters
    assert len(shaped(text, ligatures=False)) == len(text)


@pytest.mark.parametrize("text", ["👨‍👩‍👧", "नदी", "plain", "שלום"])
def test_other_scripts_are_not_shaped(text: str) -> None:
    assert shaped(text) == text
