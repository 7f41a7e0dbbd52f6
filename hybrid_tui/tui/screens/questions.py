"""The collection's own questions, to choose one of."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, Label, OptionList, Select
from textual.widgets.option_list import Option

from hybrid_tui import languages
from hybrid_tui.engine import protocol
from hybrid_tui.tui.render.bidi import visual
from hybrid_tui.tui.render.wrap import printable

Ask = Callable[[protocol.ListQuestions, Callable[[protocol.Reply], None]], int]
PAUSE_SECONDS = 0.15


class QuestionBrowser(ModalScreen[protocol.Question | None]):
    """Questions of one language that contain what is typed; Enter runs one, Esc goes back.

    ask: sends a request to the engine.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("down", "into_list", "List", show=False),
    ]

    def __init__(self, ask: Ask, data: str, codes: tuple[str, ...], lang: str) -> None:
        super().__init__()
        self._ask = ask
        self._data = data
        self._codes = codes
        self._lang = lang
        self._newest = 0
        self._questions: dict[str, protocol.Question] = {}
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out filter, language and list."""
        names = [(f"{code}  {languages.language(code).english}", code) for code in self._codes]
        with Vertical(classes="dialog wide"):
            yield Label(f"Questions of {self._data}", classes="title", markup=False)
            with Horizontal():
                yield Input(placeholder="filter", compact=True)
                yield Select(names, value=self._lang, allow_blank=False, compact=True)
            yield OptionList(markup=False)
            yield Label("", classes="hint", markup=False)

    def on_input_changed(self) -> None:
        """Ask anew once typing pauses."""
        if self._pause:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self._list)

    def on_select_changed(self, event: Select.Changed) -> None:
        """Ask for another language."""
        self._lang = str(event.value)
        self._list()

    def on_input_submitted(self) -> None:
        """Choose the highlighted question."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the question."""
        self.dismiss(self._questions.get(event.option_id or ""))

    def action_into_list(self) -> None:
        """Go from the filter to the list."""
        self.query_one(OptionList).focus()

    def _list(self) -> None:
        text = self.query_one(Input).value
        request = protocol.ListQuestions(data=self._data, lang=self._lang, text=text)
        self._newest = self._ask(request, self._take)

    def _take(self, reply: protocol.Reply) -> None:
        if reply.id != self._newest or not self.is_attached:
            return
        hint = self.query(Label).last()
        if isinstance(reply, protocol.Failure):
            hint.update(Content(f"✗ {reply.message}"))
        elif isinstance(reply, protocol.Questions):
            self._questions = {question.query_id: question for question in reply.questions}
            options = self.query_one(OptionList)
            options.clear_options()
            options.add_options(
                Option(_label(question), id=question.query_id) for question in reply.questions
            )
            options.highlighted = 0 if reply.questions else None
            shown = f"the first {len(reply.questions):,} of " if reply.total > len(reply.questions) else ""
            hint.update(f"{shown}{reply.total:,} questions · Enter runs · Esc back")


def _label(question: protocol.Question) -> Content:
    text = printable(question.text)
    text = visual(text) if languages.language(question.lang).right_to_left else text
    topic = f"{question.topic}  " if question.topic else ""
    return Content.assemble((topic, "$text-muted"), text)
