"""The line that explains signs and figures."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.pilot import Pilot

from hybrid_tui.tui.render.hits import hit_lines
from hybrid_tui.tui.search.comparison import Comparison
from hybrid_tui.tui.search.legend import TERMS, legend, signs_in

from ..conftest import Played
from ..waiting import until
from .linked import BASE, OTHER


def line(played: Played) -> str:
    return str(played.app.screen_stack[0].query_one("#legend").content)


def test_what_is_on_screen_is_explained_and_nothing_else() -> None:
    base, other = Comparison().contents([BASE, OTHER])
    assert signs_in([base]) == {"●", "base", "ms"}
    assert signs_in([base, other]) == {"●", "▲▼", "RBO", "ms", "new", "gone"}
    assert signs_in([]) == set()


def test_moves_against_a_first_stage_of_its_own_are_told_apart() -> None:
    hits = tuple(replace(hit, before=hit.rank + (hit.rank == 2)) for hit in BASE.ranking.hits)
    staged = msgspec.structs.replace(BASE, ranking=replace(BASE.ranking, hits=hits))
    (content,) = Comparison().contents([staged])
    assert signs_in([content]) == {"●", "△▽", "ms"}
    heads = ["".join(span.text for span in hit_lines(row, 40, 3)[0]) for row in content.rows]
    assert ["△1" in head for head in heads] == [False, True, False, False]


@given(signs=st.sets(st.sampled_from([term.sign for term in TERMS])), width=st.integers(0, 400))
def test_it_keeps_to_its_width_and_says_more_where_there_is_room(signs: set[str], width: int) -> None:
    text = str(legend(signs, width))
    assert cell_len(text) <= width
    if width == 400:
        assert all(f"{term.sign} {term.long}" in text for term in TERMS if term.sign in signs)


def test_what_matters_most_fits_on_eighty_columns() -> None:
    signs = {"●", "▲▼", "RBO", "rank distance", "ms", "AP", "new", "gone"}
    text = str(legend(signs, 78))
    assert all(sign in text for sign in ("●", "▲▼", "base", "RBO", "rank distance", "ms"))


@pytest.mark.parametrize("key", ["ctrl+underscore", "ctrl+slash"])
async def test_it_is_turned_off_and_on_again(played: Played, key: str) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "● relevant" in line(played))
        height = played.row.size.height
        await pilot.press(key)
        assert played.row.size.height == height + 1
        assert not played.app.screen.state.legend
        await pilot.press("down", "i")
        assert played.row.size.height == height


async def test_a_low_screen_leaves_it_out(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        legend = played.app.screen.query_one("#legend")
        await until(pilot, lambda: legend.display)
        await pilot.resize_terminal(80, 18)
        await until(pilot, lambda: not legend.display)


async def test_behind_tabs_it_explains_the_pane_in_front(played: Played) -> None:
    async def front(pilot: Pilot, key: str, told: str) -> None:
        await pilot.press(key)
        await until(pilot, lambda: told in line(played))

    async with played.app.run_test(size=(64, 24)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await pilot.press("enter", "down")
        await front(pilot, "right", "RBO")
        await front(pilot, "left", "base for")
        assert "base for" in line(played)
        assert "RBO 1" not in line(played)
