"""Panes beside and behind each other."""

import pytest
from textual import events

from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.passage import PassageView

from .conftest import TEXTS, Played
from .waiting import until

WIDE, NARROW = (140, 40), (64, 24)


def shown(played: Played) -> list[bool]:
    return [pane.display for pane in played.panes]


async def test_panes_stand_beside_each_other_where_they_fit(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert shown(played) == [True, True]
        assert not played.row.query_one("#tabs").display


async def test_on_a_narrow_terminal_they_become_tabs(played: Played) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        assert shown(played) == [True, False]
        assert played.text("#tabs").split() == ["me5-small", "use-m3"]
        await pilot.press("down", "right")
        assert shown(played) == [False, True]
        assert played.panes[1].hits.has_focus
        await pilot.press("right")
        assert shown(played) == [True, False]
        await pilot.click("#tabs", offset=(14, 0))
        assert shown(played) == [False, True]


async def test_three_stand_beside_each_other_on_100_cells_and_on_80_two_the_base_first() -> None:
    played = Played(models=("me5-small", "use-m3", "labse"))
    async with played.app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert shown(played) == [True, True, True]
        assert not played.row.query_one("#tabs").display
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert shown(played) == [True, True, False]
        assert played.text("#tabs").split() == ["me5-small", "use-m3", "labse"]
        await pilot.press("down", "left")
        await pilot.pause()
        assert shown(played) == [True, False, True]
        assert played.panes[2].hits.has_focus
        await pilot.press("right")
        await pilot.pause()
        assert shown(played) == [True, False, True]
        assert played.panes[0].hits.has_focus
        assert {pane.hits.scrollable_content_region.width >= 30 for pane in played.row.in_sight} == {True}


async def test_tabs_tell_what_goes_on_behind(played: Played) -> None:
    played.engine.held = {"use-m3"}
    async with played.app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: played.text("#tabs").split() == ["me5-small", "use-m3", "…"])
        played.engine.deliver(messages.Failure(id=played.request(played.panes[1]), message="no"))
        await pilot.pause()
        assert played.text("#tabs").split() == ["me5-small", "use-m3", "✗"]


async def test_the_tab_in_front_has_its_whole_name_and_all_fit() -> None:
    played = Played(models=tuple(f"{number}-is-a-model-with-a-long-name" for number in range(6)))
    async with played.app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("down", "right")
        await pilot.pause()
        tabs = played.text("#tabs")
        assert "1-is-a-model-with-a-long-name" in tabs
        assert len(tabs) <= 80
        assert tabs.count("…") == 5


async def test_where_names_do_not_fit_the_others_lose_what_all_begin_with() -> None:
    played = Played(models=tuple(f"a-model-with-a-long-name-{name}" for name in ("mono", "cross", "hybrid")))
    async with played.app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        assert played.text("#tabs").split() == ["a-model-with-a-long-name-mono", "cross", "hybrid"]
        await pilot.press("down", "right")
        await pilot.pause()
        assert played.text("#tabs").split() == ["mono", "a-model-with-a-long-name-cross", "hybrid"]
        await pilot.resize_terminal(110, 24)
        await pilot.pause()
        assert played.text("#tabs").count("long-name") == 3


async def test_one_pane_needs_no_tabs() -> None:
    played = Played(models=("me5-small",))
    async with played.app.run_test(size=(30, 12)) as pilot:
        await pilot.pause()
        assert not played.row.query_one("#tabs").display
        assert shown(played) == [True]


async def test_the_pane_in_front_stays_in_front_when_the_terminal_changes(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("down", "right")
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        assert shown(played) == [False, True]
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()
        assert shown(played) == [True, True]
        assert played.panes[1].hits.has_focus


async def test_every_line_is_exactly_as_wide_as_its_list(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        for width in (140, 97, 83, 60, 25, 141):
            await pilot.resize_terminal(width, 40)
            await pilot.pause()
            for pane in played.panes:
                if pane.display:
                    wide = pane.hits.scrollable_content_region.width
                    lines = {pane.hits.render_line(y).cell_length for y in range(pane.hits.size.height)}
                    assert lines == {wide}


async def test_a_storm_of_sizes_does_no_harm(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        for size in ((20, 5), (300, 80), (1, 1), (80, 24), (39, 60), (140, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert shown(played) == [True, True]
        assert "Der Nil" in played.picture()


async def test_panes_are_added_changed_and_closed(played: Played) -> None:
    async with played.app.run_test(size=(200, 40)) as pilot:
        await pilot.pause()
        await pilot.press("f7", *"labse", "enter")
        await pilot.pause()
        assert [pane.model for pane in played.panes] == ["me5-small", "use-m3", "labse"]
        assert played.engine.of(messages.Search)[-1].system == "labse"
        assert played.panes[2].hits.has_focus
        await pilot.press("left", "left", "f5", *"use", "enter")
        await pilot.pause()
        assert played.panes[0].model == played.panes[0].ranking.system == "use-m3"
        await pilot.press("f8", "f8")
        await pilot.pause()
        assert [pane.model for pane in played.panes] == ["labse"]
        await pilot.press("f8")
        assert "last pane" in played.text("#message")


async def test_closing_a_pane_cancels_its_search(played: Played) -> None:
    played.engine.held = {"use-m3"}
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        request = played.request(played.panes[1])
        await pilot.press("down", "right", "f8")
        await pilot.pause()
        assert [cancel.target for cancel in played.engine.of(messages.Cancel)] == [request]
        played.engine.deliver(messages.Failure(id=request, message="cancelled", cancelled=True))
        await pilot.pause()
        assert len(played.panes) == 1


async def test_there_are_at_most_six_panes() -> None:
    played = Played(models=tuple("abcdefg"))
    async with played.app.run_test(size=(250, 40)) as pilot:
        await pilot.pause()
        assert shown(played) == [True] * 6
        await pilot.press("f7")
        assert "6 panes are the most" in played.text("#message")
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        assert shown(played) == [True, *[False] * 5]
        assert played.text("#tabs").split() == list("abcdef")


async def test_a_failed_pane_can_be_reached_and_given_another_model(played: Played) -> None:
    played.engine.held = {"use-m3"}
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.deliver(messages.Failure(id=played.request(played.panes[1]), message="no"))
        await pilot.press("down", "right", "f5", *"labse", "enter")
        await pilot.pause()
        assert played.panes[1].ranking.system == "labse"
        assert played.panes[1].hits.display


async def test_the_name_of_a_pane_can_be_clicked_for_another_model(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.click(played.panes[1].query_one(".name"))
        await pilot.press(*"labse", "enter")
        await pilot.pause()
        assert [pane.model for pane in played.panes] == ["me5-small", "labse"]


async def test_the_cursor_moves_by_keys_and_opens_the_whole_passage(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("down", "right", "down", "j", "k", "end", "home", "pagedown", "up")
        assert played.panes[1].hits.current.hit.rank == 5
        await pilot.press("enter")
        await pilot.pause()
        assert " ".join(played.text("#passage").split()) == TEXTS["es"]
        assert played.text(".title") == "use-m3 · rank 5 · score 0.9500 · not relevant"
        assert played.text(".where") == "Spanish (es) · passage es-1"
        await pilot.press("escape")
        assert played.panes[1].hits.has_focus


async def test_the_cursor_stays_in_view(played: Played) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("down", *["down"] * 20)
        assert "尼罗河" in played.picture()
        await pilot.press("home")
        assert " 1 ● ar" in played.picture()


async def test_passages_begin_on_one_line_in_panes_beside_each_other(played: Played) -> None:
    async with played.app.run_test(size=(90, 30)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        lines = {pane.fact_lines for pane in played.panes}
        assert len(lines) == 2, "the base has less to tell"
        assert len({pane.hits.region.y for pane in played.panes}) == 1
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        base = played.panes[0]
        played.app.screen.action_front_pane(0)
        await pilot.pause()
        assert base.query_one(".facts").region.height == base.fact_lines


async def test_a_click_chooses_and_a_second_opens(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: played.panes[0].hits.rows)
        await pilot.click(played.panes[0].hits, offset=(10, 5))
        await until(pilot, lambda: played.panes[0].hits.current.hit.rank == 2)
        await pilot.click(played.panes[0].hits, offset=(10, 5), times=2)
        await pilot.pause()
        assert played.text(".title").startswith("me5-small · rank 2")


@pytest.mark.parametrize("lang", ["ar", "hi", "th", "zh", "de"])
async def test_a_passage_is_marked_in_its_paragraph_and_copied_as_it_is_stored(
    played: Played, lang: str
) -> None:
    played.engine.texts = {lang: TEXTS[lang]}
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        lines = played.text("#context").splitlines()
        marked = [line for line in lines if "┃" in line]
        assert 1 <= len(marked) <= len(lines) - 2
        assert all(line.rstrip()[-1] == "┃" if lang == "ar" else line[0] == "┃" for line in marked)
        await pilot.press("ctrl+c")
        assert played.app.clipboard == TEXTS[lang]


async def test_a_passage_without_a_paragraph(played: Played) -> None:
    played.engine.context = ""
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert not played.app.screen.query("#context")
        assert played.text(".title").endswith("● relevant")


async def test_another_models_passages_do_not_stand_under_a_new_name(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        played.engine.held = {"labse"}
        await played.app.screen.set_model("labse")
        await pilot.pause()
        assert played.panes[0].ranking is None
        await pilot.press("ctrl+g", "ctrl+g")
        assert played.facts(played.panes[0]) == ""
        await until(pilot, lambda: "Esc stops" in played.notice(played.panes[0]))


async def test_news_of_a_focus_that_is_gone_moves_no_pane_forward(played: Played) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await pilot.press("down")
        first, second = played.panes
        await pilot.press("right")
        played.row.on_descendant_focus(events.DescendantFocus(first.hits))
        assert played.row.front is second
        assert shown(played) == [False, True]


async def test_passages_that_must_be_scrolled_leave_the_keys_in_sight(played: Played) -> None:
    played.engine.texts = {"ar": TEXTS["ar"] * 12, **TEXTS}
    async with played.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(played.app.screen, PassageView))
        await pilot.pause()
        drawn = played.picture()
        assert "Esc back" in drawn
        assert "Question 1 in en?" in drawn
        text = played.app.screen.query_one("#passage")
        assert text.region.height == len(str(text.content).splitlines())


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_whole_passage_stands_right_below_the_query(played: Played, size: tuple[int, int]) -> None:
    async with played.app.run_test(size=size) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(played.app.screen, PassageView))
        query, passage = (played.app.screen.query_one(name) for name in ("#query-asked", "#passage"))
        assert query.region.height == 1
        assert passage.region.y == query.region.y + 2
