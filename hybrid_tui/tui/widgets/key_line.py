"""The last line of a screen: the keys of what has the focus."""

from __future__ import annotations

from textual.screen import Screen
from textual.widgets import Footer


class KeyLine(Footer):
    """Textual's footer, made anew only when the keys that it shows are others."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False, compact=True)
        self._keys: list[tuple[str, str, bool]] = []

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Show the screen's keys, unless they are shown already."""
        keys = [
            (binding.key, binding.description, enabled)
            for _, binding, enabled, _ in screen.active_bindings.values()
            if binding.show
        ]
        if keys != self._keys and self.app.app_focus and screen is self.screen:
            self._keys = keys
            super().bindings_changed(screen)
