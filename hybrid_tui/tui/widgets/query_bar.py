"""The query, and beside it what it is asked of."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.search.search_request import SearchRequest
from hybrid_tui.tui.widgets.field import Field

SEVERAL = 3
WIDE = 100
"""Cells of a bar whose buttons tell what they are of."""


class QueryBar(Horizontal):
    """The field and three buttons: languages of query and passages, collection."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self._query = query
        self._asked = SearchRequest(""), 0

    def compose(self) -> ComposeResult:
        """Lay out field and buttons."""
        yield Field(self._query, "type a query in any language, then Enter", id="query")
        yield Button("", id="query-lang", compact=True, action="screen.query_language")
        yield Button("", id="langs", compact=True, action="screen.passage_languages")
        yield Button("", id="data", compact=True, action="screen.collection")

    @property
    def field(self) -> Field:
        """The field."""
        return self.query_one(Field)

    def show(self, asked: SearchRequest, count: int) -> None:
        """Show what is asked for; `count` is the number of the collection's languages, 0 while unknown."""
        self._asked = asked, count
        few = 0 < len(asked.langs) <= SEVERAL
        langs = ",".join(asked.langs) if few else f"{len(asked.langs)} of {count}" if asked.langs else "all"
        wide = self.size.width >= WIDE
        self._label("query-lang", f"query: {asked.query_lang}" if wide else asked.query_lang)
        self._label("langs", f"passages: {langs}" if wide else f"→ {langs}")
        self._label("data", one_line(asked.data, width=16))

    def on_resize(self) -> None:
        """Leave the query the room that it needs."""
        self.show(*self._asked)

    def _label(self, name: str, text: str) -> None:
        button = self.query_one(f"#{name}", Button)
        if str(button.label) != text:
            button.label = Content(text)
            button.refresh(layout=True)
