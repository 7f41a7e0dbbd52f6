"""Another form of the query under it, and how much of it is mixed in."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input

from hybrid_tui.comparison.number_format import figure
from hybrid_tui.tui.render.hits import language_name, one_line
from hybrid_tui.tui.widgets.field import Field
from hybrid_tui.tui.widgets.slider import Slider

WORDS = 6
"""Cells of the weight behind the slider."""


class FormBar(Horizontal):
    """A field for the text, a slider for the weight, and which form it is; shown while it is open.

    variant: a language, or a variant that is kept beside the collection. typed: whether the text is typed, or
    the collection has it.
    """

    class Taken(Message):
        """The person has typed the text, or moved the slider."""

    def __init__(self) -> None:
        super().__init__()
        self.variant = ""
        self.typed = True
        self.field = Field(id="form")
        self.slider = Slider(0.5, lambda value: figure(value, 2), id="mix", room=WORDS)
        self._button = Button("", id="form-variant", compact=True, action="app.pick('form')")
        self.display = False

    def compose(self) -> ComposeResult:
        """Lay out the three."""
        yield self.field
        yield self.slider
        yield self._button

    @property
    def weight(self) -> float:
        """How much of it is mixed in, from 0 to 1."""
        return self.slider.value

    @property
    def text(self) -> str:
        """What is typed."""
        return self.field.value.strip()

    @property
    def ready(self) -> bool:
        """Whether it is open and its text is known."""
        return self.display and (not self.typed or bool(self.text))

    def open(self, variant: str, weight: float, text: str, *, typed: bool) -> None:
        """Show a form of the query."""
        self.variant, self.typed, self.display = variant, typed, True
        name = language_name(variant)
        self.field.value = text if typed else ""
        self.field.disabled = not typed
        self.field.placeholder = (
            f"the same in {name}, then Enter"
            if typed
            else f"the question in {name}, as the collection has it"
        )
        self.slider.show(weight)
        self._button.label = Content(f"+ {one_line(variant, width=12)}")

    def take_focus(self) -> None:
        """Go to the text, selected to be typed over, or where that is known to the slider."""
        if self.typed:
            self.field.select_from_start()
        self.screen.set_focus(self.field if self.typed else self.slider)

    @on(Input.Submitted)
    @on(Slider.Changed)
    def _tell(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Taken())
