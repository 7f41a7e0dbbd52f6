"""Screens that are put on top of others and taken away again."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen, ScreenResultType


class Leaving(Screen[ScreenResultType]):
    """A screen that takes away itself alone: of two keys that come at once the second finds it gone."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """End with a result, unless the screen has ended or another one is on top of it."""
        return super().dismiss(result) if self.is_active else AwaitComplete()


class Dialog(Leaving[ScreenResultType], ModalScreen[ScreenResultType]):
    """Such a screen that leaves the one below in sight."""
