"""Choosing what is asked: questions, languages, the collection."""

from __future__ import annotations

from dataclasses import replace

from hybrid_tui.tui.search.asking import Asking
from hybrid_tui.tui.search.search_request import AUTO, SearchRequest
from hybrid_tui.tui.widgets.query_bar import QueryBar


class Choosing(Asking):
    """The part of the search screen that opens lists to choose from."""

    def action_questions(self) -> None:
        """Browse the collection's own questions."""
        from hybrid_tui.tui.dialogs.questions import QuestionBrowser

        codes = self.languages
        if not codes:
            self.say("the collection is not open yet", problem=True)
            return
        asked = self.asked
        wishes = (asked.question.lang if asked.question else "", asked.query_lang, "en", codes[0])
        lang = next(code for code in wishes if code in codes)
        self.app.push_screen(QuestionBrowser(self.link, asked.data, codes, lang), self.run_question)

    def action_query_language(self) -> None:
        """Tell the language of typed queries, or have it detected."""
        from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne, language_choice

        choices = [Choice(AUTO, AUTO, "detected from the text"), *map(language_choice, self.languages)]
        screen = PickOne("Language of typed queries", choices, self.asked.query_lang)
        self.app.push_screen(screen, self.set_query_language)

    def set_query_language(self, code: str | None) -> None:
        """Take typed queries to be in a language, or "auto"; None changes nothing."""
        if code and code != self.asked.query_lang:
            self.asked = replace(self.asked, query_lang=code)
            self.label()
            if self.asked.text and not self.asked.question:
                self.search()

    def action_passage_languages(self) -> None:
        """Choose the languages of the passages."""
        from hybrid_tui.tui.dialogs.pick_many import PickMany

        screen = PickMany("Passage languages", self.languages, self.asked.langs)
        self.app.push_screen(screen, self.set_passage_languages)

    def set_passage_languages(self, codes: tuple[str, ...] | None) -> None:
        """Search in some languages only, or with () in all; None changes nothing."""
        if codes is not None and codes != self.asked.langs:
            self.asked = replace(self.asked, langs=codes)
            self.label()
            self.search()

    def action_collection(self) -> None:
        """Choose another collection."""
        from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne

        choices = [
            Choice(info.name, info.name, f"{info.passages:,} passages, {len(info.languages)} languages")
            for info in self.catalog.collections
        ]
        self.app.push_screen(PickOne("Collection", choices, self.asked.data), self.set_collection)

    def set_collection(self, name: str | None) -> None:
        """Open another collection with its first question; None changes nothing."""
        if name and name != self.asked.data:
            self.asked = SearchRequest(name, query_lang=self.asked.query_lang)
            self.query_one(QueryBar).field.value = ""
            for pane in self.row.panes:
                self.link.cancel(pane.request)
            self.label()
            self.first_question()
