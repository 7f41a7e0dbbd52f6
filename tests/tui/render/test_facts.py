"""Facts on lines of a header."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hybrid_tui.tui.render.facts import packed

TOOK = "dense 12 · query 3 · fuse 41 · rerank 1,312 ms"


def test_a_fact_that_is_too_wide_goes_on_behind_a_dot():
    assert packed(["RBO 1", TOOK], 60) == [f"RBO 1  {TOOK}"]
    assert packed(["RBO 1", TOOK], 36) == ["RBO 1", "dense 12 · query 3 · fuse 41 ·", "rerank 1,312 ms"]


@given(
    st.lists(st.sampled_from(["AP .5", TOOK, "base", "rank distance 1,204"]), max_size=5), st.integers(1, 80)
)
def test_all_is_told_in_order_and_fits_where_it_can(facts: list[str], width: int):
    lines = packed(facts, width)
    assert " ".join(lines).split() == " ".join(facts).split()
    if width >= 19:
        assert all(cell_len(line) <= width for line in lines)
