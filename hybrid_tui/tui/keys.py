"""Every action of the search screen once: its keys, its words in the footer and in the command palette."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding


class Command(NamedTuple):
    """An action; `footer` is empty where the footer has no room for it, `title` where it needs no name.

    keys: as Textual names them, with commas between; the first is the one shown.
    """

    action: str
    keys: str
    title: str
    footer: str = ""

    @property
    def key(self) -> str:
        """Return the first key as a person reads it."""
        first = self.keys.partition(",")[0]
        return f"^{first[-1].upper()}" if first.startswith("ctrl+") else first.upper()

    @property
    def binding(self) -> Binding:
        """Return the binding of its keys."""
        shown = self.footer or self.title
        return Binding(self.keys, self.action, shown, show=bool(self.footer), key_display=self.key)


COMMANDS = (
    Command("help", "f1", "Help", "Help"),
    Command("questions", "f2", "Browse the collection's questions", "Questions"),
    Command("query_language", "f3", "Choose the language of typed queries", "Query in"),
    Command("passage_languages", "f4", "Choose the languages of passages", "Passages"),
    Command("model", "f5", "Choose the model of this pane", "Model"),
    Command("collection", "f6", "Choose the collection"),
    Command("add_pane", "f7", "Add a pane"),
    Command("close_pane", "f8", "Close this pane"),
    Command("bias", "f9", "Heatmaps by pair of languages", "Bias"),
    Command("correction", "ctrl+r", "Choose the correction of this pane"),
)
