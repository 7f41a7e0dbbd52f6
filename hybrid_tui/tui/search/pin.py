"""A passage that is followed: its rank in every pane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.engine import messages
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.open_requests import OpenRequests, Owner
from hybrid_tui.tui.render.hits import PIN, one_line
from hybrid_tui.tui.render.names import apart
from hybrid_tui.tui.search_request import SearchRequest
from hybrid_tui.tui.widgets.pane import Pane

_Key = tuple[messages.Search, str]
"""A search, and the passage whose rank in it is asked for."""


class Pin:
    """Stays while typed queries and a question's other languages are searched; goes with the next question.

    link: the engine, asked for ranks that are not on screen. owner: the screen. changed: called when a rank
    is known.
    """

    def __init__(self, link: EngineLink, owner: Owner, changed: Callable[[], None]) -> None:
        self._requests = OpenRequests[_Key](link, owner)
        self._changed = changed
        self._hit: Hit | None = None
        self._pinned_for = ("", "")
        self._ranks: dict[_Key, int | None] = {}

    @property
    def hit(self) -> Hit | None:
        """The pinned passage."""
        return self._hit

    @property
    def passage_id(self) -> str:
        """Its id; empty where none is pinned."""
        return self._hit.passage_id if self._hit else ""

    def toggle(self, hit: Hit, asked: SearchRequest) -> None:
        """Pin a passage that a search has found, or unpin it where it is pinned."""
        self._hit = None if hit.passage_id == self.passage_id else hit
        self._pinned_for = asked.data, asked.question.item_id if asked.question else ""
        self.forget_ranks()

    def keep_for(self, asked: SearchRequest) -> None:
        """Unpin the passage where another collection or question is on screen."""
        data, item = self._pinned_for
        if asked.data != data or (asked.question and asked.question.item_id != item):
            self._hit = None

    def forget_ranks(self) -> None:
        """Ask for the ranks anew: other models may have the same names."""
        self._requests.cancel_all()
        self._ranks.clear()

    def line(self, asked: SearchRequest, panes: Sequence[Pane]) -> str:
        """Return the passage's rank in each pane: "◆ p7: me5-small #2, use-m3 #1,037".

        panes: those that show a ranking. Empty where nothing is pinned.
        """
        if not self._hit:
            return ""
        names = apart([pane.model for pane in panes])
        ranks = [f"{name} {self._rank(asked, pane)}" for name, pane in zip(names, panes, strict=True)]
        return one_line(f"{PIN} {self.passage_id}: {', '.join(ranks)}")

    def _rank(self, asked: SearchRequest, pane: Pane) -> str:
        """Return a rank in words; the engine is asked for one that is not shown."""
        hits = pane.ranking.hits if pane.ranking else ()
        for hit in hits:
            if hit.passage_id == self.passage_id:
                return f"#{hit.rank}"
        try:
            key = asked.of(pane.model), self.passage_id
        except UsageError:
            return "?"
        known = key in self._ranks or key in self._requests
        whole = not pane.busy and pane.ranking and not pane.ranking.missing
        if self._requests.alive and whole and not known:
            self._requests.ask(
                key, messages.Locate(search=key[0], passage_id=key[1]), partial(self._take, key)
            )
        rank = self._ranks.get(key)
        return f"#{rank:,}" if rank else f"not in top {len(hits)}"

    def _take(self, key: _Key, reply: messages.Reply) -> None:
        self._ranks[key] = reply.rank if isinstance(reply, messages.Located) else None
        self._changed()
