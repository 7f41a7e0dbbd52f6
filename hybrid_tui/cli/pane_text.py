"""Rankings of one query as panes of plain text, each compared with the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from hybrid_tui.comparison.overlap import Overlap, overlap
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.comparison.trained_mark import marked
from hybrid_tui.tui.render.facts import overlap_facts, packed
from hybrid_tui.tui.render.hits import MARKS
from hybrid_tui.tui.render.wrap import padded, wrap

NARROWEST = 30
"""Cells of a pane: where there are fewer, panes stand below each other."""
BETWEEN, INDENT = "  ", "    "
SHOWN, LINES = 5, 3
"""Passages of a pane, and lines of each."""


def pane_lines(panes: Sequence[tuple[str, Ranking | str]], width: int) -> list[str]:
    """Return panes beside each other where there is room, else below each other.

    panes: of each its system, and its ranking or why there is none. width: in cells.
    """
    each = (width - len(BETWEEN) * (len(panes) - 1)) // len(panes)
    beside = each >= NARROWEST
    base = panes[0][1]
    drawn = [[*_pane(*pane, base, each if beside else width)] for pane in panes]
    if not beside:
        return [line for lines in drawn for line in lines]
    return [
        BETWEEN.join(padded(cell, each) for cell in row).rstrip() for row in zip_longest(*drawn, fillvalue="")
    ]


def _pane(name: str, found: Ranking | str, base: Ranking | str, width: int) -> Iterator[str]:
    if isinstance(found, str):
        yield from wrap(name, width)
        yield from wrap(found, width)
        yield ""
        return
    yield from wrap(marked(found.system, found.trained_on), width)
    compared = None
    if isinstance(base, Ranking) and base is not found:
        compared = overlap(*([hit.passage_id for hit in each.hits] for each in (base, found)))
    yield from packed(overlap_facts(compared) if compared else ["base"], width)
    for hit in found.hits[:SHOWN]:
        yield _head(hit, compared, width)
        yield from (INDENT + line for line in wrap(hit.text, width - len(INDENT), LINES))
    yield ""


def _head(hit: Hit, compared: Overlap | None, width: int) -> str:
    move = f" {compared.sign(hit.passage_id):>3}" if compared else ""
    mark = MARKS[hit.relevant]
    return f"{hit.rank:>2} {mark} {hit.lang:<{max(width - len(move) - 11, 3)}}{hit.score:.3f}{move}"
