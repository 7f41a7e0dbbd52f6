"""The last queries, to be searched for again."""

from __future__ import annotations

from collections.abc import Iterable

from hybrid_tui.tui.search_request import SearchRequest

LONGEST_HISTORY = 50


class QueryHistory:
    """What was searched for, the last first, each once."""

    def __init__(self, entries: Iterable[SearchRequest] = ()) -> None:
        self.entries = tuple(entries)[:LONGEST_HISTORY]

    def add(self, asked: SearchRequest) -> None:
        """Put a search first; one without a text is not kept."""
        if asked.text.strip():
            others = (entry for entry in self.entries if entry != asked)
            self.entries = (asked, *others)[:LONGEST_HISTORY]

    def add_older(self, entries: Iterable[SearchRequest]) -> None:
        """Add those of another history, each right before what it stands before there."""
        merged = list(self.entries)
        later: SearchRequest | None = None
        for entry in reversed(tuple(entries)):
            if entry not in merged:
                merged.insert(merged.index(later) if later else len(merged), entry)
            later = entry
        self.entries = tuple(merged[:LONGEST_HISTORY])
