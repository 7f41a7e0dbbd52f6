"""The engine goes, and comes back."""

import sys
from pathlib import Path

from textual.widgets import Static

from hybrid_tui.engine import messages
from hybrid_tui.engine.client import EngineClient
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.dialogs.engine_stopped import EngineStopped
from hybrid_tui.tui.memory import State

from .conftest import Played
from .waiting import until

SIZE = (100, 30)


async def test_a_lost_engine_is_told_with_its_last_words_and_started_again_at_a_key(played: Played) -> None:
    async with played.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        played.engine.held = {"me5-small"}
        await pilot.press(*"river", "enter")
        played.engine.die(-9, "out of memory [/x]")
        await pilot.pause()
        assert isinstance(played.app.screen, EngineStopped)
        assert "killed by signal 9" in played.picture()
        assert "out of memory [/x]" in played.picture()
        assert "engine has stopped" in played.notice(played.panes[0])
        assert played.panes[1].ranking.query == "river"
        played.engine.held = set()
        await pilot.press("enter")
        await pilot.pause()
        assert played.engine.starts == 2
        assert [pane.ranking.query for pane in played.panes] == ["river", "river"]
        assert len(played.engine.of(messages.Warm)) == 4


async def test_it_may_be_left_and_the_next_search_starts_it_again(played: Played) -> None:
    async with played.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        played.engine.die(1)
        await pilot.pause()
        await pilot.press("escape")
        assert played.engine.starts == 1
        assert "engine has stopped" in played.text("#message")
        assert all(pane.ranking for pane in played.panes)
        await pilot.press(*"river", "enter")
        await pilot.pause()
        assert played.engine.starts == 2
        assert played.panes[0].ranking.query == "river"


async def test_losing_it_again_and_again_asks_once(played: Played) -> None:
    async with played.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for _ in range(3):
            played.engine.die(1)
        await pilot.pause()
        assert [type(screen) for screen in played.app.screen_stack].count(EngineStopped) == 1


async def test_a_reply_of_the_engine_that_is_gone_is_dropped(played: Played) -> None:
    async with played.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        played.engine.held = {"me5-small"}
        await pilot.press(*"old", "enter")
        old = played.engine.of(messages.Search)[-2]
        played.engine.die(1)
        await pilot.pause()
        await pilot.press("enter")
        played.engine.answer(old)
        await pilot.pause()
        assert played.panes[0].busy


async def test_a_real_process_that_dies_is_told_and_leaving_the_app_ends_it(tmp_path: Path) -> None:
    script = tmp_path / "engine.py"
    script.write_text("import sys; sys.stdin.readline(); sys.exit('no more memory')")
    clients: list[EngineClient] = []

    def make(deliver) -> EngineClient:
        clients.append(EngineClient(deliver, [sys.executable, "-S", str(script)]))
        return clients[0]

    app = ExploreApp(State("starter", ("me5-small",)), make)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, EngineStopped))
        assert "no more memory" in str(app.screen.query_one(".words", Static).content)
    assert not clients[0].alive
