"""The builder sets a pane's system part by part, and panes with the same form of the query follow."""

import pytest
from textual.widgets import Button, Input, Static

from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.system_builder import SystemBuilder
from hybrid_tui.tui.search.screen import SearchScreen

from ..conftest import Played
from ..waiting import until


def written(played: Played) -> str:
    return str(played.app.screen.query_one("#written", Static).content).partition(" · ")[0]


def shown(played: Played) -> list[str]:
    return [row.id.removeprefix("row-") for row in played.app.screen.query("FormRow") if row.display]


async def opened(played: Played, pilot) -> None:
    await pilot.press("f5", "f5")
    await until(pilot, lambda: isinstance(played.app.screen, SystemBuilder))


async def choose(played: Played, pilot, row: str, *keys: str) -> None:
    played.app.screen.query_one(f"#{row}").focus()
    await pilot.press("enter", *keys, "enter")
    await until(pilot, lambda: isinstance(played.app.screen, SystemBuilder))


async def test_each_part_is_put_into_the_pane_at_once(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await opened(played, pilot)
        assert shown(played) == ["retriever", "correction", "query", "fusion", "reranker"]
        await choose(played, pilot, "correction", *"cent")
        assert played.panes[0].model == written(played) == "me5-small+center"
        played.app.screen.query_one("#strength").focus()
        await pilot.press("left", "left")
        assert written(played) == "me5-small+center:.9"
        await choose(played, pilot, "query", *"english")
        await choose(played, pilot, "fuse", *"bm25")
        assert written(played) == "me5-small+center:.9+query:en+fuse:bm25"
        played.app.screen.query_one("#weight").focus()
        await pilot.press("right")
        assert played.panes[0].model == "me5-small+center:.9+query:en:.55+fuse:bm25"
        await choose(played, pilot, "rerank", *"colbert:a/b:50")
        assert written(played).endswith("+fuse:bm25+rerank:colbert:a/b:50")
        await choose(played, pilot, "rerank", *"none")
        await choose(played, pilot, "how", *"rrf")
        assert "weight" not in shown(played)
        await choose(played, pilot, "retriever", *"bm25", "down", "up")
        assert written(played) == "bm25+query:en:concat+fuse:bm25"
        assert "correction" not in shown(played)
        await pilot.press("escape")
        assert isinstance(played.app.screen, SearchScreen)
        assert played.engine.of(messages.Search)[-1].system == "bm25+query:en:concat+fuse:bm25"


async def test_panes_with_the_same_form_follow_the_weight(played: Played) -> None:
    async with played.app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        for pane in played.panes:
            pane.model += "+query:en:.5"
        await opened(played, pilot)
        played.app.screen.query_one("#weight").focus()
        await pilot.press("right")
        await until(pilot, lambda: all(pane.model.endswith("+query:en:.55") for pane in played.panes))


async def test_the_form_of_a_typed_query_is_typed_too(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await pilot.press("home", *"nile ", "enter")
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        before = len(played.engine.of(messages.Search))
        await opened(played, pilot)
        await choose(played, pilot, "query", *"german")
        assert "text" in shown(played)
        assert len(played.engine.of(messages.Search)) == before, "not asked before its form is known"
        assert played.app.screen.query_one("#text", Input).has_focus
        await pilot.press(*"Nil", "enter")
        await until(pilot, lambda: len(played.engine.of(messages.Search)) > before)
        assert played.engine.of(messages.Search)[-1].forms == (("de", "Nil"),)
        assert played.panes[0].model == "me5-small+query:de"


async def test_rows_tell_what_their_part_took(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await opened(played, pilot)
        assert "15 ms" in str(played.app.screen.query_one("#retriever", Button).label)
        assert "ms" not in str(played.app.screen.query_one("#fuse", Button).label)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 40)])
async def test_all_rows_are_in_sight(played: Played, size: tuple[int, int]) -> None:
    async with played.app.run_test(size=size) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        played.panes[0].model = "me5-small+center:.5+query:en:.5+fuse:bm25+rerank:org/x"
        await opened(played, pilot)
        await pilot.pause()
        text = played.picture()
        for words in (
            "Retriever",
            "Correction",
            "Strength",
            "Query",
            "How",
            "Weight",
            "Fusion",
            "Reranker",
            "query:en:.5",
        ):
            assert words in text
