"""Jump mode: a number on each widget that can have the focus."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Label

from hybrid_tui.tui.dialogs.base import Dialog


def numbers(count: int) -> list[str]:
    """Return so many numbers, all with the same digits: 1 to 9, else 01 and so on."""
    digits = len(str(count))
    return [f"{number:0{digits}}" for number in range(1, count + 1)]


class Jump(Dialog[Widget | None]):
    """Numbers over the screen below; ends with what was chosen, or None. Digits of any script count."""

    BINDING_GROUP_TITLE = "Jump"
    HELP = "Press or click a number to go to what it stands on."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="jump.back"),
        Binding("backspace", "forget", "Take back a digit", show=False, id="jump.forget"),
    ]

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        targets = [widget for widget in below.focus_chain if widget.region.area]
        self._targets = dict(zip(numbers(len(targets)), targets, strict=True))
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Lay out the numbers."""
        for number, target in self._targets.items():
            label = Label(number, markup=False)
            label.styles.offset = target.region.offset
            yield label

    def on_key(self, event: events.Key) -> None:
        """Take a digit; the last one goes there."""
        digit = unicodedata.decimal(event.character, None) if event.character else None
        if digit is None:
            return
        event.stop()
        typed = self._typed + str(digit)
        if typed in self._targets:
            self.dismiss(self._targets[typed])
        elif self._beginning_with(typed):
            self._show(typed)

    def on_click(self, event: events.Click) -> None:
        """Go to what is clicked; leave where that is nothing."""
        targets = self._targets.values()
        at = event.screen_offset
        self.dismiss(next((target for target in targets if target.region.contains_point(at)), None))

    def action_forget(self) -> None:
        """Take the last digit back."""
        self._show(self._typed[:-1])

    def on_resize(self) -> None:
        """Put the numbers where their things stand now."""
        self.call_after_refresh(self._place)

    def _place(self) -> None:
        for target, label in zip(self._targets.values(), self.query(Label), strict=True):
            label.styles.offset = target.region.offset

    def _beginning_with(self, typed: str) -> bool:
        return any(number.startswith(typed) for number in self._targets)

    def _show(self, typed: str) -> None:
        self._typed = typed
        for number, label in zip(self._targets, self.query(Label), strict=True):
            label.display = number.startswith(typed)
