"""Arranging the panes: their models and corrections, how many there are, which is in front."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.search.asking import Asking
from hybrid_tui.tui.search.search_request import CORRECTIONS, NO_CORRECTION
from hybrid_tui.tui.widgets.hit_list import HitList
from hybrid_tui.tui.widgets.pane import Pane
from hybrid_tui.tui.widgets.panes import MOST

TYPED = "filter, or MODEL+CORRECTION, owner/name, a folder"


class Arranging(Asking):
    """The part of the search screen that changes its panes."""

    def action_model(self) -> None:
        """Choose the model of the pane in front."""
        model, plus, correction = self.row.front.model.partition("+")
        rest = plus + correction
        self._pick_model(model, lambda name: self.set_model(name if "+" in name else name + rest))

    def on_pane_model_wanted(self, event: Pane.ModelWanted) -> None:
        """Choose the model of the pane whose name was clicked."""
        self.row.bring_forward(event.pane)
        self.action_model()

    def action_add_pane(self) -> None:
        """Open another pane, up to six."""
        if len(self.row.panes) < MOST:
            self._pick_model("", self._add_pane)
        else:
            closes = fill_keys(self, "{search.close_pane} closes one")
            self.say(f"{MOST} panes are the most: {closes}", problem=True)

    async def action_close_pane(self) -> None:
        """Close the pane in front; the last one stays."""
        if len(self.row.panes) > 1:
            self.link.cancel(self.row.front.request)
            await self.row.close_front()
            self.compare()
        else:
            self.say(fill_keys(self, "the last pane stays: {search.model} changes its model"), problem=True)

    def _pick_model(self, current: str, then: Callable[[str], Awaitable[None]]) -> None:
        from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne

        choices = [
            Choice(info.name, info.name, info.summary if info.available else f"needs {info.note}")
            for info in self.catalog.models
        ]

        async def chosen(name: str | None) -> None:
            if name:
                await then(name)

        self.app.push_screen(PickOne("Model", choices, current, placeholder=TYPED, free=True), chosen)

    async def set_model(self, model: str) -> None:
        """Ask another model in the pane in front."""
        self.row.front.model = model
        self.ask(self.row.front)
        self.compare()

    def action_correction(self) -> None:
        """Choose what is done to the embeddings of the pane in front."""
        from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne

        model, _, current = self.row.front.model.partition("+")

        async def chosen(correction: str | None) -> None:
            if correction:
                await self.set_model(model if correction == NO_CORRECTION else f"{model}+{correction}")

        choices = [Choice(name, name, note) for name, note in CORRECTIONS.items()]
        self.app.push_screen(
            PickOne(f"Correction of {model}", choices, current or NO_CORRECTION, wide=True), chosen
        )

    async def _add_pane(self, model: str) -> None:
        self.ask(await self.row.add(model))

    def action_next_pane(self, by: int) -> None:
        """Go to the next pane to the left (-1) or right (1)."""
        self.row.go(by)

    def action_front_pane(self, at: int) -> None:
        """Bring a pane forward by its place, from 0."""
        self.row.bring_forward(self.row.panes[at])

    def action_into_panes(self) -> None:
        """Go from the query to the passages."""
        self.row.front.take_focus()

    def on_hit_list_opened(self, event: HitList.Opened) -> None:
        """Show a passage whole."""
        from hybrid_tui.tui.dialogs.passage import PassageView

        pane = self.row.panes[0] if event.row.gone else self.row.front
        if pane.ranking:
            self.app.push_screen(PassageView(event.row.hit, pane.model, pane.ranking))
