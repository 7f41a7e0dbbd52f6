"""The message that the engine has stopped, with its last words."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label, Static

from hybrid_tui.engine.client import EngineLost
from hybrid_tui.tui.dialogs.base import Dialog
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.render.wrap import printable

HINT = "{lost.restart} starts it again and repeats the search · {lost.leave} leaves it"


class EngineStopped(Dialog[bool]):
    """The engine ended by itself: start it again (True), or look at what is left (False)."""

    BINDING_GROUP_TITLE = "Engine"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "Restart", id="lost.restart"),
        Binding("escape", "dismiss(False)", "Leave", id="lost.leave"),
    ]

    def __init__(self, lost: EngineLost) -> None:
        super().__init__()
        self._lost = lost

    def compose(self) -> ComposeResult:
        """Lay out what is known."""
        code = self._lost.exit_code
        how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        words = "\n".join(map(printable, self._lost.log.splitlines()))
        with Vertical(classes="dialog lost"):
            yield Label(f"The engine has stopped ({how})", classes="title", markup=False)
            yield Static(words or "It left no message.", classes="words", markup=False)
            yield Label(fill_keys(self, HINT), classes="hint", markup=False)
