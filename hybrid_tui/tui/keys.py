"""Every action of the search screen once: its id, its keys, its words in the footer and in the palette."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding
from textual.keys import key_to_character

NAMES = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "delete": "Del",
    "insert": "Ins",
    "slash": "/",
    "underscore": "_",
}
"""How keys are called whose character the toolkit does not tell; others by their name."""


def shown(key: str) -> str:
    """Return a key of Textual's as a person reads it: ^N, F1, Esc, ?."""
    *modifiers, name = key.split("+")
    character = key_to_character(name) or ""
    visible = character.isprintable() and not character.isspace()
    text = character if character and visible else NAMES.get(name, name.capitalize())
    if "ctrl" in modifiers:
        modifiers.remove("ctrl")
        text = f"^{text.upper() if len(text) == 1 else text}"
    return "+".join([*map(str.capitalize, modifiers), text])


class Command(NamedTuple):
    """An action; `footer` is empty where the footer has no room for it, `title` where it needs no name.

    keys: as Textual names them, with commas between; the first is the one shown. scope, name: the two parts
    of its id, by which a person gives it other keys; the name is by default what the action picks or visits,
    or its own.
    """

    action: str
    keys: str
    title: str
    footer: str = ""
    name: str = ""
    scope: str = "search"

    @property
    def id(self) -> str:
        """Return what names it in the configuration."""
        own = self.action.strip("')").rpartition("'")[2]
        return f"{self.scope}.{self.name or own}"

    @property
    def binding(self) -> Binding:
        """Return the binding of its keys."""
        shown_as = self.footer or self.title
        return Binding(
            self.keys, self.action, shown_as, show=bool(self.footer), tooltip=self.title, id=self.id
        )


COMMANDS = (
    Command("app.pick('questions')", "f2", "Browse the collection's questions", "Questions"),
    Command("app.pick('query_language')", "f3", "Choose the language of typed queries"),
    Command("app.pick('passage_languages')", "f4", "Choose the languages of passages", "Passages"),
    Command("app.pick('model')", "f5", "Choose the model of this pane, or build its system", "Model"),
    Command("form", "ctrl+f,f", "Another form of the query, mixed in by a slider", "Form", "form"),
    Command("app.pick('collection')", "f6", "Choose the collection"),
    Command("add_pane", "f7", "Add a pane"),
    Command("close_pane", "f8", "Close this pane"),
    Command("app.visit('bias')", "f9", "Heatmaps by pair of languages", "Bias"),
    Command("app.visit('train')", "f10", "Train models, watch trainings and evaluations"),
    Command("app.visit('library')", "f12", "Models and collections: details, add, evaluate, remove"),
    Command("panes_before", "ctrl+z", "The models that the panes had before"),
    Command("app.visit('summary')", "f11", "Every evaluated system, sweeps and trainings"),
    Command("app.pick('correction')", "ctrl+r,c", "Choose the correction of this pane"),
    Command(
        "app.pick('system')",
        "ctrl+right_square_bracket,b",
        "Build this pane's system: correction, query form, fusion",
    ),
    Command("walk(1)", "ctrl+n,n", "Next question, least similar first", "Least alike", "next_question"),
    Command("walk(-1)", "ctrl+b,N", "Previous question, least similar first", name="previous_question"),
    Command("app.pick('measure')", "ctrl+o,m", "Choose the measure of similarity"),
    Command("pin", "ctrl+t,p", "Pin the passage, or unpin it"),
    Command("differences", "ctrl+g,d", "Only what differs from the first pane, or everything"),
    Command("together", "ctrl+y,s", "Panes scroll together, or each alone"),
    Command("copy", "ctrl+c,y", "Copy the passage under the cursor, or the pinned one"),
    Command("export", "ctrl+s,e", "Export what is on screen, or save the session"),
    Command("app.pick('saved_session')", "ctrl+l,o", "Open a session", name="open_session"),
    Command("app.pick('history')", "up", "Earlier queries"),
    Command("legend", "ctrl+slash,ctrl+underscore,i", "Show or hide what signs and figures mean"),
)
