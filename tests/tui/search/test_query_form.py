"""Another form of the query on the search screen: off by itself, and a slider that panes follow."""

from __future__ import annotations

from textual.pilot import Pilot

from hybrid_tui.engine import messages
from hybrid_tui.tui.search.query_form import lacking
from hybrid_tui.tui.widgets.form_bar import FormBar

from ..conftest import Played
from ..waiting import until
from .linked import pane


def bar(played: Played) -> FormBar:
    return played.app.screen_stack[0].query_one(FormBar)


def models(played: Played) -> list[str]:
    return [pane.model for pane in played.panes]


async def typed(played: Played, pilot: Pilot) -> None:
    """Have a typed query answered."""
    await until(pilot, lambda: all(pane.found for pane in played.panes))
    await pilot.press("home", *"Nil ", "enter")
    await until(pilot, lambda: played.engine.of(messages.Search)[-1].query.startswith("Nil"))
    await until(pilot, lambda: all(pane.found for pane in played.panes))


async def test_panes_gain_the_form_once_it_is_typed_follow_the_slider_and_lose_it(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await typed(played, pilot)
        assert not bar(played).display
        before = len(played.engine.of(messages.Search))
        await pilot.press("ctrl+f")
        assert bar(played).field.has_focus
        await pilot.press("tab", "right", "shift+tab")
        assert len(played.engine.of(messages.Search)) == before, "its text is not known yet"
        await pilot.press(*"the Nile", "enter")
        await until(pilot, lambda: models(played) == ["me5-small+query:en:.55", "use-m3+query:en:.55"])
        assert played.engine.of(messages.Search)[-1].forms == (("en", "the Nile"),)
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        played.engine.held = {"me5-small"}
        await pilot.press("tab", "right")
        await until(pilot, lambda: models(played) == ["me5-small+query:en:.6", "use-m3+query:en:.6"])
        assert played.panes[0].found, "what is shown stays until the next answer comes"
        assert played.engine.of(messages.Search)[-2].system == "me5-small+query:en:.6"
        played.engine.held = set()
        await pilot.press("ctrl+f")
        await until(pilot, lambda: models(played) == ["me5-small", "use-m3"])
        assert not bar(played).display


async def test_where_panes_have_a_form_these_alone_follow_and_keep_it(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        played.panes[1].model = "use-m3+query:de:.25+fuse:bm25"
        before = len(played.engine.of(messages.Search))
        await pilot.press("home", *"Nil ", "enter")
        await until(pilot, lambda: bar(played).field.has_focus)
        asked = [request.system for request in played.engine.of(messages.Search)[before:]]
        assert asked == ["me5-small"], "the other's form is typed first"
        assert played.notice(played.panes[1]) == "type the same in German, then Enter"
        await until(pilot, lambda: played.panes[0].found)
        await pilot.press(*"der Nil", "enter")
        await until(pilot, lambda: len(played.engine.of(messages.Search)) == before + 3)
        assert models(played) == ["me5-small", "use-m3+query:de:.25+fuse:bm25"]
        await pilot.press("tab", "left")
        await until(pilot, lambda: models(played) == ["me5-small", "use-m3+query:de:.2+fuse:bm25"])
        assert played.engine.of(messages.Search)[-1].forms == (("de", "der Nil"),)
        await pilot.press("ctrl+f")
        assert models(played) == ["me5-small", "use-m3+query:de:.2+fuse:bm25"]


async def test_a_questions_form_is_known_and_another_may_be_chosen(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await pilot.press("down", "f")
        await until(pilot, lambda: models(played) == ["me5-small+query:ar:.5", "use-m3+query:ar:.5"])
        assert bar(played).slider.has_focus
        assert played.engine.of(messages.Search)[-1].query_id == "q1"
        await pilot.press("tab", "enter", *"greek", "enter")
        await until(pilot, lambda: models(played) == ["me5-small+query:el:.5", "use-m3+query:el:.5"])


def test_a_form_is_lacking_where_a_system_takes_it_and_nobody_typed_it() -> None:
    panes = [pane("m"), pane("m+query:en:rrf+fuse:x")]
    assert lacking(panes, {}) == lacking(panes, {"de": "x"}) == panes[1:]
    assert lacking(panes, {"en": "x"}) == lacking(panes[:1], {}) == []
