"""The query, and beside it what it is asked of."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import var
from textual.widgets import Button

from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.search_request import NO_CATALOG, SearchRequest, languages_of
from hybrid_tui.tui.widgets.field import Field

BUTTONS = {"query-lang": "query_language", "langs": "passage_languages", "data": "collection"}
"""Ids of buttons, and what each lets one pick."""
SEVERAL = 3
WIDE = 100
"""Cells of a bar whose buttons tell what they are of."""


class QueryBar(Horizontal):
    """The field and three buttons: languages of query and passages, collection.

    asked: what is searched. catalog: the collections that are known, and their languages.
    """

    asked = var(SearchRequest(""), init=False)
    catalog = var(NO_CATALOG, init=False)

    def __init__(self, query: str) -> None:
        super().__init__()
        self._query = query

    def compose(self) -> ComposeResult:
        """Lay out field and buttons."""
        self.field = Field(self._query, "type a query in any language, then Enter", id="query")
        yield self.field
        for name, picker in BUTTONS.items():
            yield Button("", id=name, compact=True, action=f"app.pick('{picker}')")

    def on_resize(self) -> None:
        """Show what is asked, and leave the query the room that it needs."""
        asked, count = self.asked, len(languages_of(self.catalog, self.asked.data))
        few = 0 < len(asked.langs) <= SEVERAL
        langs = ",".join(asked.langs) if few else f"{len(asked.langs)} of {count}" if asked.langs else "all"
        wide = self.size.width >= WIDE
        self._label("query-lang", f"query: {asked.query_lang}" if wide else asked.query_lang)
        self._label("langs", f"passages: {langs}" if wide else f"→ {langs}")
        self._label("data", one_line(asked.data, width=16))

    watch_asked = watch_catalog = on_resize

    def _label(self, name: str, text: str) -> None:
        button = self.query_one(f"#{name}", Button)
        if str(button.label) != text:
            button.label = Content(text)
            button.refresh(layout=True)
