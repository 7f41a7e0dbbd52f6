"""The export dialog: a format and a path for what is on screen."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from hybrid_tui import settings
from hybrid_tui.errors import HybridTuiError, UsageError
from hybrid_tui.tui.dialogs.base import Dialog
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.path_input import path_of
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.widgets.field import Field

KEYS = "{dialog.up} {dialog.down} format · Enter writes · {dialog.back} back"


class Kind(NamedTuple):
    """Something to write: its name on screen, the path that is proposed, the text; empty if there is none."""

    name: str
    path: Path
    text: str


class Say(Protocol):
    """Tells a line, of a problem or of what was done."""

    def __call__(self, text: str, *, problem: bool = False) -> None:
        """Tell it."""


def export(screen: Screen[Any], kinds: list[Kind], say: Say) -> None:
    """Let a person choose what to write and where, and write it."""

    def chosen(what: tuple[Kind, Path] | None) -> None:
        if what is None:
            return
        kind, path = what
        if kind.text:
            screen.run_worker(_write(path, kind.text, say), group="export")
        else:
            say("there is nothing to write yet", problem=True)

    screen.app.push_screen(ExportDialog(kinds), chosen)


def picture(screen: Screen[Any], stem: str) -> Kind:
    """Return the screen as a picture, to be written under that name."""
    drawn = screen.app.export_screenshot(title="hybrid-tui")
    return Kind("SVG: the screen as a picture", Path.cwd() / f"{stem}.svg", drawn)


def stem_of(name: str) -> str:
    """Return a name as that of a file, without its ending; empty where nothing of it is left."""
    return re.sub(r"[^\w.+-]+", "-", name).strip("-.")


async def _write(path: Path, text: str, say: Say) -> None:
    def write() -> None:
        with settings.replacing(path, shared=True) as file:
            file.write(text)

    try:
        await asyncio.to_thread(write)
    except HybridTuiError as error:
        say(error.whole, problem=True)
    else:
        say(f"wrote {path}")


class ExportDialog(Dialog[tuple[Kind, Path] | None]):
    """A list of formats and a path; ends with what is chosen of both, or None."""

    BINDING_GROUP_TITLE = "Export"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="dialog.back"),
        Binding("down", "move(1)", "Down", show=False, id="dialog.down"),
        Binding("up", "move(-1)", "Up", show=False, id="dialog.up"),
    ]

    def __init__(self, kinds: list[Kind]) -> None:
        super().__init__()
        self._kinds = kinds
        self._proposed = ""
        self._asked_twice: Path | None = None

    def compose(self) -> ComposeResult:
        """Lay out path, formats and keys."""
        with Vertical(classes="dialog wide"):
            yield Label("Export", classes="title")
            yield Field(id="path")
            yield OptionList(*(Option(Content(kind.name)) for kind in self._kinds), markup=False)
            yield Label(fill_keys(self, KEYS), classes="hint", markup=False)

    def on_mount(self) -> None:
        """Begin with the first format."""
        self.query_one(OptionList).highlighted = 0
        self.query_one(Field).focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Propose a path; one that was typed keeps its name, with the ending of the format."""
        field = self.query_one(Field)
        path = self._kinds[event.option_index].path
        if field.value not in {self._proposed, ""}:
            named = Path(field.value)
            path = named.with_suffix(path.suffix) if named.name else path
        self._proposed = field.value = str(path)
        field.cursor_position = len(field.value)

    def on_option_list_option_selected(self) -> None:
        """Write in the format that was clicked or chosen in the list."""
        self.on_input_submitted()

    def on_input_submitted(self) -> None:
        """End with what is chosen; a file that is there is replaced only when that is said twice."""
        options = self.query_one(OptionList)
        text = self.query_one(Field).value.strip()
        hint = self.query_one(".hint", Label)
        try:
            path = path_of(text)
        except UsageError as error:
            hint.update(one_line(error.whole))
            return
        if not text or path.is_dir():
            hint.update("type the name of a file")
        elif path.exists() and self._asked_twice != path:
            self._asked_twice = path
            hint.update(fill_keys(self, "the file exists: Enter replaces it · {dialog.back} back"))
        else:
            self.dismiss((self._kinds[options.highlighted or 0], path))

    def action_move(self, by: int) -> None:
        """Choose another format while the path has the focus."""
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()
