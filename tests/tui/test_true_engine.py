"""The app with the true engine: it dies, comes back, loads and encodes."""

import json
import os
import platform
import signal

import pytest
from textual.widgets import Static

from hybrid_tui import settings
from hybrid_tui.engine.client import EngineClient
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.dialogs.engine_stopped import EngineStopped
from hybrid_tui.tui.memory import State
from hybrid_tui.tui.widgets.pane import Pane

from ..toys import toy
from .waiting import until

pytestmark = pytest.mark.long

MODEL = "me5-small-head-hybrid"


async def test_the_engine_dies_comes_back_loads_and_encodes() -> None:
    clients: list[EngineClient] = []

    def make(deliver) -> EngineClient:
        clients.append(EngineClient(deliver))
        return clients[-1]

    app = ExploreApp(State("starter", (MODEL, "me5-small")), make)
    async with app.run_test(size=(140, 40)) as pilot:
        panes = list(app.screen.query(Pane))

        def answered(query: str) -> bool:
            return all(pane.ranking is not None and query in pane.ranking.query for pane in panes)

        await until(pilot, lambda: answered(""))
        os.kill(clients[0].pid, signal.SIGKILL)
        await until(pilot, lambda: isinstance(app.screen, EngineStopped))
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, EngineStopped))
        await until(pilot, lambda: "question in" in str(app.screen.query_one("#message", Static).content))
        await until(pilot, lambda: not any(pane.busy for pane in panes))
        await pilot.press(*"Sauerstoff", "enter")
        await until(pilot, lambda: answered("Sauerstoff"))


async def test_long_encoding_is_told_begins_with_enter_and_is_measured() -> None:
    toy(models=())
    speeds = settings.cache_dir() / "encoding_rates.json"
    speeds.parent.mkdir(parents=True, exist_ok=True)
    speeds.write_text(json.dumps({platform.node(): {"use-m3": 10.0}}))
    app = ExploreApp(State("toy", ("use-m3",)), EngineClient)
    async with app.run_test(size=(100, 30)) as pilot:
        pane = app.screen.query_one(Pane)
        notice = pane.query_one(".notice", Static)
        await until(pilot, lambda: "36 passages are not encoded yet" in str(notice.content))
        assert "Enter encodes them: about 4" in str(notice.content)
        assert "F4 English alone: about 1" in str(notice.content)
        await pilot.press("enter")
        await until(pilot, lambda: pane.ranking and not pane.ranking.missing)
        assert pane.ranking.pool == 36
