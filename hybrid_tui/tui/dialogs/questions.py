"""A list of the collection's own questions, one of which is searched for."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, OptionList

from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.filtered_list import QuestionList
from hybrid_tui.tui.dialogs.pick_one import PickOne, language_choice
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.render.hits import language_name, one_line
from hybrid_tui.tui.render.wrap import padded
from hybrid_tui.tui.widgets.field import Field

LIMIT = 200
TOPIC_CELLS = 16


class QuestionBrowser(QuestionList):
    """Questions of one language that contain what is typed; Enter runs one."""

    BINDING_GROUP_TITLE = "Questions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "language", "Language", id="questions.language"),
    ]

    def __init__(self, link: EngineLink, data: str, codes: tuple[str, ...], lang: str) -> None:
        super().__init__(link)
        self._data = data
        self._codes = codes
        self._lang = lang

    def compose(self) -> ComposeResult:
        """Lay out filter, language and list."""
        with Vertical(classes="dialog wide tall"):
            yield Label(f"Questions of {one_line(self._data, width=40)}", classes="title", markup=False)
            with Horizontal():
                yield Field(placeholder="filter")
                yield Button("", id="lang", compact=True, action="screen.language")
            yield OptionList(markup=False)
            yield Label("", classes="hint", markup=False)

    def request(self, text: str) -> messages.ListQuestions:
        """Ask for questions of the language."""
        key = fill_keys(self, "{questions.language}")
        self.query_one("#lang", Button).label = Content(f"{key} {language_name(self._lang)}")
        return messages.ListQuestions(data=self._data, lang=self._lang, text=text, limit=LIMIT)

    def take(self, reply: messages.Reply) -> None:
        """Show them with their topics."""
        if isinstance(reply, messages.Questions):
            self.show(reply.questions, map(self._drawn, reply.questions), reply.total, "runs one")

    def action_language(self) -> None:
        """Choose the language of the questions."""
        choices = [language_choice(code) for code in self._codes]
        self.app.push_screen(PickOne("Language of the questions", choices, self._lang), self._set_language)

    def _set_language(self, code: str | None) -> None:
        if code:
            self._lang = code
            with self.prevent(Input.Changed):
                self.query_one(Field).value = ""
            self.ask()

    def _drawn(self, question: messages.Question) -> Content:
        cells = TOPIC_CELLS + 2 if question.topic else 0
        topic = padded(one_line(question.topic, "en", TOPIC_CELLS), cells)
        return Content.assemble((topic, "dim"), one_line(question.text, question.lang, self.room - cells))
