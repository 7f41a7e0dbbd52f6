"""A pane's system, put together from its parts; each change is shown in the panes at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from hybrid_tui.comparison.number_format import figure
from hybrid_tui.comparison.retriever_names import is_model, kind
from hybrid_tui.tui.dialogs.base import Dialog
from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.system_parts import CORRECTIONS, Parts, number, strength_of, with_strength
from hybrid_tui.tui.widgets.field import Field
from hybrid_tui.tui.widgets.form_row import FormRow
from hybrid_tui.tui.widgets.slider import Slider

NONE = "none"
HOW = {
    "mix": "embeddings of both, weighted",
    "concat": "both texts as one, the query first",
    "rrf": "rankings of both, fused",
}
"""What is done with another form of the query."""
TITLES = {
    "retriever": "Retriever",
    "correction": "Correction",
    "query": "Form of the query",
    "how": "What is done with it",
    "fuse": "Fused with",
    "rerank": "Reranked by",
}
"""Rows where something is chosen from a list, and what that is called."""
TYPED = {
    "retriever": "filter, or type another",
    "fuse": "filter, or type another",
    "rerank": "owner/name, a folder or colbert:owner/name; :50 for the first 50",
}
"""Those where another may be typed, and how."""
WORD_RETRIEVERS = {
    "bm25": "words and bigrams",
    "bm25:me5-small": "subwords, one vocabulary for all languages",
}
"""Retrievers that need no model, and what they count."""


class Options(NamedTuple):
    """What there is to choose from.

    retrievers: models, and what is none. variants: other forms of the collection's queries, by name, with a
    few words each. rerankers: those that systems on screen have. typed: whether the query was typed, so that
    its other form must be typed, too.
    """

    retrievers: list[Choice]
    variants: list[Choice]
    rerankers: list[Choice]
    typed: bool


class SystemBuilder(Dialog[None]):
    """Rows for retriever, correction and strength, form of the query and weight, fusion and reranker.

    parts: the system of the pane. forms: what was typed of other forms of the query, by variant. changed:
    takes both when they are others. cost: gives the milliseconds that each part took in the pane's last
    answer.
    """

    BINDING_GROUP_TITLE = "System"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", show=False, id="dialog.back"),
        Binding("up", "app.focus_previous", "Row above", show=False, id="system.up"),
        Binding("down", "app.focus_next", "Row below", show=False, id="system.down"),
    ]

    def __init__(
        self,
        parts: Parts,
        options: Options,
        forms: dict[str, str],
        changed: Callable[[Parts, dict[str, str]], None],
        cost: Callable[[], Mapping[str, float]],
    ) -> None:
        super().__init__()
        self._parts = parts
        self._options = options
        self._forms = dict(forms)
        self._changed = changed
        self._cost = cost

    def compose(self) -> ComposeResult:
        """Lay out the rows."""
        with Vertical(classes="dialog wide"):
            yield Label("System of this pane", classes="title", markup=False)
            yield FormRow("Retriever", self._button("retriever"))
            yield FormRow("Correction", self._button("correction"))
            strength = strength_of(self._parts.stage("correction"))
            yield FormRow("Strength", Slider(strength, lambda value: figure(value, 2), id="strength"))
            yield FormRow("Query", self._button("query"))
            yield FormRow("How", self._button("how"))
            yield FormRow("Weight", Slider(self._weight, lambda value: figure(value, 2), id="weight"))
            yield FormRow("Text", Field(self._text, "the query in that form", id="text"))
            yield FormRow("Fusion", self._button("fuse"))
            yield FormRow("Reranker", self._button("rerank"))
            yield Static(id="written", markup=False)
            hint = "Enter chooses · ← → move a slider · {dialog.back} back"
            yield Label(fill_keys(self, hint), classes="hint", markup=False)

    def on_mount(self) -> None:
        """Show what there is, and what answers take as they come."""
        self._show()
        self.set_interval(0.3, self._show_drawn)

    def _button(self, name: str) -> Button:
        return Button(self._drawn(name), id=name, compact=True, action=f"screen.choose('{name}')")

    def _drawn(self, name: str) -> Content:
        value = self._value(name)
        note = next((each.note for each in self._choices(name) if each.value == value), "")
        took = self._cost().get(kind(value) if name == "retriever" else name)
        told = " · ".join(filter(None, [f"{took:,.0f} ms" if took is not None else "", note]))
        return Content.assemble(one_line(value, width=40), "  ", (one_line(told, width=44), "dim"))

    # --- the parts ------------------------------------------------------------------------------------

    @property
    def _variant(self) -> str:
        return self._parts.stage("query").partition(":")[2].partition(":")[0]

    @property
    def _how(self) -> str:
        told = self._parts.stage("query").split(":")[2:]
        return told[0] if told and told[0] in HOW else "mix"

    @property
    def _weight(self) -> float:
        told = self._parts.stage("query").split(":")[2:]
        try:
            return float(told[0]) if told else 0.5
        except ValueError:
            return 0.5

    @property
    def _text(self) -> str:
        return self._forms.get(self._variant, "")

    @property
    def _embeds(self) -> bool:
        return is_model(self._parts.retriever)

    def _value(self, name: str) -> str:
        stage = self._parts.stage(name)
        match name:
            case "retriever":
                return self._parts.retriever
            case "correction":
                return stage.partition(":")[0].partition("@")[0] or NONE
            case "query":
                return self._variant or NONE
            case "how":
                return self._how
        return stage.partition(":")[2] or NONE

    def _choices(self, name: str) -> list[Choice]:
        match name:
            case "retriever":
                return self._options.retrievers
            case "correction":
                nothing = Choice(NONE, NONE, "embeddings as the model gives them")
                return [nothing, *(Choice(each, each, note) for each, note in CORRECTIONS.items())]
            case "query":
                return [Choice(NONE, NONE, "the query as it is"), *self._options.variants]
            case "how":
                return [
                    Choice(each, each, note) for each, note in HOW.items() if self._embeds or each != "mix"
                ]
            case "rerank":
                return [Choice(NONE, NONE, "the order as it is"), *self._options.rerankers]
        return [Choice(NONE, NONE, "one retriever alone"), *self._options.retrievers]

    def _put(self, name: str, value: str) -> Parts:
        """Return the parts with what was chosen in a row."""
        parts, stage = self._parts, "" if value == NONE else value
        match name:
            case "retriever":
                return parts.of_retriever(value)
            case "query":
                how = "" if self._embeds else ":concat"
                return parts.put("query", f"query:{stage}{how}" if stage else "")
            case "how":
                told = number(self._weight) if value == "mix" else value
                return parts.put("query", f"query:{self._variant}:{told}")
            case "fuse" | "rerank":
                return parts.put(name, f"{name}:{stage}" if stage else "")
        return parts.put(name, stage)

    # --- changes --------------------------------------------------------------------------------------

    def action_choose(self, name: str) -> None:
        """Choose what stands in a row."""
        current = self._value(name)
        hint = TYPED.get(name, "filter")
        picker = PickOne(
            TITLES[name], self._choices(name), current, placeholder=hint, free=name in TYPED, wide=True
        )

        def chosen(value: str | None) -> None:
            if value and value != current:
                self._change(self._put(name, value))

        self.app.push_screen(picker, chosen)

    @on(Slider.Changed, "#strength")
    def _move_strength(self, event: Slider.Changed) -> None:
        event.stop()
        self._change(
            self._parts.put("correction", with_strength(self._parts.stage("correction"), event.value))
        )

    @on(Slider.Changed, "#weight")
    def _move_weight(self, event: Slider.Changed) -> None:
        event.stop()
        self._change(self._parts.put("query", f"query:{self._variant}:{number(event.value)}"))

    @on(Input.Submitted, "#text")
    def _take_text(self, event: Input.Submitted) -> None:
        event.stop()
        self._forms[self._variant] = event.value
        self._change(self._parts)

    def _change(self, parts: Parts) -> None:
        self._parts = parts
        self._show()
        lacks_text = self._options.typed and self._variant and not self._text.strip()
        if lacks_text:
            self.query_one("#text", Field).focus()
        else:
            self._changed(parts, self._forms)

    def _show(self) -> None:
        correction = self._parts.stage("correction")
        mixed = bool(self._variant) and self._how == "mix"
        for name, there in {
            "correction": self._embeds,
            "strength": bool(correction) and not correction.startswith("lir"),
            "how": bool(self._variant),
            "weight": mixed,
            "text": bool(self._variant) and self._options.typed,
        }.items():
            self.query_one(f"#row-{name}").display = there
        self.query_one("#strength", Slider).show(strength_of(correction))
        self.query_one("#weight", Slider).show(self._weight)
        field = self.query_one("#text", Field)
        if not field.has_focus:
            field.value = self._text
        self._show_drawn()

    def _show_drawn(self) -> None:
        """Show what was chosen, and what it took by now."""
        for name in TITLES:
            button, drawn = self.query_one(f"#{name}", Button), self._drawn(name)
            if button.label != drawn:
                button.label = drawn
        took = sum(self._cost().values())
        told = " · ".join(filter(None, (str(self._parts), f"{took:,.0f} ms" if took else "")))
        self.query_one("#written", Static).update(one_line(told, width=96))
