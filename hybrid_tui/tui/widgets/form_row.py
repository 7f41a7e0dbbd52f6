"""One row of the form: a label, a control, and the problem with its value."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from hybrid_tui.tui.render.hits import one_line


class FormRow(Horizontal):
    """A label, what is set, and beside it a problem where there is one."""

    def __init__(self, name: str, control: Widget) -> None:
        super().__init__(id=f"row-{name.lower()}", classes="row")
        self._label = name
        self._control = control

    def compose(self) -> ComposeResult:
        """Lay out the three."""
        yield Static(self._label, classes="label", markup=False)
        yield self._control
        yield Static(classes="problem", markup=False)

    def tell(self, problem: str) -> None:
        """Show what is wrong, or with "" that nothing is."""
        self.query_one(".problem", Static).update(one_line(f"✗ {problem}" if problem else ""))
