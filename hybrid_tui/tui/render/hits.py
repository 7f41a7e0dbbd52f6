"""A ranked passage as lines of exact width."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len

from hybrid_tui import languages
from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.tui.render.bidi import visual
from hybrid_tui.tui.render.wrap import wrap

RELEVANT, OTHER = "●", "·"
INDENT = 5


class Span(NamedTuple):
    """A piece of a line and the part it plays ("rank", "mark", "lang", "score", "text", "")."""

    text: str
    part: str = ""


Line = list[Span]


def passage_lines(text: str, lang: str, width: int, lines: int | None = None) -> list[str]:
    """Wrap a passage to exactly `width` cells a line; right-to-left ones reordered and set to the right."""
    wrapped = wrap(text, width, lines)
    if languages.language(lang).right_to_left:
        return [" " * (width - cell_len(line)) + visual(line) for line in wrapped]
    return [line + " " * (width - cell_len(line)) for line in wrapped]


def hit_lines(hit: Hit, width: int, lines: int) -> list[Line]:
    """Return a head (rank, mark, language, score), the text in `lines` lines or fewer, and an empty line."""
    mark = {None: " ", True: RELEVANT, False: OTHER}[hit.relevant]
    part = "relevant" if hit.relevant else "mark"
    score = f"{hit.score:.3f}"
    left = f"{hit.rank:>3} "
    name = languages.language(hit.lang).english
    room = width - len(left) - 2 - 3 - len(score) - 1
    name = name[: max(room, 0)]
    gap = " " * max(width - len(left) - 2 - 3 - len(name) - len(score), 0)
    head = [
        Span(left, "rank"),
        Span(f"{mark} ", part),
        Span(f"{hit.lang:<3}", "lang"),
        Span(name + gap, "name"),
        Span(score, "score"),
    ]
    body = passage_lines(hit.text, hit.lang, max(width - INDENT, 2), lines)
    return [head, *([Span(" " * INDENT), Span(line, "text")] for line in body), [Span(" " * width)]]
