"""Every action of the search screen once: its keys, its words in the footer and in the command palette."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding

_SHORT = {"escape": "Esc", "shift+tab": "Shift+Tab"}


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
        return f"^{first[-1].upper()}" if first.startswith("ctrl+") else _SHORT.get(first, first.capitalize())

    @property
    def binding(self) -> Binding:
        """Return the binding of its keys."""
        shown = self.footer or self.title
        return Binding(self.keys, self.action, shown, show=bool(self.footer), key_display=self.key)


COMMANDS = (
    Command("help", "f1", "Help", "Help"),
    Command("questions", "f2", "Browse the collection's questions", "Questions"),
    Command("query_language", "f3", "Choose the language of typed queries"),
    Command("passage_languages", "f4", "Choose the languages of passages", "Passages"),
    Command("model", "f5", "Choose the model of this pane", "Model"),
    Command("collection", "f6", "Choose the collection"),
    Command("add_pane", "f7", "Add a pane"),
    Command("close_pane", "f8", "Close this pane"),
    Command("bias", "f9", "Heatmaps by pair of languages", "Bias"),
    Command("correction", "ctrl+r,c", "Choose the correction of this pane"),
    Command("apart(1)", "ctrl+n,n", "Next question, least alike first", "Least alike"),
    Command("apart(-1)", "ctrl+b,N", "Previous question, least alike first"),
    Command("measure", "ctrl+o,m", "Choose how alike is measured"),
    Command("pin", "ctrl+t,p", "Pin the passage, or let go of it"),
    Command("differences", "ctrl+g,d", "Only what differs from the first pane, or everything"),
    Command("together", "ctrl+y,s", "Panes scroll together, or each alone"),
    Command("export", "ctrl+s,e", "Export what is on screen, or save the session"),
    Command("open_session", "ctrl+l,o", "Open a session"),
    Command("history", "up", "Earlier queries"),
)
