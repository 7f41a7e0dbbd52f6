"""The help screen: the keys of the widget in focus, of its screen and of the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Input, Label, Static

from hybrid_tui.tui.dialogs.base import Dialog
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.keys import shown
from hybrid_tui.tui.render.wrap import padded, shortened

GAP = 2
TITLES = {"OptionList": "List", "VerticalScroll": "Text", "CommandInput": "Typing"}
"""What widgets of the toolkit are called."""


class Section(NamedTuple):
    """What one widget, screen or the app can do: its title, keys and words, and a few words of its own."""

    title: str
    entries: tuple[tuple[str, str], ...]
    words: str = ""


def sections(screen: Screen[object]) -> list[Section]:
    """Return what keys do now, those of the widget in focus first; of a line to type in last."""
    entries: dict[DOMNode, dict[str, list[str]]] = {}
    for key, (node, binding, _, _) in screen.active_bindings.items():
        does = binding.tooltip or binding.description
        if does and not binding.system:
            entries.setdefault(node, {}).setdefault(does, []).append(shown(key))
    return [
        Section(
            node.BINDING_GROUP_TITLE or TITLES.get(type(node).__name__, type(node).__name__),
            tuple((" ".join(keys), does) for does, keys in of_node.items()),
            getattr(node, "HELP", None) or "",
        )
        for node, of_node in sorted(entries.items(), key=lambda each: isinstance(each[0], Input))
    ]


class Help(Dialog[None]):
    """The keys, and what the signs mean."""

    BINDING_GROUP_TITLE = "Help"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "dismiss", "Back", id="help.back")]

    def __init__(self, found: list[Section]) -> None:
        super().__init__()
        self._sections = found

    def compose(self) -> ComposeResult:
        """Lay out the sections."""
        with Vertical(classes="dialog help"):
            yield Label("Help", classes="title")
            with VerticalScroll():
                yield Static(id="help", markup=False)
            hint = fill_keys(self, "↑ ↓ scroll · {help.back} back")
            yield Label(hint, classes="hint", markup=False)

    def on_mount(self) -> None:
        """Scroll with the arrows at once."""
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        """Lay out the keys for the width there is."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        width = self.query_one(VerticalScroll).scrollable_content_region.width
        lines = [line for section in self._sections for line in _drawn(section, width)]
        self.query_one("#help", Static).update(Content("\n").join(lines))


def _drawn(section: Section, width: int) -> list[Content]:
    """Return a section as lines of at most `width` cells, an empty one at its end."""
    title = Content.styled(section.title, "bold $text-primary")
    words = [Content.styled(line, "$text-muted") for line in section.words.splitlines()]
    return [title, *_columns(section.entries, width), *words, Content()]


def _columns(entries: Sequence[tuple[str, str]], width: int) -> list[Content]:
    """Return keys and words in two columns, filled one after the other, or in one where they need more."""
    keys = max(cell_len(key) for key, _ in entries)
    half = (width - GAP) // 2
    columns = 2 if all(keys + 1 + cell_len(does) <= half for _, does in entries) else 1
    room = half if columns == 2 else width
    cells = [
        Content.assemble((padded(key, keys), "bold"), " ", _fitted(does, room - keys - 1))
        for key, does in entries
    ]
    height = -(-len(cells) // columns)
    lines = [cells[row::height] for row in range(height)]
    return [Content(" " * GAP).join(line) for line in lines]


def _fitted(text: str, width: int) -> str:
    return padded(shortened(text, width), width)
