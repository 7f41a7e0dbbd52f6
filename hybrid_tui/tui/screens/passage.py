"""One passage, whole, in the paragraph around it."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from hybrid_tui import languages
from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.tui.render.hits import OTHER, RELEVANT, passage_lines


class PassageView(ModalScreen[None]):
    """Shows where a passage was ranked, its text, and the paragraph with the passage's lines marked."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "dismiss", "Back")]

    def __init__(self, hit: Hit, model: str) -> None:
        super().__init__()
        self._hit = hit
        self._model = model

    def compose(self) -> ComposeResult:
        """Lay out head, text and paragraph."""
        hit = self._hit
        language = languages.language(hit.lang)
        told = {None: "", True: f" · {RELEVANT} relevant", False: f" · {OTHER} not relevant"}[hit.relevant]
        with Vertical(classes="dialog wide"):
            yield Label(
                f"#{hit.rank} in {self._model} · {hit.score:.4f}{told}", classes="title", markup=False
            )
            yield Label(
                f"{language.english} ({language.code}) · {hit.passage_id}", classes="hint", markup=False
            )
            with VerticalScroll():
                yield Static(id="passage", markup=False)
                if hit.context:
                    yield Label("In its paragraph", classes="hint")
                    yield Static(id="context", markup=False)

    def on_mount(self) -> None:
        """Scroll with the arrows at once."""
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        """Wrap to the width there is."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        hit = self._hit
        width = self.query_one(VerticalScroll).scrollable_content_region.width - 1
        if width < 2:
            return
        self.query_one("#passage", Static).update(
            Content("\n".join(passage_lines(hit.text, hit.lang, width)))
        )
        if hit.context:
            self.query_one("#context", Static).update(_paragraph(hit, width))


def _paragraph(hit: Hit, width: int) -> Content:
    """Return the paragraph in three parts, the passage between two bars."""
    before, found, after = hit.context.partition(hit.text)
    parts = [(before, " "), (found, "┃"), (after, " ")]
    lines = []
    for text, bar in parts:
        if text.strip():
            style = "bold" if bar == "┃" else "$text-muted"
            lines += [
                Content.assemble((bar + " ", "$accent"), (line, style))
                for line in passage_lines(text, hit.lang, width - cell_len(bar) - 1)
            ]
    return Content("\n").join(lines)
