from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hybrid_tui.tui.render.columns import Column, columned, headings

COLUMNS = (Column("name", 9), Column("count", 6, number=True))


@given(st.text(max_size=30), st.text(max_size=30))
def test_rows_are_exactly_as_wide_as_their_headings(name: str, count: str) -> None:
    assert cell_len(columned(COLUMNS, (name, count))) == cell_len(headings(COLUMNS))


def test_numbers_stand_at_the_right_and_names_are_cut() -> None:
    assert columned(COLUMNS, ("a very long name", "12")) == "a very l…      12"
