"""The screens that the search leads to, and what comes back from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from hybrid_tui.engine import messages
from hybrid_tui.tui.engine_link import NO_ENGINE
from hybrid_tui.tui.search.screen import SearchScreen
from hybrid_tui.tui.search_request import runs_of
from hybrid_tui.tui.system_parts import CORRECTIONS

if TYPE_CHECKING:
    from hybrid_tui.tui.bias.heatmap_choice import HeatmapPlace
    from hybrid_tui.tui.bias.screen import QuestionWithSystems

TRAINED_ON = "starter"
"""The data that a training is proposed for; what is on screen is rather what to evaluate on."""


class OtherScreens:
    """Opens them, each by its name; heatmaps come back as they were left."""

    def __init__(self, search: SearchScreen) -> None:
        self._search = search
        self._heatmaps: HeatmapPlace | None = None

    def open(self, name: str) -> None:
        """Open "bias", "summary", "train" or "library" from the search screen; all need an engine."""
        if not self._search.link.engine.alive:
            self._search.say(NO_ENGINE, problem=True)
        elif self._search.is_active:
            {
                "bias": self._bias,
                "summary": self._summary,
                "train": self._train,
                "library": self._library,
            }[name]()

    def _bias(self) -> None:
        """Show heatmaps of the systems; come back with a question that was found behind a cell."""
        from hybrid_tui.tui.bias.heatmap_choice import NOTHING_SEEN
        from hybrid_tui.tui.bias.screen import BiasScreen

        search = self._search
        data, seen = search.asked.data, self._heatmaps or NOTHING_SEEN
        choices = heatmap_choices(search.catalog, search.systems, data)
        screen = BiasScreen(search.link, data, search.systems, choices, search.start_engine, seen)

        async def left(wanted: QuestionWithSystems | None) -> None:
            self._heatmaps = screen.place
            if wanted:
                await search.run_question_of(wanted.question, wanted.langs, wanted.systems)

        search.app.push_screen(screen, left)

    def _summary(self) -> None:
        """Show what was evaluated, against the first system."""
        from hybrid_tui.tui.summary.screen import SummaryScreen

        search = self._search
        search.app.push_screen(SummaryScreen(search.link, search.asked.data, search.systems))

    def _train(self) -> None:
        """Train models, or watch them being trained; come back with models to show."""
        from hybrid_tui.tui.train.screen import TrainScreen

        search = self._search
        names = {info.name for info in search.catalog.models if not info.sampler}
        shown = (system.partition("+")[0] for system in search.systems)
        backbone = next((name for name in shown if name in names), "me5-small")

        def left(models: tuple[str, ...] | None) -> None:
            if models:
                search.renew_catalog(partial(self._show_trained, models))

        search.app.push_screen(TrainScreen(search.link, backbone, TRAINED_ON), left)

    def _show_trained(self, models: tuple[str, ...]) -> None:
        """Show models that were trained just now, on what they were trained on."""
        search = self._search
        data = trained_collection(search.catalog, models, search.asked.data)
        search.app.call_later(search.show_models, models, data)

    def _library(self) -> None:
        """Show models and collections; some may have been added or removed when it is left."""
        from hybrid_tui.tui.library.screen import LibraryScreen

        self._search.app.push_screen(
            LibraryScreen(self._search.link), lambda _: self._search.refresh_catalog()
        )


def trained_collection(catalog: messages.Catalog, models: Sequence[str], data: str) -> str:
    """Return the collection that some models were trained on; `data` where that is one, or there is none."""
    trained_on = next((info.trained_on for info in catalog.models if info.name in models), ())
    there = {info.name for info in catalog.collections}
    names = [whole for name in trained_on if (whole := name.partition(":")[0]) in there]
    return data if not names or data.partition(":")[0] in names else names[0]


def heatmap_choices(catalog: messages.Catalog, systems: Sequence[str], data: str) -> list[str]:
    """Return the systems that heatmaps can be of: available models, with each correction, and runs."""
    available = [info.name for info in catalog.models if info.available]
    runs = runs_of(catalog, data)
    models = [name for name in (*available, *systems) if name not in runs]
    corrected = [
        name + stage
        for name in models
        for stage in ("", *(f"+{each}" for each in CORRECTIONS if "+" not in name))
    ]
    return list(dict.fromkeys([*corrected, *runs]))
