"""What can be done, by key."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label, Static

HELP = """\
Type a query in any language and press Enter: each pane ranks
the collection's passages under its own model.

F1  this help              F5  another model in this pane
F2  questions to try       F6  another collection
F3  language of queries    F7  add a pane
F4  languages of passages  F8  close this pane
F9  heatmaps of bias       ^R  correction in this pane

Tab     next field or pane        ↑ ↓ PgUp PgDn  passages
↓       from query to passages    ← →            pane to pane
Esc     cancel, back              Enter          whole passage
Ctrl+P  every command by name     Ctrl+Q         quit

●  answers the question   ·  does not (for own questions only)
Scores are cosines: between models compare ranks, not scores."""


class Help(ModalScreen[None]):
    """The keys, and what the signs mean."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,enter", "dismiss", "Back")]

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with Vertical(classes="dialog help"):
            yield Label("Help", classes="title")
            with VerticalScroll():
                yield Static(HELP, id="help", markup=False)
            yield Label("Esc back", classes="hint")
