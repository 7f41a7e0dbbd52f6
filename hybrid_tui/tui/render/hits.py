"""A ranked passage as lines of exact width."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len

from hybrid_tui import languages
from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.tui.render.bidi import needs_reordering, visual
from hybrid_tui.tui.render.shape import shaped
from hybrid_tui.tui.render.wrap import printable, shortened, wrap

RELEVANT, OTHER = "●", "·"
MARKS = {None: " ", True: RELEVANT, False: OTHER}
INDENT = 6


class Span(NamedTuple):
    """A piece of a line and the part that it plays, for its style: "rank", "score", "text" and so on."""

    text: str
    part: str = ""


Line = list[Span]


def right_to_left(lang: str) -> bool:
    """Whether a language is written from the right; false for a code that is not in the table."""
    known = languages.LANGUAGES.get(lang)
    return bool(known and known.right_to_left)


def language_name(lang: str) -> str:
    """Return a language's English name, or the code itself where it is not in the table."""
    known = languages.LANGUAGES.get(lang)
    return known.english if known else lang


def one_line(text: str, lang: str = "", width: int | None = None) -> str:
    """Return `text` on one line for display, cut to `width` cells where given; not padded."""
    line = shaped(" ".join(printable(text).split()))
    line = line if width is None else shortened(line, max(width, 1))
    return visual(line, right_to_left=right_to_left(lang)) if needs_reordering(line) else line


def passage_lines(text: str, lang: str, width: int, lines: int | None = None) -> list[str]:
    """Wrap a passage to exactly `width` cells a line (at least 2); right-to-left ones set to the right."""
    width = max(width, 2)
    from_right = right_to_left(lang)
    result = []
    for line in wrap(shaped(text), width, lines):
        drawn = visual(line, right_to_left=from_right) if needs_reordering(line) else line
        gap = " " * (width - cell_len(drawn))
        result.append(gap + drawn if from_right else drawn + gap)
    return result


def hit_lines(hit: Hit, width: int, lines: int) -> list[Line]:
    """Return a head (rank, mark, language, score), the text in `lines` lines or fewer, and an empty line.

    Each is `width` cells wide, which should be 24 or more.
    """
    rank, code, score = f"{hit.rank:>3} ", f"{hit.lang[:3]:<3} ", f"{hit.score:.3f}"
    room = max(width - len(rank) - 2 - len(code) - len(score) - 1, 0)
    head = [
        Span(rank, "rank"),
        Span(f"{MARKS[hit.relevant]} ", "relevant" if hit.relevant else "mark"),
        Span(code, "lang"),
        Span(f"{language_name(hit.lang)[:room]:<{room}} ", "name"),
        Span(score, "score"),
    ]
    body = passage_lines(hit.text, hit.lang, width - INDENT, lines)
    return [head, *([Span(" " * INDENT), Span(line, "text")] for line in body), [Span(" " * width)]]
