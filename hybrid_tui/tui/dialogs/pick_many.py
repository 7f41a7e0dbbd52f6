"""A list of languages, several of which can be chosen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from hybrid_tui.tui.dialogs.base import Dialog
from hybrid_tui.tui.dialogs.pick_one import Choice, label_width, language_choice
from hybrid_tui.tui.key_hints import fill_keys

MARKED, UNMARKED = "●", "○"
EVERY = "*"
HINT = "{languages.mark} marks · {languages.take} takes · {dialog.back} back"


class MarkList(OptionList):
    """Space or a click marks, Enter is left to the screen."""

    BINDING_GROUP_TITLE = "List"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Mark", show=False, id="languages.mark"),
        Binding("enter", "screen.take", "Take those marked", show=False, id="languages.take"),
    ]


class PickMany(Dialog[tuple[str, ...] | None]):
    """A list of languages to mark; Enter takes those marked, Esc leaves things as they are.

    chosen: codes marked at the start; empty for all. Ends with the codes in the order of `codes`, and
    with () when all are marked.
    """

    BINDING_GROUP_TITLE = "Languages"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Back", id="dialog.back")]

    def __init__(self, title: str, codes: tuple[str, ...], chosen: tuple[str, ...]) -> None:
        super().__init__()
        self._title = title
        self._choices = [Choice(EVERY, "all languages"), *map(language_choice, codes)]
        self._codes = codes
        self._marked = set(chosen or codes) & set(codes)

    def compose(self) -> ComposeResult:
        """Lay out title and list."""
        with Vertical(classes="dialog"):
            yield Label(self._title, classes="title", markup=False)
            yield MarkList(
                *(Option(self._drawn(choice), id=choice.value) for choice in self._choices), markup=False
            )
            yield Label(classes="hint", markup=False)

    def on_descendant_focus(self) -> None:
        """Tell the keys of the list."""
        self.query_one(".hint", Label).update(fill_keys(self, HINT))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Mark or unmark a language, or all of them."""
        code = str(event.option_id)
        if code != EVERY:
            self._marked ^= {code}
        else:
            self._marked = set() if self._all_marked else set(self._codes)
        for choice in self._choices:
            event.option_list.replace_option_prompt(choice.value, self._drawn(choice))

    def action_take(self) -> None:
        """End with the languages marked."""
        if not self._marked:
            self.query_one(".hint", Label).update(
                fill_keys(self, "mark at least one language with {languages.mark}")
            )
            return
        marked = tuple(code for code in self._codes if code in self._marked)
        self.dismiss(() if self._all_marked else marked)

    @property
    def _all_marked(self) -> bool:
        return len(self._marked) == len(self._codes)

    def _drawn(self, choice: Choice) -> Content:
        marked = self._all_marked if choice.value == EVERY else choice.value in self._marked
        mark = (MARKED, "$text-success") if marked else (UNMARKED, "dim")
        return Content.assemble(mark, " ", choice.drawn(label_width(self._choices)))
