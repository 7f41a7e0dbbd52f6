"""The app's base class: a person's own keys, help and jump on every screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from hybrid_tui.tui.keys import shown
from hybrid_tui.tui.type_ahead import TypeAheadApp


class KeymapApp(TypeAheadApp):
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
