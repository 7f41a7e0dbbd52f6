"""A slider for a number from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

STEPS = 20
"""Places of the handle: a twentieth apart."""
WORDS = 27
"""Cells of the words after the bar."""
TRACK, HANDLE = "─", "●"


class Slider(Widget, can_focus=True):
    """A handle on a track, and its value in words; a click or drag moves it as well."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"slider--track", "slider--handle"}
    BINDING_GROUP_TITLE = "Slider"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "slide(-1)", "Less", show=False, id="slider.less"),
        Binding("right,l", "slide(1)", "More", show=False, id="slider.more"),
        Binding("home", "slide(-1000)", "Least", show=False, id="slider.least"),
        Binding("end", "slide(1000)", "Most", show=False, id="slider.most"),
    ]

    class Changed(Message):
        """The handle has another place."""

        def __init__(self, slider: Slider) -> None:
            self.slider = slider
            self.value = slider.value
            super().__init__()

        @property
        def control(self) -> Slider:
            """The slider, by whose id a handler may ask."""
            return self.slider

    def __init__(
        self,
        value: float,
        words: Callable[[float], str],
        *,
        id: str | None = None,  # noqa: A002
        room: int = WORDS,
    ) -> None:
        """Begin at a value. words: what a value means, in a few words. room: cells that these have."""
        super().__init__(id=id)
        self._room = room
        self._at = round(value * STEPS)
        self._words = words

    @property
    def value(self) -> float:
        """The share."""
        return self._at / STEPS

    @property
    def _track(self) -> int:
        return max(self.size.width - self._room, 2)

    def show(self, value: float) -> None:
        """Put the handle at a value, telling nobody."""
        self._at = min(max(round(value * STEPS), 0), STEPS)
        self.refresh()

    def action_slide(self, by: int) -> None:
        """Move the handle by so many twentieths."""
        self._go(self._at + by)

    def _go(self, at: int) -> None:
        at = min(max(at, 0), STEPS)
        if at != self._at:
            self._at = at
            self.refresh()
            self.post_message(self.Changed(self))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Move the handle here, and follow the mouse."""
        self.capture_mouse()
        self._follow(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse while its button is down."""
        if event.button:
            self._follow(event)

    def on_mouse_up(self) -> None:
        """Let go of the mouse."""
        self.release_mouse()

    def _follow(self, event: events.MouseEvent) -> None:
        self._go(round(STEPS * (event.x - self.gutter.left) / (self._track - 1)))

    def render_line(self, y: int) -> Strip:
        """Return the track with its handle, and what the value means."""
        if y:
            return Strip.blank(self.size.width, self.rich_style)
        handle = round(self.value * (self._track - 1))
        track = self.rich_style + self.get_component_rich_style("slider--track")
        held = self.rich_style + self.get_component_rich_style("slider--handle")
        words = f"  {self._words(self.value)}"
        line = [
            Segment(TRACK * handle, track),
            Segment(HANDLE, held),
            Segment(TRACK * (self._track - handle - 1), track),
            Segment(words, self.rich_style),
        ]
        return Strip(line).adjust_cell_length(self.size.width, self.rich_style)

    def on_focus(self) -> None:
        """Show that keys move the handle."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that they do not."""
        self.refresh()
