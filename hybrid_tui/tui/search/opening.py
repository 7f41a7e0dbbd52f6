"""What panes say while the engine starts and the collection is opened."""

from __future__ import annotations

from hybrid_tui.tui.pending import Pending
from hybrid_tui.tui.widgets.panes import PaneRow


class Opening:
    """Tells what is under way, and for how long, in panes that have nothing to show."""

    def __init__(self, row: PaneRow) -> None:
        self._row = row
        self._pending: Pending | None = None
        self._told = ""

    def begin(self, step: str) -> None:
        """Tell a step from now on."""
        self._pending = Pending(step)
        self._told = ""
        self.tell()

    def tell(self) -> None:
        """Tell how long it has taken by now."""
        text = str(self._pending or "")
        if text != self._told:
            self._told = text
            self._say(text)

    def end(self, what: str = "", hint: str = "") -> None:
        """Tell nothing more, but what came of it where that is a failure."""
        if self._pending:
            self._pending = None
            self._told = ""
            if what:
                self._say(what, hint, failed=True)

    def _say(self, what: str, hint: str = "", *, failed: bool = False) -> None:
        for pane in self._row.panes:
            if not pane.ranking and not pane.busy:
                pane.say(what, hint, failed=failed)
