"""One passage, whole, below the query that found it and in the paragraph around it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.tui.dialogs.base import Dialog
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.render.hits import MARKS, copied, language_name, one_line, passage_lines, right_to_left

BAR = "┃"
EDGES = 9
"""Lines of the screen around the text, when it is as high as it may be."""
KEYS = "↑ ↓ scroll · {passage.copy} copies · {passage.back} back"


class PassageView(Dialog[None]):
    """Shows the query, where a passage was ranked, its text, and the paragraph with its lines marked."""

    BINDING_GROUP_TITLE = "Passage"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss", "Back", id="passage.back"),
        Binding("ctrl+c,y", "copy", "Copy", id="passage.copy"),
    ]

    def __init__(self, hit: Hit, model: str, ranking: Ranking) -> None:
        super().__init__()
        self._hit = hit
        self._model = model
        self._query = ranking.query, ranking.query_lang

    def compose(self) -> ComposeResult:
        """Lay out head, text and paragraph."""
        hit = self._hit
        mark = MARKS[hit.relevant]
        judged = {None: "", True: f" · {mark} relevant", False: " · not relevant"}[hit.relevant]
        before = "" if hit.before is None else f" · rank {hit.before} in the system's first stage"
        head = f"{self._model} · rank {hit.rank} · score {hit.score:.4f}{judged}"
        language = f"{language_name(hit.lang)} ({hit.lang})"
        with Vertical(classes="dialog wide"):
            yield Label(one_line(head), classes="title", markup=False)
            yield Label(
                one_line(f"{language} · passage {hit.passage_id}{before}"), classes="hint where", markup=False
            )
            with VerticalScroll():
                yield Static(id="query-asked", markup=False)
                yield Static(id="passage", markup=False)
                if hit.context:
                    yield Label("In its paragraph", classes="hint section")
                    yield Static(id="context", markup=False)
            yield Label(fill_keys(self, KEYS), id="keys", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Scroll with the arrows at once."""
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        """Wrap to the width there is, and keep the keys in sight."""
        self.query_one(VerticalScroll).styles.max_height = max(self.size.height - EDGES, 1)
        self.call_after_refresh(self._fill)

    def action_copy(self) -> None:
        """Copy the passage as it is stored, not as it is drawn."""
        self.app.copy_to_clipboard(self._hit.text)
        self.query_one("#keys", Label).update(
            one_line(f"{copied(self._hit)} · {fill_keys(self, '{passage.back} back')}")
        )

    def _fill(self) -> None:
        hit = self._hit
        width = self.query_one(VerticalScroll).scrollable_content_region.width
        if width < 4:
            return
        for name, text, lang in (("#query-asked", *self._query), ("#passage", hit.text, hit.lang)):
            lines = passage_lines(text, lang, width)
            self.query_one(name, Static).update(Content("\n".join(lines)))
        if hit.context:
            self.query_one("#context", Static).update(_paragraph(hit, width))


def _paragraph(hit: Hit, width: int) -> Content:
    """Return the paragraph in three parts, the passage beside a bar on the side where its lines begin."""
    before, found, after = hit.context.partition(hit.text)
    lines = []
    for text, bar, style in [(before, " ", "dim"), (found, BAR, ""), (after, " ", "dim")]:
        edge = (bar, "$text-primary")
        for line in passage_lines(text, hit.lang, width - 2) if text.strip() else []:
            text_part = (line, style)
            from_right = right_to_left(hit.lang)
            first, last = (text_part, edge) if from_right else (edge, text_part)
            lines.append(Content.assemble(first, " ", last))
    return Content("\n").join(lines)
