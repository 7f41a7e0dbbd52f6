"""Base classes of screens that open on top of another one: dialogs and whole screens."""

from __future__ import annotations

from typing import ClassVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen, ScreenResultType


class StackedScreen(Screen[ScreenResultType]):
    """A screen that takes away itself alone: of two keys that come at once the second finds it gone."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """End with a result, unless the screen has ended or another one is on top of it."""
        return super().dismiss(result) if self.is_active else AwaitComplete()


class PlaceScreen(StackedScreen[ScreenResultType]):
    """A whole screen beside the search, where the keys that lead to the others work too."""

    PLACE: ClassVar[str]
    """The one that it is: its key leads back."""
    BINDING_GROUP_TITLE = "Other screens"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "visit('bias')", "Heatmaps", show=False, id="place.bias"),
        Binding("f10", "visit('train')", "Trainings, all jobs", show=False, id="place.train"),
        Binding("f11", "visit('summary')", "Figures of every system", show=False, id="place.summary"),
        Binding("f12", "visit('library')", "Models and collections", show=False, id="place.library"),
    ]

    def action_visit(self, name: str) -> None:
        """Leave, and go to another screen by way of the search; of several keys at once the first counts."""
        if name == self.PLACE or not self.is_active:
            self.dismiss(None)
            return
        while len(self.app.screen_stack) > 1:
            self.app.screen.dismiss(None)
        self.app.call_later(self.app.run_action, f"visit('{name}')")


class Dialog(ModalScreen[ScreenResultType], StackedScreen[ScreenResultType]):
    """Such a screen that leaves the one below in sight."""
