"""Keeping what is on screen: files for other programs, earlier queries, sessions."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from textual import work

from hybrid_tui import settings
from hybrid_tui.comparison.export import FORMATS, FREE_QUERY
from hybrid_tui.errors import HybridTuiError, UsageError
from hybrid_tui.tui import session
from hybrid_tui.tui.asked import Asked
from hybrid_tui.tui.link import Link
from hybrid_tui.tui.render.hits import language_name, one_line
from hybrid_tui.tui.screens.asking import Asking
from hybrid_tui.tui.widgets.pane import Pane

LONGEST_HISTORY = 50
SVG, SESSION = "svg", "session"
QUERY_CELLS = 50


class Keeping(Asking):
    """The part of the search screen that writes files, and goes back to what was."""

    def __init__(self, link: Link, asked: Asked) -> None:
        super().__init__(link, asked)
        self._history: list[Asked] = []

    @property
    def as_session(self) -> session.Session:
        """What is asked, and of which systems: none while the panes are not there."""
        return session.Session.of(self.asked, [pane.model for pane in self.query(Pane)])

    # --- files ----------------------------------------------------------------------------------------

    def action_export(self) -> None:
        """Choose how and where to write what is on screen."""
        from hybrid_tui.tui.screens.export import ExportDialog, Kind

        question = self.asked.question
        name = f"{self.asked.data}-{question.query_id if question else FREE_QUERY}"
        stem = re.sub(r"[^\w.+-]+", "-", name).strip("-.") or FREE_QUERY
        here = Path.cwd()
        kinds = [Kind(each.ending, each.name, here / f"{stem}.{each.ending}") for each in FORMATS]
        kinds.append(Kind(SVG, "SVG: the screen as a picture", here / f"{stem}.{SVG}"))
        words = "session: query, languages and panes, to be opened again"
        kinds.append(Kind(SESSION, words, session.folder() / f"{stem}.json"))
        texts = self._texts(question.query_id if question else "")

        def chosen(what: tuple[str, Path] | None) -> None:
            if what:
                key, path = what
                if key in texts:
                    self._write(path, texts[key])
                else:
                    self.say("no rankings to write", problem=True)

        self.app.push_screen(ExportDialog(kinds), chosen)

    def _texts(self, query_id: str) -> dict[str, str]:
        """Return what is on screen now, by the key of its kind; no rankings where there are none."""
        rankings = [pane.ranking for pane in self.row.panes if pane.ranking]
        texts = {each.ending: each.write(rankings, query_id) for each in FORMATS} if rankings else {}
        texts[SVG] = self.app.export_screenshot(title="hybrid-tui")
        texts[SESSION] = self.as_session.as_json()
        return texts

    @work(group="export")
    async def _write(self, path: Path, text: str) -> None:
        def write() -> None:
            with settings.replacing(path) as file:
                file.write(text)

        try:
            await asyncio.to_thread(write)
        except HybridTuiError as error:
            self.say(f"{error} {error.hint}", problem=True)
        else:
            self.say(f"wrote {path}")

    # --- what was -------------------------------------------------------------------------------------

    def search(self) -> None:
        """Search, and remember for what."""
        super().search()
        if self.asked.text.strip():
            others = [asked for asked in self._history if asked != self.asked]
            self._history = [self.asked, *others][:LONGEST_HISTORY]

    def action_history(self) -> None:
        """Choose one of the last queries to search for again."""
        from hybrid_tui.tui.screens.pick import Choice, PickOne

        choices = [
            Choice(str(number), one_line(asked.text, width=QUERY_CELLS), _about(asked))
            for number, asked in enumerate(self._history)
        ]
        self.app.push_screen(PickOne("Earlier queries", choices, wide=True), self._repeat)

    def _repeat(self, number: str | None) -> None:
        if number is not None:
            self.restore(self._history[int(number)])

    def action_open_session(self) -> None:
        """Choose a session, or type the path of one."""
        from hybrid_tui.tui.screens.pick import Choice, PickOne

        choices = [Choice(str(path), path.stem) for path in session.kept()]
        screen = PickOne("Open a session", choices, placeholder="filter, or the path of a file", free=True)
        self.app.push_screen(screen, self._open)

    async def _open(self, path: str | None) -> None:
        if not path:
            return
        try:
            found = session.load(Path(path).expanduser())
        except UsageError as error:
            self.say(f"{error} {error.hint}", problem=True)
            return
        for pane in self.row.panes:
            self.link.cancel(pane.request)
        await self.row.replace(found.panes)
        self.restore(found.asked)


def _about(asked: Asked) -> str:
    lang = asked.question.lang if asked.question else asked.query_lang
    return f"{asked.data}, {language_name(lang)}"
