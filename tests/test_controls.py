import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui import controls

from . import hostile


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;x\x07", r"\x1b]52;c;x\x07"),
        ("a\x9bb\x7f", r"a\x9bb\x7f"),
        ("\u202eabc\u2066\u200f\u061c", r"\u202eabc\u2066\u200f\u061c"),
        ("one\r", r"one\r"),
        ("\ud800", r"\ud800"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("क्\u200dष می\u200cخواهم 👩\u200d🚀", "क्\u200dष می\u200cخواهم 👩\u200d🚀"),
    ],
)
def test_controls_are_shown_and_joiners_stay(text: str, shown: str) -> None:
    assert controls.visible(text) == shown


def test_a_line_stays_one() -> None:
    assert controls.one_line("a\tb\nc\x1b") == r"a\tb\nc\x1b"


@given(st.text(st.characters()))
def test_no_control_is_left_in_any_text(text: str) -> None:
    for shown in (controls.visible(text), controls.one_line(text), controls.without(text)):
        assert not hostile.raw(shown)
        assert controls.visible(shown) == shown
        shown.encode()


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_has_no_control_and_tells_the_same(value: object) -> None:
    for ascii_only in (False, True):
        text = controls.as_json(value, ascii_only=ascii_only)
        assert not hostile.raw(text)
        assert json.loads(text) == value
    assert text.isascii()
