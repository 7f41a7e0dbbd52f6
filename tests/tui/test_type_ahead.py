"""Keys that come together, as slow lines bring them."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from hybrid_tui.tui import type_ahead
from hybrid_tui.tui.dialogs.help import Help
from hybrid_tui.tui.library.add_dialog import AddDialog
from hybrid_tui.tui.search.screen import SearchScreen
from hybrid_tui.tui.widgets.field import Field

from .conftest import Played
from .waiting import until


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is."""
    monkeypatch.setattr(type_ahead, "PATIENCE_SECONDS", 100.0)


def at_once(played: Played, *keys: str) -> None:
    """As one read of the terminal brings them."""
    for key in keys:
        char = key if len(key) == 1 else None
        played.app._driver.send_message(events.Key("space" if key == " " else key, char))


async def begun(played: Played, pilot: Pilot) -> str:
    """Wait for the first answers; returns what was asked."""
    await until(pilot, lambda: all(pane.found for pane in played.panes))
    return asked(played)


def asked(played: Played) -> str:
    return played.app.screen_stack[0].query_one("#query", Input).value


def typed(played: Played) -> str:
    """What stands in the field that has the focus."""
    (field,) = [each for each in played.app.screen.query(Input) if each.has_focus]
    return field.value


@pytest.mark.parametrize("opens", ["f2", "f3", "f5", "f6", "f7", "ctrl+r", "ctrl+p"])
async def test_what_is_typed_behind_a_key_is_typed_into_what_it_opens(played: Played, opens: str) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        query = await begun(played, pilot)
        at_once(played, opens, *"xyz")
        await pilot.pause()
        assert (asked(played), typed(played)) == (query, "xyz")


async def test_what_is_pasted_stays_behind_the_keys_before_it(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        query = await begun(played, pilot)
        at_once(played, "f2", "a")
        played.app._driver.send_message(events.Paste("bc"))
        at_once(played, "d")
        await pilot.pause()
        assert (asked(played), typed(played)) == (query, "abcd")


async def test_a_dialog_is_opened_answered_and_left_at_once(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        query = await begun(played, pilot)
        at_once(played, "ctrl+r", *"use", "escape", "end", *" and")
        await pilot.pause()
        assert isinstance(played.app.screen, SearchScreen)
        assert asked(played) == f"{query} and"


async def test_one_screen_leads_to_the_next_at_once(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        query = await begun(played, pilot)
        at_once(played, "f9", "f12", "f7", *"ab")
        await until(pilot, lambda: isinstance(played.app.screen, AddDialog))
        assert (asked(played), typed(played)) == (query, "ab")


async def test_a_key_that_leads_to_no_end_keeps_none_from_the_app(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = asyncio.Event()

    async def hang(self: Field, event: events.Key) -> None:
        await released.wait()

    monkeypatch.setattr(type_ahead, "PATIENCE_SECONDS", 0.1)
    async with played.app.run_test(size=(100, 30)) as pilot:
        query = await begun(played, pilot)
        monkeypatch.setattr(Field, "on_key", hang, raising=False)
        at_once(played, "a", "f1")
        async with asyncio.timeout(60):
            while not (isinstance(played.app.screen, Help) and played.app.screen.focused):
                await asyncio.sleep(0.01)
        assert asked(played) == query
        released.set()
