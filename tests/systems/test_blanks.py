"""One number of a system is left open, and stands where it makes sense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.errors import UsageError
from hybrid_tui.systems import blanks
from hybrid_tui.systems.written import parse


@pytest.mark.parametrize(
    ("typed", "value", "written"),
    [
        ("me5-small+center:?", 0.75, "me5-small+center:.75"),
        ("me5-small+center:?", 1, "me5-small+center"),
        ("me5-small+center:?", 0, "me5-small"),
        ("me5-small+center:?@starter", 0.25, "me5-small+center:.25@starter"),
        ("me5-small+shift:both:?", 0.5, "me5-small+shift:both:.5"),
        ("m+dim:128+center:.5+query:en:?+fuse:bm25", 0.3, "m+dim:128+center:.5+query:en:.3+fuse:bm25"),
        ("me5-small+center+query:en:?", 0, "me5-small+center"),
    ],
)
def test_a_number_makes_a_system(typed: str, value: float, written: str):
    assert str(blanks.read(typed).at(value)) == written


@given(st.floats(0.001, 1))
def test_every_number_stands_where_it_was_left_open(value: float):
    for typed in ("me5-small+center:?", "me5-small+query:en:?", "me5-small+shift:de:?:both"):
        assert blanks.read(typed).at(value) == parse(typed.replace("?", repr(value)))


@pytest.mark.parametrize(("typed", "what"), [("a+center:?", "strength"), ("a+query:en:?", "weight")])
def test_it_is_called_what_it_is(typed: str, what: str):
    assert blanks.read(typed).what == what


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("me5-small+center", "has no open place"),
        ("me5-small+center:?+query:en:?", "has 2 open places"),
        ("me5-small?", "the retriever takes no strength"),
        ("?+center", "the retriever takes no strength"),
        ("me5-small+lir:?", "stage 1, 'lir:?', takes no strength"),
        ("me5-small+dim:?", "stage 1, 'dim:?', takes no strength"),
        ("me5-small+center:.5?", "stage 1, 'center:.5?', takes no strength"),
        ("me5-small+center:1?", "stage 1, 'center:1?', takes no strength"),
        ("me5-small+center@?", "stage 1, 'center@?', takes no strength"),
        ("me5-small+center+query:?", "stage 2, 'query:?', takes no strength"),
        ("me5-small+query:?:.5", "stage 1, 'query:?:.5', takes no strength"),
        ("me5-small+fuse:?", "stage 1, 'fuse:?', takes no strength"),
        ("me5-small+centre:?", "stage 1, 'centre:?', is unknown"),
        ("me5-small+center?", "stage 1, 'center?', is unknown"),
        ("me5-small+query:en:?+center", "works before query:en:?"),
    ],
)
def test_a_place_that_makes_no_sense_is_told(typed: str, told: str):
    with pytest.raises(UsageError) as caught:
        blanks.read(typed)
    assert told in str(caught.value)
    assert caught.value.hint


def test_a_weight_beyond_one_is_told():
    with pytest.raises(UsageError, match="no weight"):
        blanks.read("me5-small+query:en:?").at(1.5)
