"""Going to the screens for trainings and for the library, and coming back with models to compare."""

from __future__ import annotations

from collections.abc import Sequence

from hybrid_tui.engine import protocol
from hybrid_tui.tui.asked import Asked
from hybrid_tui.tui.link import Link
from hybrid_tui.tui.screens.asking import Asking

NO_ENGINE = "the engine is not running: press Enter in the query to start it"


class Visiting(Asking):
    """The part of the search screen that leads elsewhere, and keeps what the panes had."""

    def __init__(self, link: Link, asked: Asked) -> None:
        super().__init__(link, asked)
        self._before: list[str] = []

    def action_train(self) -> None:
        """Train models, or watch them being trained."""
        from hybrid_tui.tui.screens.train.screen import TrainScreen

        if not self.link.engine.alive:
            self.say(NO_ENGINE, problem=True)
            return
        names = {info.name for info in self.catalog.models if not info.sampler}
        fronts = (pane.model.partition("+")[0] for pane in self.row.panes)
        backbone = next((name for name in fronts if name in names), "me5-small")
        self.app.push_screen(
            TrainScreen(self.link, backbone, self.asked.data.partition(":")[0]), self._trained
        )

    async def _trained(self, models: tuple[str, ...] | None) -> None:
        if models:
            await self.show_models(models)

    async def show_models(self, models: Sequence[str]) -> None:
        """Show these models in the panes; what they had comes back with `panes_before`."""
        self._before = [pane.model for pane in self.row.panes]
        for pane in self.row.panes:
            self.link.cancel(pane.request)
        await self.row.replace(models)
        self.link.ask(protocol.ListCatalog(), self._take_catalog)

    async def action_panes_before(self) -> None:
        """Show the models again that the panes had before others took their place."""
        if self._before:
            await self.show_models(self._before)
        else:
            self.say("the panes have had no other models yet", problem=True)

    def action_library(self) -> None:
        """Show the models and collections that there are."""
        from hybrid_tui.tui.screens.library.screen import LibraryScreen

        if not self.link.engine.alive:
            self.say(NO_ENGINE, problem=True)
            return
        self.app.push_screen(LibraryScreen(self.link), self._left_library)

    def _left_library(self, _: None) -> None:
        """Know the models and collections that were added or removed."""
        self.link.ask(protocol.ListCatalog(), self._renew_catalog)

    def _renew_catalog(self, reply: protocol.Reply) -> None:
        if isinstance(reply, protocol.Catalog):
            self.catalog = reply
            self.label()
