"""A yes-or-no question before something is replaced or removed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label, Static

from hybrid_tui.tui.dialogs.base import Dialog
from hybrid_tui.tui.render.wrap import printable


class Confirm(Dialog[bool]):
    """A question; Enter says yes, Esc no."""

    BINDING_GROUP_TITLE = "Question"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "Yes", id="confirm.yes"),
        Binding("escape", "dismiss(False)", "No", id="confirm.no"),
    ]

    def __init__(self, title: str, words: str, yes: str) -> None:
        super().__init__()
        self._title, self._words, self._yes = title, words, yes

    def compose(self) -> ComposeResult:
        """Lay out question, words and keys."""
        with Vertical(classes="dialog"):
            yield Label(printable(self._title), classes="title", markup=False)
            yield Static("\n".join(map(printable, self._words.splitlines())), classes="words", markup=False)
            yield Label(f"Enter {self._yes} · Esc back", classes="hint", markup=False)


def stop_question(doing: str) -> Confirm:
    """Return the question before a job is stopped; doing: what it does."""
    return Confirm("Stop it?", f"{doing}\nWhat is done so far is kept, to be gone on with.", "stops it")
