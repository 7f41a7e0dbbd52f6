from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.encoders.texts import encodable


@given(st.text())
def test_text_that_has_a_utf8_form_is_left_alone(text: str):
    assert encodable(text) == text


@given(st.text(st.characters(codec=None)))
def test_whatever_comes_has_a_utf8_form_after(text: str):
    encodable(text).encode()


def test_pairs_are_joined_and_lone_surrogates_replaced():
    assert encodable("a\ud83d\ude00b\udc00c") == "a😀b\ufffdc"
