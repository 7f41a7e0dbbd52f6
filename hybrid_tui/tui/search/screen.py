"""The first screen: one query, several models side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.keys import COMMANDS
from hybrid_tui.tui.search.arranging import Arranging
from hybrid_tui.tui.search.choosing import Choosing
from hybrid_tui.tui.search.copying import Copying
from hybrid_tui.tui.search.disagreement import Disagreement
from hybrid_tui.tui.search.keeping import Keeping
from hybrid_tui.tui.search.search_request import SearchRequest
from hybrid_tui.tui.search.visiting import Visiting
from hybrid_tui.tui.widgets.key_line import KeyLine
from hybrid_tui.tui.widgets.panes import PaneRow
from hybrid_tui.tui.widgets.query_bar import QueryBar
from hybrid_tui.tui.widgets.status import StatusLine


class SearchScreen(Choosing, Arranging, Copying, Disagreement, Keeping, Visiting):
    """Asks every pane's model for the query and compares their rankings to the first pane's."""

    BINDING_GROUP_TITLE = "Compare"
    HELP = """\
●  answers the question   ·  does not   ◆  pinned
= ▲2 ▼3 new gone  where it stands to the first pane
RBO  how alike two rankings are, 1 for the same; the top counts most
rank distance  the worst answer's rank less the best one's
AP, best rank, rank distance: over all passages, not the top k.
Scores are cosines: between models compare ranks, not scores.
Copying over SSH inside tmux needs: set -g set-clipboard on"""
    AUTO_FOCUS = "#query"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(command.binding for command in COMMANDS),
        Binding("escape", "cancel", "Cancel what runs, or back to the query", show=False, id="search.cancel"),
        Binding("down", "into_panes", "To the passages", show=False, id="search.passages"),
    ]

    def __init__(
        self,
        link: EngineLink,
        asked: SearchRequest,
        models: list[str],
        note: str = "",
        history: Sequence[SearchRequest] = (),
    ) -> None:
        super().__init__(link, asked)
        self.history = list(history)
        self._models = models
        self._note = note

    def compose(self) -> ComposeResult:
        """Lay out query, panes, status and keys."""
        yield QueryBar(self.asked.text)
        yield PaneRow(self._models)
        yield Static(id="pin", markup=False)
        yield StatusLine()
        yield KeyLine()
