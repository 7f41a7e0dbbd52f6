"""Passages go to the clipboard as they are stored."""

import pytest

from ..conftest import TEXTS, Played

SIZE = (140, 40)


async def test_the_passage_under_the_cursor_is_copied_in_logical_order(played: Played) -> None:
    async with played.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("down", "ctrl+c")
        assert played.app.clipboard == TEXTS["ar"]
        assert played.text("#message") == f"copied ar-1, {len(TEXTS['ar'])} characters"
        await pilot.press("down", "y")
        assert played.app.clipboard == TEXTS["de"]


async def test_the_cursor_comes_before_the_pinned_passage_and_that_before_the_query(played: Played) -> None:
    async with played.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("down", "down", "p", "down", "y")
        assert played.app.clipboard == TEXTS["el"]
        await pilot.press("escape")
        await played.app.screen.run_action("copy")
        assert played.app.clipboard == TEXTS["de"]
        await pilot.press("down", "up", "p", "escape")
        await played.app.screen.run_action("copy")
        assert played.app.clipboard == TEXTS["de"]


async def test_a_pinned_passage_is_copied_when_it_is_no_longer_found(played: Played) -> None:
    async with played.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("down", "down", "p", "escape")
        played.engine.texts = {"en": TEXTS["en"]}
        await pilot.press(*"nile", "enter")
        await pilot.pause()
        await played.app.screen.run_action("copy")
        assert played.app.clipboard == TEXTS["de"]


async def test_where_there_is_no_passage_that_is_told(played: Played) -> None:
    async with played.app.run_test(size=SIZE) as pilot:
        played.engine.held = {"me5-small", "use-m3"}
        await pilot.press(*"nile", "enter", "escape", "down", "ctrl+c")
        await pilot.pause()
        assert played.app.clipboard == ""
        assert "no passage to copy" in played.text("#message")


@pytest.mark.parametrize("key", ["ctrl+c", "y"])
async def test_the_whole_passage_is_copied(played: Played, key: str) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("down", "enter", key)
        assert played.app.clipboard == TEXTS["ar"]
        assert played.text("#keys") == f"copied ar-1, {len(TEXTS['ar'])} characters · Esc back"


async def test_it_is_in_the_command_palette(played: Played) -> None:
    async with played.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        titles = [command.title for command in played.app.get_system_commands(played.app.screen)]
        assert "Copy the passage under the cursor, or the pinned one" in titles
