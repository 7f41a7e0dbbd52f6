"""Choosing from a list: one thing, or several languages."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, SelectionList
from textual.widgets.option_list import Option
from textual.widgets.selection_list import Selection

from hybrid_tui import languages


class Choice(NamedTuple):
    """Something to choose: its value, its name on screen, and a few words more."""

    value: str
    label: str
    note: str = ""


def language_choice(code: str) -> Choice:
    """Return a language as a choice: code, English and own name."""
    language = languages.language(code)
    return Choice(code, f"{code}  {language.english}", language.own)


class PickOne(ModalScreen[str | None]):
    """A list with a filter; Enter chooses, Esc leaves things as they are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("down", "into_list", "List", show=False),
    ]

    def __init__(self, title: str, choices: list[Choice], current: str = "") -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._current = current

    def compose(self) -> ComposeResult:
        """Lay out title, filter and list."""
        with Vertical(classes="dialog"):
            yield Label(self._title, classes="title", markup=False)
            yield Input(placeholder="filter", compact=True)
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Show every choice, the current one marked."""
        self._fill("")
        options = self.query_one(OptionList)
        values = [choice.value for choice in self._choices]
        if self._current in values:
            options.highlighted = values.index(self._current)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the choices that contain what was typed."""
        self._fill(event.value)

    def on_input_submitted(self) -> None:
        """Choose the highlighted one."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the choice."""
        self.dismiss(event.option_id)

    def action_into_list(self) -> None:
        """Go from the filter to the list."""
        self.query_one(OptionList).focus()

    def _fill(self, text: str) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        wanted = text.casefold()
        for choice in self._choices:
            if wanted in f"{choice.label} {choice.note}".casefold():
                label = Content.assemble(choice.label, ("  " + choice.note, "$text-muted"))
                options.add_option(Option(label, id=choice.value))
        options.highlighted = 0 if options.option_count else None


class PickLanguages(ModalScreen[tuple[str, ...] | None]):
    """Passage languages: Space or Enter marks, Esc or F4 takes what is marked (none means all)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f4", "take", "Take"),
        Binding("f5", "all", "All"),
        Binding("f6", "none", "None"),
    ]

    def __init__(self, codes: tuple[str, ...], chosen: tuple[str, ...]) -> None:
        super().__init__()
        self._codes = codes
        self._chosen = chosen or codes

    def compose(self) -> ComposeResult:
        """Lay out title and list."""
        choices = [language_choice(code) for code in self._codes]
        with Vertical(classes="dialog"):
            yield Label("Passage languages", classes="title")
            yield SelectionList(
                *(
                    Selection(
                        Content.assemble(choice.label, ("  " + choice.note, "$text-muted")),
                        choice.value,
                        choice.value in self._chosen,
                    )
                    for choice in choices
                )
            )
            yield Label("Space marks · F5 all · F6 none · Esc takes", classes="hint")

    def on_mount(self) -> None:
        """Start in the list."""
        self.query_one(SelectionList).focus()

    def action_all(self) -> None:
        """Mark every language."""
        self.query_one(SelectionList).select_all()

    def action_none(self) -> None:
        """Mark none."""
        self.query_one(SelectionList).deselect_all()

    def action_take(self) -> None:
        """End with the languages marked, in their order; all of them is the empty tuple."""
        chosen = set(self.query_one(SelectionList).selected)
        codes = tuple(code for code in self._codes if code in chosen)
        self.dismiss(() if len(codes) in {0, len(self._codes)} else codes)
