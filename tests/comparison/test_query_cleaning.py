import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.comparison.query_cleaning import LONGEST, clean_query
from hybrid_tui.errors import UsageError


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x07"])
def test_nothing_is_refused(text: str):
    with pytest.raises(UsageError, match="empty"):
        clean_query(text)


def test_too_long_is_refused_with_its_length():
    with pytest.raises(UsageError, match="100,000 characters"):
        clean_query("x" * 100_000)


def test_one_character_is_enough():
    assert clean_query("水") == "水"


def test_markup_is_only_text():
    assert clean_query("[/foo] [bold]x") == "[/foo] [bold]x"


def test_control_characters_and_lone_surrogates():
    assert clean_query("a\x00b\ud800c") == "a b\N{REPLACEMENT CHARACTER}c"


@given(st.text(st.characters(), min_size=1, max_size=200))
def test_the_result_can_be_written_anywhere(text: str):
    try:
        query = clean_query(text)
    except UsageError:
        return
    query.encode("utf-8")
    assert 0 < len(query) <= LONGEST
    assert not {unicodedata.category(char) for char in query} & {"Cc", "Cs"}
    assert clean_query(query) == query
