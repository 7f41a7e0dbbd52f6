"""A list with a filter, one entry of which is chosen."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from hybrid_tui import languages
from hybrid_tui.tui.dialogs.filtered_list import FilteredList
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.render.hits import language_name, one_line
from hybrid_tui.tui.widgets.field import Field


class Choice(NamedTuple):
    """Something to choose: its value, its name on screen, and a few words more."""

    value: str
    label: str
    note: str = ""
    note_lang: str = ""

    def drawn(self, width: int) -> Content:
        """Return the choice as a line, its name padded to `width` cells."""
        label = one_line(self.label)
        gap = " " * (width - cell_len(label) + 2)
        return Content.assemble(label, gap, (one_line(self.note, self.note_lang), "dim"))


def language_choice(code: str) -> Choice:
    """Return a language as a choice: code, English and own name."""
    known = languages.known(code)
    return Choice(code, f"{code:<3} {language_name(code)}", known.own if known else "", code)


def label_width(choices: list[Choice]) -> int:
    """Return the cells of the longest name."""
    return max((cell_len(one_line(choice.label)) for choice in choices), default=0)


class PickOne(FilteredList[str | None]):
    """One of some choices.

    free: what was typed is taken as it is where no choice contains it.
    """

    BINDING_GROUP_TITLE = "Choice"
    HINT: ClassVar[str] = "Enter chooses · {dialog.back} back"

    def __init__(
        self,
        title: str,
        choices: list[Choice],
        current: str = "",
        *,
        placeholder: str = "filter",
        free: bool = False,
        wide: bool = False,
    ) -> None:
        super().__init__()
        self._placeholder = placeholder
        self._free = free
        self._wide = wide
        self._title = title
        self._choices = choices
        self._current = current

    def compose(self) -> ComposeResult:
        """Lay out title, filter and list."""
        with Vertical(classes="dialog wide" if self._wide else "dialog"):
            yield Label(self._title, classes="title", markup=False)
            yield Field(placeholder=self._placeholder)
            yield OptionList(markup=False)
            yield Label(fill_keys(self, self.HINT), classes="hint", markup=False)

    def on_mount(self) -> None:
        """Show every choice, the current one marked."""
        self._fill("")
        values = [choice.value for choice in self._choices]
        if self._current in values:
            self.query_one(OptionList).highlighted = values.index(self._current)

    def renew(self, choices: list[Choice]) -> None:
        """Show other choices, the highlighted one still highlighted; nothing where the dialog is gone."""
        if not self.is_attached or choices == self._choices:
            return
        options = self.query_one(OptionList)
        chosen = options.highlighted_option
        self._choices = choices
        self._fill(self.query_one(Field).value)
        ids = [option.id for option in options.options]
        if chosen and chosen.id in ids:
            options.highlighted = ids.index(chosen.id)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the choices that contain what was typed."""
        if event.value or self.query_one(OptionList).option_count != len(self._choices):
            self._fill(event.value)

    def on_input_submitted(self) -> None:
        """Take what was typed where it is free and nothing else can be chosen."""
        if self._free and not self.query_one(OptionList).option_count:
            self.dismiss(self.query_one(Field).value.strip())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the choice."""
        self.dismiss(event.option_id)

    def _fill(self, text: str) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        wanted = text.strip().casefold()
        width = label_width(self._choices)
        found = [each for each in self._choices if wanted in f"{each.label} {each.note}".casefold()]
        options.add_options(Option(choice.drawn(width), id=choice.value) for choice in found)
        begins = (at for at, choice in enumerate(found) if choice.label.casefold().startswith(wanted))
        options.highlighted = next(begins, 0) if found else None
