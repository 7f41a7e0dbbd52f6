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

    def compose(self) -> ComposeResult:
        """Lay out the two."""
        yield Static(id="message", markup=False)
        yield Static(id="models", markup=False)

    def say(self, text: str, *, problem: bool = False) -> None:
        """Show a message."""
        message = self.query_one("#message", Static)
        message.set_class(problem, "problem")
        message.update(one_line(f"✗ {text}" if problem else text), layout=False)
        self._fit()

    def tell(self, text: str) -> None:
        """Show how the models are."""
        models, line = self.query_one("#models", Static), one_line(text)
        if line != models.content:
            models.update(line)
            self._fit()

    def on_resize(self) -> None:
        """Tell what there is room for."""
        self._fit()

    def _fit(self) -> None:
        """Leave the models out where the message needs their room."""
        message, models = self.query_one("#message", Static), self.query_one("#models", Static)
        taken = cell_len(str(message.content)) + cell_len(str(models.content)) + EDGES
        models.display = taken <= self.size.width
