"""An app whose keys a person may change, and that tells them as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.widget import Widget

from hybrid_tui.tui.keys import shown
from hybrid_tui.tui.type_ahead import TypeAheadApp

_ID = re.compile(r"\{([a-z_.]+)\}")


class KeyedApp(TypeAheadApp):
    """Knows a person's own keys by the ids of actions; its own keys work on every screen."""

    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", tooltip="Help for where you are", priority=True, id="app.help"),
        Binding(
            "ctrl+j",
            "jump",
            "Jump",
            show=False,
            priority=True,
            tooltip="Go anywhere by number",
            id="app.jump",
        ),
        Binding("ctrl+q", "quit", "Quit", priority=True, id="app.quit"),
        Binding("ctrl+p", "command_palette", "Every command", show=False, priority=True, id="app.palette"),
    ]

    def __init__(self, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._own_keys = keymap
        self.set_keymap(keymap)

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as a person reads it."""
        return shown(binding.key)

    def first_key(self, name: str, default: str) -> str:
        """Return the first key of an action, as a person reads it; `default` are those it has by itself."""
        return shown(self._own_keys.get(name, default).partition(",")[0])

    def action_help(self) -> None:
        """Show what keys do where the focus is, or go back from that."""
        from hybrid_tui.tui.dialogs.help import Help, sections

        if isinstance(self.screen, Help):
            self.screen.dismiss()
        else:
            self.push_screen(Help(sections(self.screen)))

    def action_jump(self) -> None:
        """Put a number on each thing that can have the focus, to go there."""
        from hybrid_tui.tui.dialogs.jump import Jump

        def go(chosen: Widget | None) -> None:
            if chosen is not None and chosen.is_attached:
                chosen.focus()

        if not isinstance(self.screen, Jump):
            self.push_screen(Jump(self.screen), go)


def fill_keys(node: DOMNode, text: str) -> str:
    """Return `text` with the first key of an action in place of its id in braces: "{app.help} helps"."""
    app = cast("KeyedApp", node.app)
    keys = {each.binding.id: key for key, each in reversed(node.screen.active_bindings.items())}
    return _ID.sub(lambda found: app.first_key(found[1], keys.get(found[1], found[1])), text)
