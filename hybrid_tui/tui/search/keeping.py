"""Keeping what is on screen: files for other programs, earlier queries, sessions."""

from __future__ import annotations

from pathlib import Path

from hybrid_tui.comparison.export import FORMATS, FREE_QUERY
from hybrid_tui.errors import UsageError
from hybrid_tui.tui import session
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.path_input import path_of
from hybrid_tui.tui.render.hits import language_name
from hybrid_tui.tui.render.wrap import printable, shortened
from hybrid_tui.tui.search.asking import Asking
from hybrid_tui.tui.search.search_request import SearchRequest
from hybrid_tui.tui.state import LONGEST_HISTORY
from hybrid_tui.tui.widgets.pane import Pane

QUERY_CELLS = 50


class Keeping(Asking):
    """The part of the search screen that writes files, and goes back to what was."""

    def __init__(self, link: EngineLink, asked: SearchRequest) -> None:
        super().__init__(link, asked)
        self.history: list[SearchRequest] = []
        """What was asked, the last first."""

    @property
    def as_session(self) -> session.Session:
        """What is asked, and of which systems: none while the panes are not there."""
        return session.Session.of(self.asked, [pane.model for pane in self.query(Pane)])

    # --- files ----------------------------------------------------------------------------------------

    def action_export(self) -> None:
        """Choose how and where to write what is on screen."""
        from hybrid_tui.tui.dialogs.export import Kind, export, picture, stem_of

        question = self.asked.question
        query_id = question.query_id if question else ""
        stem = stem_of(f"{self.asked.data}-{query_id or FREE_QUERY}") or FREE_QUERY
        rankings = [pane.ranking for pane in self.row.panes if pane.ranking]
        kinds = []
        for each in FORMATS:
            text = each.write(rankings, query_id) if rankings else ""
            kinds.append(Kind(each.name, Path.cwd() / f"{stem}.{each.ending}", text))
        words = "session: query, languages and panes, to be opened again"
        kept = Kind(words, session.folder() / f"{stem}.json", self.as_session.as_json())
        export(self, [*kinds, picture(self, stem), kept], self.say)

    # --- what was -------------------------------------------------------------------------------------

    def search(self, note: str = "") -> None:
        """Search, and remember for what."""
        super().search(note)
        if self.asked.text.strip():
            others = [asked for asked in self.history if asked != self.asked]
            self.history = [self.asked, *others][:LONGEST_HISTORY]

    def action_history(self) -> None:
        """Choose one of the last queries to search for again."""
        from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne

        choices = [
            Choice(str(number), shortened(printable(asked.text), QUERY_CELLS), _about(asked))
            for number, asked in enumerate(self.history)
        ]
        self.app.push_screen(PickOne("Earlier queries", choices, wide=True), self._repeat)

    def _repeat(self, number: str | None) -> None:
        if number is not None:
            self.restore(self.history[int(number)])

    def action_open_session(self) -> None:
        """Choose a session, or type the path of one."""
        from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne

        choices = [Choice(str(path), path.stem, _query_of(path)) for path in session.kept()]
        screen = PickOne(
            "Open a session", choices, placeholder="filter, or the path of a file", free=True, wide=True
        )
        self.app.push_screen(screen, self._open)

    async def _open(self, path: str | None) -> None:
        if not path:
            return
        try:
            found = session.load(path_of(path))
        except UsageError as error:
            self.say(error.whole, problem=True)
            return
        for pane in self.row.panes:
            self.link.cancel(pane.request)
        await self.row.replace(found.panes)
        self.restore(found.asked)


def _about(asked: SearchRequest) -> str:
    lang = asked.question.lang if asked.question else asked.query_lang
    return f"{asked.data}, {language_name(lang)}"


def _query_of(path: Path) -> str:
    try:
        return session.load(path).query
    except UsageError:
        return "damaged"
