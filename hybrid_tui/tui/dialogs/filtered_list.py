"""Lists with a filter line above them, one of them filled with questions by the engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ScreenResultType
from textual.timer import Timer
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.base import Dialog
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.open_requests import OpenRequests
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.widgets.field import Field

PAUSE_SECONDS = 0.15
LISTING = "listing"


class FilteredList(Dialog[ScreenResultType]):
    """Moves in the list while the filter has the focus; Enter chooses, Esc leaves things as they are."""

    BINDING_GROUP_TITLE = "List"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="dialog.back"),
        Binding("down", "move('cursor_down')", "Down", show=False, id="dialog.down"),
        Binding("up", "move('cursor_up')", "Up", show=False, id="dialog.up"),
        Binding("pagedown", "move('page_down')", "Page down", show=False, id="dialog.page_down"),
        Binding("pageup", "move('page_up')", "Page up", show=False, id="dialog.page_up"),
    ]

    def on_input_submitted(self) -> None:
        """Choose what is highlighted."""
        self.choose()

    def choose(self) -> None:
        """Choose what is highlighted."""
        self.query_one(OptionList).action_select()

    async def action_move(self, how: str) -> None:
        """Move as the list's own action of that name does."""
        await self.query_one(OptionList).run_action(how)


class QuestionList(FilteredList[messages.Question | None]):
    """Asks the engine for questions that contain what is typed; ends with the one chosen."""

    def __init__(self, link: EngineLink) -> None:
        super().__init__()
        self._requests = OpenRequests[str](link, self, progressed=self._tell_progress, lost=self._tell_lost)
        self._questions: Sequence[messages.Question] = ()
        self._pause: Timer | None = None
        self._chosen_blind = False
        """Whether Enter was pressed before what was typed has been looked for."""

    @property
    def room(self) -> int:
        """The cells of a line of the list."""
        return self.query_one(OptionList).scrollable_content_region.width - 2

    def request(self, text: str) -> messages.Request[Any]:
        """Return what to ask for."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """List the first."""
        self.ask()

    def on_unmount(self) -> None:
        """Stop what is under way."""
        self._requests.close()

    def on_input_changed(self) -> None:
        """Ask anew once typing pauses."""
        self._chosen_blind = False
        if self._pause:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self.ask)

    def choose(self) -> None:
        """Choose what is highlighted, once the list holds what was typed."""
        if self._pause or LISTING in self._requests:
            self._chosen_blind = True
        else:
            super().choose()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the question."""
        self.dismiss(self._questions[event.option_index])

    def say(self, words: str) -> None:
        """Show a line below the list."""
        self.query_one(".hint", Label).update(one_line(words))

    def ask(self) -> None:
        """Ask for what contains the filter; of what was asked before nothing more is heard."""
        if self._pause:
            self._pause.stop()
            self._pause = None
        request = self.request(self.query_one(Field).value.strip())
        self._requests.ask(LISTING, request, self._take, "listing")
        self._tell_progress()

    def _tell_progress(self) -> None:
        """Tell what the engine is at, and for how long."""
        self.say(f"{self._requests.progress(LISTING)} · {fill_keys(self, '{dialog.back} stops')}")

    def _tell_lost(self) -> None:
        if not self._questions:
            self.say(f"✗ the engine has stopped · {fill_keys(self, '{dialog.back} back')}")

    def _take(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self.say(f"✗ {reply.whole}")
        else:
            self.take(reply)

    def take(self, reply: messages.Reply) -> None:
        """Show what was found."""
        raise NotImplementedError

    def show(
        self, questions: Sequence[messages.Question], drawn: Iterable[Content], total: int, does: str
    ) -> None:
        """Show questions, each as it is drawn, the first of `total`. does: what Enter does with one."""
        self._questions = questions
        options = self.query_one(OptionList)
        options.set_options(map(Option, drawn))
        options.highlighted = 0 if questions else None
        if self._chosen_blind:
            self._chosen_blind = False
            options.action_select()
        count = len(questions)
        shown = f"the first {count:,} of {total:,}" if total > count else f"{count:,}"
        self.say(f"{shown} questions · Enter {does} · {fill_keys(self, '{dialog.back} back')}")
