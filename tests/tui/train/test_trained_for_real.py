"""The whole way with the true engine: three heads are trained on the starter collection, and compared."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.memory import State
from hybrid_tui.tui.search.screen import SearchScreen
from hybrid_tui.tui.train.progress_screen import TrainingProgressScreen
from hybrid_tui.tui.train.screen import TrainScreen

from ..training_replies import model_name
from ..waiting import until

pytestmark = pytest.mark.long

TRAINED = [model_name(each) for each in ("mono", "cross", "hybrid")]


async def test_from_the_first_screen_to_three_new_models_in_the_panes() -> None:
    app = ExploreApp(State("starter", ("me5-small",)))

    def says(selector: str, words: str) -> bool:
        return words in str(app.screen.query_one(selector, Static).content)

    async with app.run_test(size=(140, 40)) as pilot:
        search = app.screen
        assert isinstance(search, SearchScreen)
        await until(pilot, lambda: bool(search.row.panes[0].ranking))
        await pilot.press("f10")
        await until(pilot, lambda: isinstance(app.screen, TrainScreen) and says("#message", "F5 starts it"))
        await pilot.press(*["down"] * 5, *"12")
        await until(pilot, lambda: says("#plan", "12 steps of") and says("#message", "F5 starts it"))
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, TrainingProgressScreen) and says("#what", "ended"))
        assert all(says("#models-trained", f"✓ {name}  12/12  loss") for name in TRAINED)
        await pilot.press("f2")
        await until(pilot, lambda: [pane.model for pane in search.row.panes] == TRAINED)
        await until(pilot, lambda: all(pane.ranking for pane in search.row.panes))
        assert [pane.sampler for pane in search.row.panes] == ["mono", "cross", "hybrid"]
