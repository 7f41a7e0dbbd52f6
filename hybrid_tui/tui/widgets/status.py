"""The line above the keys: what was found or went wrong, and how the models are."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from hybrid_tui.tui.render.hits import one_line

EDGES = 4
"""Cells of the line that hold no words."""


class StatusLine(Horizontal):
    """A message at the left, the state of the engine's models at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._message = Static(id="message", markup=False)
        self._models = Static(id="models", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the two."""
        yield self._message
        yield self._models

    def say(self, text: str, *, problem: bool = False) -> None:
        """Show a message."""
        self._message.set_class(problem, "problem")
        self._message.update(one_line(f"✗ {text}" if problem else text), layout=False)
        self._fit()

    def tell(self, text: str) -> None:
        """Show how the models are."""
        line = one_line(text)
        if line != self._models.content:
            self._models.update(line)
            self._fit()

    def on_resize(self) -> None:
        """Tell what there is room for."""
        self._fit()

    def _fit(self) -> None:
        """Leave the models out where the message needs their room."""
        taken = cell_len(str(self._message.content)) + cell_len(str(self._models.content)) + EDGES
        self._models.display = taken <= self.size.width
