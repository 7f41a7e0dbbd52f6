"""Draw the README's picture from the running app with the true engine: docs/explore.svg."""

import asyncio
from pathlib import Path

from hybrid_tui.settings import Config
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.widgets.pane import Pane

TARGET = Path(__file__).parent.parent / "docs" / "explore.svg"


async def main() -> None:
    """Wait for the first question to be answered in every pane, and write what is on screen."""
    app = ExploreApp("starter", list(Config().panes))
    async with app.run_test(size=(140, 40)) as pilot:
        while not all(pane.ranking for pane in app.screen.query(Pane)):
            await pilot.pause(0.1)
        await pilot.pause(0.5)
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(app.export_screenshot(title="hybrid-tui explore"), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
