"""Two keys that come at once, and answers that come while something else is on top."""

import pytest
from textual import events
from textual.pilot import Pilot

from hybrid_tui.engine import messages
from hybrid_tui.tui.bias.cell_queries import CellQueryBrowser
from hybrid_tui.tui.bias.screen import BiasScreen
from hybrid_tui.tui.library.add_dialog import AddDialog
from hybrid_tui.tui.library.screen import LibraryScreen
from hybrid_tui.tui.search.screen import SearchScreen
from hybrid_tui.tui.summary.screen import SummaryScreen
from hybrid_tui.tui.train.screen import TrainScreen

from ..conftest import Played
from ..waiting import until


async def twice(played: Played, pilot: Pilot, key: str) -> None:
    """As one read of a slow line brings them."""
    for _ in range(2):
        played.app.post_message(events.Key(key, "\r"))
    await pilot.pause()


@pytest.mark.parametrize("opens", ["f2", "f3", "f4", "f5", "f6", "f7", "ctrl+r", "up"])
async def test_a_second_enter_finds_a_dialog_gone(played: Played, opens: str) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await pilot.press(opens)
        await until(pilot, lambda: not isinstance(played.app.screen, SearchScreen))
        await pilot.pause()
        await twice(played, pilot, "enter")
        await until(pilot, lambda: isinstance(played.app.screen, SearchScreen))


async def test_it_goes_to_the_screen_below_instead(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(played.app.screen, BiasScreen))
        for opens in ("f2", "f5"):
            await pilot.press(opens)
            await pilot.pause()
            await twice(played, pilot, "enter")
            await until(pilot, lambda: isinstance(played.app.screen, CellQueryBrowser))
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(played.app.screen, BiasScreen))


async def test_what_was_added_is_told_when_help_is_closed(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: played.panes[0].found)
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(played.app.screen, LibraryScreen))
        played.engine.held = {"add"}
        await pilot.press("f7", *"/x", "enter", "f1")
        await pilot.pause()
        (request,) = played.engine.of(messages.Add)
        played.engine.deliver(messages.Added(id=request.id, name="mine", new=True))
        await pilot.pause()
        assert isinstance(played.app.screen_stack[-2], AddDialog)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(played.app.screen, LibraryScreen))
        assert "added the model mine" in played.text("#message")


async def test_the_keys_of_other_screens_work_beside_the_search(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        ways = [("f9", BiasScreen), ("f11", SummaryScreen), ("f12", LibraryScreen), ("f10", TrainScreen)]
        for key, screen in (*ways, *ways):
            await pilot.press(key)
            await until(pilot, lambda screen=screen: isinstance(played.app.screen, screen))
            assert len(played.app.screen_stack) == 2
        await pilot.press("f10")
        await until(pilot, lambda: isinstance(played.app.screen, SearchScreen))


async def test_several_keys_at_once_lead_to_one_screen(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(played.app.screen, LibraryScreen))
        for key in ("f9", "f10", "f11", "f12"):
            played.app.post_message(events.Key(key, None))
        for _ in range(5):
            await pilot.pause()
        await until(pilot, lambda: len(played.app.screen_stack) == 2)


@pytest.mark.parametrize("opens", ["f2", "f4", "f5", "ctrl+s", "f1"])
async def test_a_dialog_stands_in_the_middle_and_leaves_the_screen_below_in_sight(
    played: Played, opens: str
) -> None:
    async with played.app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: all(pane.found for pane in played.panes))
        await pilot.press(opens)
        await until(pilot, lambda: played.app.screen.query(".dialog"))
        await pilot.pause()
        dialog = played.app.screen.query_one(".dialog").region
        assert abs(dialog.x - (140 - dialog.right)) <= 1
        assert abs(dialog.y - (40 - dialog.bottom)) <= 1
        assert "starter" in played.picture().splitlines()[0]
