"""Going to the other screens, and coming back with a question to ask or models to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from hybrid_tui.engine import messages
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.search.asking import Asking
from hybrid_tui.tui.search.search_request import CORRECTIONS, NO_CORRECTION, SearchRequest
from hybrid_tui.tui.widgets.panes import MOST

if TYPE_CHECKING:
    from hybrid_tui.tui.bias.heatmap_choice import HeatmapPlace
    from hybrid_tui.tui.bias.screen import BiasScreen, QuestionWithSystems

TRAINED_ON = "starter"
"""The data that a training is proposed for; what is on screen is rather what to evaluate on."""
NO_ENGINE = "the engine is not running: press Enter in the query to start it"


class Visiting(Asking):
    """The part of the search screen that leads elsewhere, and keeps what the panes had."""

    def __init__(self, link: EngineLink, asked: SearchRequest) -> None:
        super().__init__(link, asked)
        self._before: list[str] = []
        self._heatmaps: HeatmapPlace | None = None

    def _runs(self) -> bool:
        """Tell whether another screen can be shown: none is, and there is an engine, which all need."""
        if not self.link.engine.alive:
            self.say(NO_ENGINE, problem=True)
        return self.link.engine.alive and self.is_active

    # --- heatmaps and figures -------------------------------------------------------------------------

    def action_bias(self) -> None:
        """Show heatmaps of the systems by pair of languages."""
        from hybrid_tui.tui.bias.heatmap_choice import NOTHING_SEEN
        from hybrid_tui.tui.bias.screen import BiasScreen

        if not self._runs():
            return
        systems = list(dict.fromkeys(pane.model for pane in self.row.panes))
        models = dict.fromkeys([*(info.name for info in self.catalog.models if info.available), *systems])
        choices = [
            name if correction == NO_CORRECTION else f"{name}+{correction}"
            for name in models
            for correction in (CORRECTIONS if "+" not in name else [NO_CORRECTION])
        ]
        screen = BiasScreen(
            self.link,
            self.asked.data,
            systems,
            list(dict.fromkeys(choices)),
            self.start_engine,
            self._heatmaps or NOTHING_SEEN,
        )
        self.app.push_screen(screen, partial(self._ask_wanted, screen))

    async def _ask_wanted(self, screen: BiasScreen, wanted: QuestionWithSystems | None) -> None:
        """Ask a question that was found behind a cell, of the systems that were compared there."""
        self._heatmaps = screen.place
        if wanted is None:
            return
        shown = {pane.model for pane in self.row.panes}
        for system in (system for system in wanted.systems if system not in shown):
            if len(self.row.panes) < MOST:
                await self.row.add(system)
        self.asked = replace(self.asked, langs=wanted.langs)
        self.run_question(wanted.question)

    def action_summary(self) -> None:
        """Show what was evaluated, setting by setting, against the first system."""
        from hybrid_tui.tui.summary.screen import SummaryScreen

        if self._runs():
            self.app.push_screen(SummaryScreen(self.link, self.asked.data, self.row.panes[0].model))

    # --- trainings and the library --------------------------------------------------------------------

    def action_train(self) -> None:
        """Train models, or watch them being trained."""
        from hybrid_tui.tui.train.screen import TrainScreen

        if not self._runs():
            return
        names = {info.name for info in self.catalog.models if not info.sampler}
        fronts = (pane.model.partition("+")[0] for pane in self.row.panes)
        backbone = next((name for name in fronts if name in names), "me5-small")
        self.app.push_screen(TrainScreen(self.link, backbone, TRAINED_ON), self._trained)

    async def _trained(self, models: tuple[str, ...] | None) -> None:
        if models:
            await self.show_models(models)

    async def show_models(self, models: Sequence[str]) -> None:
        """Show these models in the panes; what they had comes back with `panes_before`."""
        self._before = [pane.model for pane in self.row.panes]
        self._note = ""
        for pane in self.row.panes:
            self.link.cancel(pane.request)
        await self.row.replace(models)
        self.renew()
        if self.link.engine.alive:
            self.link.ask(messages.ListCatalog(), self._take_catalog)
        else:
            self.start_engine()

    async def action_panes_before(self) -> None:
        """Show the models again that the panes had before others took their place."""
        if self._before:
            await self.show_models(self._before)
        else:
            self.say("the panes have had no other models yet", problem=True)

    def action_library(self) -> None:
        """Show the models and collections that there are."""
        from hybrid_tui.tui.library.screen import LibraryScreen

        if not self._runs():
            return
        self.app.push_screen(LibraryScreen(self.link), self._left_library)

    def _left_library(self, _: None) -> None:
        """Know the models and collections that were added or removed."""
        self.renew()
        self.link.ask(messages.ListCatalog(), self._renew_catalog)

    def _renew_catalog(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Catalog):
            self.catalog = reply
            self.label()
