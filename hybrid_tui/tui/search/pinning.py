"""One passage followed: its rank in every pane."""

from __future__ import annotations

from functools import partial

from textual.widgets import Static

from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.engine import messages
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.render.hits import PIN, one_line
from hybrid_tui.tui.render.names import apart
from hybrid_tui.tui.search.comparing import Comparing
from hybrid_tui.tui.search.search_request import SearchRequest
from hybrid_tui.tui.widgets.pane import Pane

_Key = tuple[messages.Search, str]


class Pinning(Comparing):
    """The part of the search screen that keeps a passage in sight.

    It stays pinned while typed queries and the question's other languages are asked, and goes with the
    next question or collection.
    """

    def __init__(self, link: EngineLink, asked: SearchRequest) -> None:
        super().__init__(link, asked)
        self.pinned_hit: Hit | None = None
        self._pinned_for = ("", "")
        self._located: dict[_Key, int | None] = {}
        self._asking: dict[_Key, int] = {}

    def action_pin(self) -> None:
        """Pin the passage under the cursor, or let go of it."""
        row = self.row.front.hits.current
        if not self.row.front.found or not row:
            self.say("no passage to pin", problem=True)
            return
        passage = row.hit.passage_id
        self.pinned = "" if passage == self.pinned else passage
        self.pinned_hit = row.hit
        question = self.asked.question
        self._pinned_for = (self.asked.data, question.item_id if question else "")
        self._forget()
        self.compare()

    def compare(self) -> None:
        """Draw the rankings, and the rank of the pinned passage in each."""
        question = self.asked.question
        data, item = self._pinned_for
        if self.asked.data != data or (question and question.item_id != item):
            self.pinned = ""
        super().compare()
        self._tell()

    def engine_lost(self) -> None:
        """Wait for no rank any more."""
        self._asking.clear()
        super().engine_lost()

    def renew(self) -> None:
        """Ask for the ranks anew."""
        self._forget()
        super().renew()

    def _forget(self) -> None:
        for request in self._asking.values():
            self.link.cancel(request)
        self._asking.clear()
        self._located.clear()

    def _tell(self) -> None:
        line = self.query_one("#pin", Static)
        line.display = bool(self.pinned)
        if self.pinned:
            found = [pane for pane in self.row.panes if pane.found]
            names = apart([pane.model for pane in found])
            ranks = [f"{name} {self._rank(pane)}" for name, pane in zip(names, found, strict=True)]
            line.update(one_line(f"{PIN} {self.pinned}: {', '.join(ranks)}"))

    def _rank(self, pane: Pane) -> str:
        """Return the rank in words; the engine is asked for one that is not shown."""
        hits = pane.ranking.hits if pane.ranking else ()
        shown = next((hit.rank for hit in hits if hit.passage_id == self.pinned), None)
        if shown is not None:
            return f"#{shown}"
        try:
            key = self.asked.of(pane.model), self.pinned
        except UsageError:
            return "?"
        known = key in self._located or key in self._asking
        if self.link.engine.alive and not pane.busy and not known:
            request = messages.Locate(search=key[0], passage_id=self.pinned)
            self._asking[key] = self.link.ask(request, partial(self._take_rank, key))
        rank = self._located.get(key)
        return f"#{rank:,}" if rank else f"not in top {len(hits)}"

    def _take_rank(self, key: _Key, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Progress):
            return
        self._asking.pop(key, None)
        self._located[key] = reply.rank if isinstance(reply, messages.Located) else None
        self._tell()
