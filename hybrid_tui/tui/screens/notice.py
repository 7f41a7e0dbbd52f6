"""Help, and the word that the engine is gone."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from hybrid_tui.engine.client import EngineLost

HELP = """\
Type a query in any language and press Enter: each pane ranks the collection's
passages under its own model.

Tab            from field to pane and on        ← →      pane to pane
↑ ↓ PgUp PgDn  passages (also k j)              Enter    the whole passage
Esc            cancel what runs, or close       Ctrl+P   every command by name

F1  this help                      F6  another collection
F2  the collection's questions     F7  add a pane
F3  the query's language           F8  close the pane
F4  the passages' languages        F9  back to the query
F5  another model in the pane      Ctrl+Q  quit

●  answers the question   ·  does not   (only for the collection's own questions)
The number at the right is the cosine similarity of query and passage."""


class Help(ModalScreen[None]):
    """What can be done here."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,enter", "dismiss", "Back")]

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with Vertical(classes="dialog wide"):
            yield Label("Help", classes="title")
            with VerticalScroll():
                yield Static(HELP, id="help", markup=False)


class Lost(ModalScreen[bool]):
    """The engine ended by itself: start it again, or look at what is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "Restart"),
        Binding("escape", "dismiss(False)", "Leave"),
    ]

    def __init__(self, lost: EngineLost) -> None:
        super().__init__()
        self._lost = lost

    def compose(self) -> ComposeResult:
        """Lay out what is known."""
        code = self._lost.exit_code
        how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        with Vertical(classes="dialog"):
            yield Label(f"The engine has stopped ({how})", classes="title", markup=False)
            yield Static(self._lost.log or "It left no message.", markup=False)
            yield Label("Enter starts it again · Esc leaves it", classes="hint")
