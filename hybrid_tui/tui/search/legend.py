"""The legend of the search screen: in one line what the signs and figures on it mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from hybrid_tui.comparison.overlap import DOWN, GONE, NEW, OWN_DOWN, OWN_UP, UP
from hybrid_tui.tui.render.hits import RELEVANT
from hybrid_tui.tui.widgets.pane import PaneContent

GAP = "  "


class Term(NamedTuple):
    """A sign or figure, and what it means in few words and, where there is room, in more."""

    sign: str
    short: str
    long: str


TERMS = (
    Term(RELEVANT, "relevant", "relevant"),
    Term(UP + DOWN, "vs base (left)", "ranks higher or lower than in the base, the first pane"),
    Term(OWN_UP + OWN_DOWN, "vs own 1st stage", "ranks higher or lower than in the system's own first stage"),
    Term("RBO", "1=same", "similarity to base, 1 = same"),
    Term("rank distance", f"last-first {RELEVANT}", f"rank of the last {RELEVANT} less that of the first"),
    Term("ms", "time", "time to answer"),
    Term("base", f"for {UP}{DOWN} and RBO", f"what {UP}{DOWN} and RBO of the other panes refer to"),
    Term("AP", f"1 = {RELEVANT} on top", f"average precision, 1 = every {RELEVANT} on top"),
    Term(NEW, "not in base", "not in the base's list"),
    Term(GONE, "in base only", "in the base's list only"),
)
"""In the order of display, which is also that of importance."""


def signs_in(contents: Iterable[PaneContent]) -> set[str]:
    """Return the signs of those terms that panes show."""
    found = set()
    for content in contents:
        moves = {row.move for row in content.rows}
        judged = any(row.hit.relevant is not None for row in content.rows)
        facts = {term.sign for term in TERMS for fact in content.facts if fact.startswith(term.sign)}
        anew = any(row.hit.before not in {None, row.hit.rank} for row in content.rows if not row.gone)
        found |= {OWN_UP + OWN_DOWN} if anew else set()
        found |= facts | moves & {NEW, GONE} | {"ms"} | ({RELEVANT} if judged else set())
    if "RBO" in found:
        found = found - {"base"} | {UP + DOWN}
    return found


def legend(signs: set[str], width: int) -> Content:
    """Return the terms of some signs on a line of at most `width` cells.

    As many terms as there is room for, in few words; then, while there is room, in more words.
    """
    texts: dict[Term, str] = {}
    room = width + len(GAP)
    for term in (each for each in TERMS if each.sign in signs):
        cells = cell_len(f"{term.sign} {term.short}{GAP}")
        if cells <= room:
            texts[term] = term.short
            room -= cells
    for term in texts:
        more = cell_len(term.long) - cell_len(term.short)
        if more <= room:
            texts[term] = term.long
            room -= more
    return Content(GAP).join(Content.assemble((term.sign, "bold"), " ", text) for term, text in texts.items())


class SearchLegend(Static):
    """Explains what is in sight, as far as there is room."""

    def __init__(self) -> None:
        super().__init__(id="legend", markup=False)
        self._signs: set[str] = set()

    def show(self, contents: Iterable[PaneContent]) -> None:
        """Explain what these panes show."""
        self._signs = signs_in(contents)
        self.on_resize()

    def on_resize(self) -> None:
        """Explain as much as there is room for."""
        self.update(legend(self._signs, self.content_size.width), layout=False)
