"""The app with the true engine: it dies, comes back, loads and encodes."""

import os
import signal

import pytest
from textual.widgets import Static

from hybrid_tui.engine.client import EngineClient
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.dialogs.engine_stopped import EngineStopped
from hybrid_tui.tui.memory import State
from hybrid_tui.tui.widgets.pane import Pane

from .waiting import until

MODEL = "me5-small-head-hybrid"
LOADING_SECONDS = 240.0
"""Models are loaded from the disk, on a machine that others use."""


@pytest.mark.timeout(360)
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
        await until(pilot, lambda: answered("Sauerstoff"), LOADING_SECONDS)
