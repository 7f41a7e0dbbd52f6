"""The dialog that adds a model's folder or a collection."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label

from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.base import Dialog
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.open_requests import OpenRequests
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.widgets.field import Field

WHAT = {
    "model": ("Add a trained model", "path of its folder, with a model.toml"),
    "collection": ("Add a collection", "path of a file or folder, or a Hugging Face dataset (owner/name)"),
}
ADDING = "adding"
KEYS = "Enter adds · ↑ ↓ field · Esc back"


class AddDialog(Dialog[str | None]):
    """A path and a name; stays open with what is wrong, and ends with the name of what was added."""

    BINDING_GROUP_TITLE = "Add"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="adding.back"),
        Binding("down", "app.focus_next", "Next field", show=False, id="adding.down"),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="adding.up"),
    ]

    def __init__(self, link: EngineLink, kind: messages.Kind) -> None:
        super().__init__()
        self._requests = OpenRequests[str](link, self, lost=self._tell_lost)
        self._kind = kind
        self._added = ""

    def compose(self) -> ComposeResult:
        """Lay out path, name and keys."""
        title, path = WHAT[self._kind]
        with Vertical(classes="dialog wide"):
            yield Label(title, classes="title", markup=False)
            yield Field(placeholder=path, id="path")
            yield Field(placeholder="name, if not its own", id="name")
            yield Label(KEYS, classes="hint", markup=False)

    def on_input_submitted(self) -> None:
        """Have it added, once at a time."""
        path, name = (self.query_one(f"#{each}", Field).value.strip() for each in ("path", "name"))
        if not path:
            self._say("type a path")
        elif ADDING not in self._requests:
            self._say("reading the files")
            request = messages.Add(kind=self._kind, path=path, name=name)
            self._requests.ask(ADDING, request, self._take, outlives=True)

    def _take(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self._say(f"✗ {reply.whole}")
        elif isinstance(reply, messages.Added):
            self._added = reply.name
            self.dismiss(self._added)

    def on_unmount(self) -> None:
        """Hear of nothing any more; what is being added is added all the same."""
        self._requests.close()

    def _tell_lost(self) -> None:
        self._say("✗ the engine has stopped")

    def on_screen_resume(self) -> None:
        """End with what was added while something else was on top."""
        if self._added:
            self.dismiss(self._added)

    def _say(self, text: str) -> None:
        self.query_one(".hint", Label).update(one_line(text))
