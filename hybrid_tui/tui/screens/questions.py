"""The collection's own questions, to choose one of."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Button, Input, Label, OptionList
from textual.widgets.option_list import Option

from hybrid_tui.engine import protocol
from hybrid_tui.tui.keyed import told
from hybrid_tui.tui.link import Link
from hybrid_tui.tui.render.hits import language_name, one_line
from hybrid_tui.tui.render.wrap import padded
from hybrid_tui.tui.screens.pick import PickOne, language_choice
from hybrid_tui.tui.widgets.field import Field

LIMIT = 200
PAUSE_SECONDS = 0.15
TOPIC_CELLS = 16


class QuestionBrowser(ModalScreen[protocol.Question | None]):
    """Questions of one language that contain what is typed; Enter runs one, Esc goes back."""

    BINDING_GROUP_TITLE = "Questions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="dialog.back"),
        Binding("f3", "language", "Language", id="questions.language"),
        Binding("down", "move(1)", "Down", show=False, id="dialog.down"),
        Binding("up", "move(-1)", "Up", show=False, id="dialog.up"),
    ]

    def __init__(self, link: Link, data: str, codes: tuple[str, ...], lang: str) -> None:
        super().__init__()
        self._link = link
        self._data = data
        self._codes = codes
        self._lang = lang
        self._newest = 0
        self._questions: dict[str, protocol.Question] = {}
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out filter, language and list."""
        with Vertical(classes="dialog wide tall"):
            yield Label(f"Questions of {one_line(self._data, width=40)}", classes="title", markup=False)
            with Horizontal():
                yield Field(placeholder="filter")
                yield Button("", id="lang", compact=True, action="screen.language")
            yield OptionList(markup=False)
            yield Label("", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Show the first questions."""
        self._list()

    def on_input_changed(self) -> None:
        """Ask anew once typing pauses."""
        if self._pause:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self._list)

    def on_input_submitted(self) -> None:
        """Choose the highlighted question."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the question."""
        self.dismiss(self._questions.get(event.option_id or ""))

    def action_move(self, by: int) -> None:
        """Move in the list while the filter has the focus."""
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_language(self) -> None:
        """Choose the language of the questions."""
        choices = [language_choice(code) for code in self._codes]
        self.app.push_screen(PickOne("Language of the questions", choices, self._lang), self._set_language)

    def _set_language(self, code: str | None) -> None:
        if code:
            self._lang = code
            with self.prevent(Input.Changed):
                self.query_one(Field).value = ""
            self._list()

    def _list(self) -> None:
        self.query_one("#lang", Button).label = Content(
            f"{told(self, '{questions.language}')} {language_name(self._lang)}"
        )
        self._link.cancel(self._newest)
        text = self.query_one(Field).value.strip()
        request = protocol.ListQuestions(data=self._data, lang=self._lang, text=text, limit=LIMIT)
        self._newest = self._link.ask(request, partial(self._take, self._lang))
        self.query_one(".hint", Label).update("listing…")

    def _take(self, lang: str, reply: protocol.Reply) -> None:
        if not self.is_attached:
            return
        hint = self.query_one(".hint", Label)
        if isinstance(reply, protocol.Failure):
            hint.update(one_line(f"✗ {reply.message} {reply.hint}"))
        elif isinstance(reply, protocol.Questions):
            self._questions = {question.query_id: question for question in reply.questions}
            options = self.query_one(OptionList)
            options.clear_options()
            options.add_options(
                Option(_drawn(question, lang), id=question.query_id) for question in self._questions.values()
            )
            options.highlighted = 0 if reply.questions else None
            count = len(reply.questions)
            shown = f"the first {count:,} of {reply.total:,}" if reply.total > count else f"{count:,}"
            hint.update(f"{shown} questions · Enter runs one · {told(self, '{dialog.back} back')}")


def _drawn(question: protocol.Question, lang: str) -> Content:
    topic = padded(one_line(question.topic, "en", TOPIC_CELLS), TOPIC_CELLS + 2) if question.topic else ""
    return Content.assemble((topic, "dim"), one_line(question.text, lang))
