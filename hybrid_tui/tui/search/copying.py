"""Taking a passage along, in the terminal's clipboard."""

from __future__ import annotations

from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.tui.search.pinning import Pinning
from hybrid_tui.tui.widgets.hit_list import HitList


class Copying(Pinning):
    """The part of the search screen that copies: by OSC 52, which goes through SSH."""

    def action_copy(self) -> None:
        """Copy what the mouse has selected, else the passage under the cursor; in the query the pinned."""
        if self.selections:
            self.action_copy_text()
            self.say("copied what is selected")
        elif hit := self._wanted():
            self.app.copy_to_clipboard(hit.text)
            self.say(copied(hit))
        else:
            self.say("no passage to copy", problem=True)

    def _wanted(self) -> Hit | None:
        if not isinstance(self.focused, HitList) and self.pinned:
            return self.pinned_hit
        row = self.row.front.hits.current
        return row.hit if row and self.row.front.found else None


def copied(hit: Hit) -> str:
    """Say what was copied."""
    return f"copied {hit.passage_id}, {len(hit.text):,} characters"
