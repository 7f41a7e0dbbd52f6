"""The form of a training's settings: backbone, data, samplers, tuning, steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input

from hybrid_tui.comparison.number_format import figure
from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.widgets.field import Field
from hybrid_tui.tui.widgets.form_row import FormRow
from hybrid_tui.tui.widgets.slider import Slider

ALL_THREE = "mono cross hybrid"
TUNINGS = {
    "auto": "a head for small data without a GPU, else LoRA",
    "head": "a linear map on stored embeddings, in seconds",
    "lora": "adapters in the encoder",
    "full": "all weights but the word embeddings",
}
STEPS_RANGE = range(1, 10_000_000)


class _Chosen(NamedTuple):
    """A field that is chosen from a list: its title, its choices, whether something else may be typed."""

    title: str
    choices: Callable[[], list[Choice]]
    free: bool = False


class Form(Vertical):
    """The fields; `Changed` tells that they stand otherwise."""

    class Changed(Message):
        """Something else is asked for."""

    def __init__(self, backbone: str, data: str) -> None:
        super().__init__()
        self.catalog = messages.Catalog(collections=(), models=())
        self._values = {
            "backbone": backbone,
            "data": data,
            "sampler": ALL_THREE,
            "tuning": next(iter(TUNINGS)),
        }
        self._alpha = 0.5

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        for name in ("Backbone", "Data", "Sampler"):
            yield FormRow(name, self._button(name.lower()))
        yield FormRow("Alpha", Slider(self._alpha, _shares, id="alpha"))
        yield FormRow("Tuning", self._button("tuning"))
        yield FormRow("Steps", Field(placeholder="default", id="steps"))

    def _button(self, name: str) -> Button:
        return Button(self._drawn(name), id=name, compact=True, action=f"screen.choose('{name}')")

    def _drawn(self, name: str) -> Content:
        value = self._values[name]
        note = {"sampler": self._samplers, "tuning": TUNINGS}.get(name, {}).get(value, "")
        return Content.assemble(one_line(value, width=40), "  ", (note, "dim"))

    def on_mount(self) -> None:
        """Show alpha where it matters."""
        self._show_alpha()

    def _show_alpha(self) -> None:
        self.query_one("#row-alpha").display = "hybrid" in self._values["sampler"]

    @property
    def wanted(self) -> messages.TrainingSpec | None:
        """What is asked for; None while the number of steps is none."""
        steps = self._steps
        if steps is None:
            return None
        return messages.TrainingSpec(
            backbone=self._values["backbone"],
            data=(self._values["data"],),
            samplers=tuple(self._values["sampler"].split()),
            tuning=self._values["tuning"],
            steps=steps,
            alpha=self._alpha,
        )

    @property
    def _steps(self) -> int | None:
        text = self.query_one("#steps", Field).value.strip().replace(",", "")
        if not text:
            return 0
        known = text.isdecimal() and len(text) <= len(str(STEPS_RANGE.stop))
        return int(text) if known and int(text) in STEPS_RANGE else None

    def tell(self, problems: dict[str, str]) -> None:
        """Show what is wrong beside each field."""
        for row in self.query(FormRow):
            row.tell(problems.get(row.id.removeprefix("row-") if row.id else "", ""))

    def choose(self, name: str) -> None:
        """Choose what stands in a field."""
        field = self._fields[name]
        current = self._values[name]
        hint = "filter, or type another" if field.free else "filter"
        screen = PickOne(field.title, field.choices(), current, placeholder=hint, free=field.free)

        def chosen(value: str | None) -> None:
            if value and value != current:
                self._values[name] = value
                self.query_one(f"#{name}", Button).label = self._drawn(name)
                self._show_alpha()
                self.post_message(self.Changed())

        self.app.push_screen(screen, chosen)

    @property
    def _fields(self) -> dict[str, _Chosen]:
        return {
            "backbone": _Chosen(
                "Backbone: listed, owner/name of the hub, or a folder", self._backbones, free=True
            ),
            "data": _Chosen("Data: a collection, or the path of pairs", self._collections, free=True),
            "sampler": _Chosen("Sampler", lambda: [Choice(*each) for each in _named(self._samplers)]),
            "tuning": _Chosen("Tuning", lambda: [Choice(*each) for each in _named(TUNINGS)]),
        }

    @property
    def _samplers(self) -> dict[str, str]:
        """The samplers to choose from, and what each does."""
        known = {info.name: info.summary for info in self.catalog.samplers}
        return {ALL_THREE: "all three, one after the other"} | known

    def _backbones(self) -> list[Choice]:
        return [
            Choice(info.name, info.name, info.summary if info.available else f"needs {info.note}")
            for info in self.catalog.models
            if not info.sampler
        ]

    def _collections(self) -> list[Choice]:
        return [
            Choice(info.name, info.name, f"{info.queries:,} queries, {len(info.languages)} languages")
            for info in self.catalog.collections
        ]

    def on_slider_changed(self, event: Slider.Changed) -> None:
        """Take hybrid's share of mono batches."""
        event.stop()
        self._alpha = event.value
        self.post_message(self.Changed())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take the number of steps."""
        event.stop()
        self.post_message(self.Changed())


def _shares(alpha: float) -> str:
    return f"{figure(alpha, 2)} mono, {figure(1 - alpha, 2)} cross"


def _named(notes: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(name, name, note) for name, note in notes.items()]
