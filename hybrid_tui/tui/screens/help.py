"""What can be done, by key."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label, Static

HELP = """\
Each pane ranks the collection's passages for your query under its
own model, and is compared to the first pane.

F1  this help               ^N n  next question, least alike first
F2  questions to try        ^B N  the question before it
F3  language of queries     ^O m  measure of alike: RBO, Jaccard
F4  languages of passages   ^T p  pin a passage: its rank everywhere
F5  another model here      ^G d  only what differs, or all
F6  another collection      ^Y s  panes scroll together
F7  add a pane              ^S e  export, save the session
F8  close this pane         ^L o  open a session
F9  heatmaps of bias        ^R c  correction in this pane
Tab ← → h l  panes   ↑ ↓ j k g G PgUp PgDn  passages   Enter  whole
↑ from the query: earlier ones   Esc cancel, back   ^P every command

●  answers the question   ◆  pinned   = ▲2 ▼3 new gone  its move
AP, best rank, rank distance: over all passages, not the top k.
Scores are cosines: between models compare ranks, not scores."""


class Help(ModalScreen[None]):
    """The keys, and what the signs mean."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,enter", "dismiss", "Back")]

    def __init__(self, text: str = HELP) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with Vertical(classes="dialog help"):
            yield Label("Help", classes="title")
            with VerticalScroll():
                yield Static(self._text, id="help", markup=False)
            yield Label("Esc back", classes="hint")
