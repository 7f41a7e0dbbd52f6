"""A ranked passage as lines of exact width."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate, groupby
from typing import NamedTuple

from rich.cells import cell_len

from hybrid_tui import languages
from hybrid_tui.comparison.overlap import DOWN, GONE, OWN_DOWN, OWN_UP, SAME, UP, own_sign
from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.tui.render.bidi import needs_reordering, visual, visual_order
from hybrid_tui.tui.render.shape import shaped
from hybrid_tui.tui.render.terms import Terms
from hybrid_tui.tui.render.wrap import clusters, printable, shortened, wrap

RELEVANT, OTHER, PIN = "●", "·", "◆"
MARKS = {None: " ", True: RELEVANT, False: OTHER}
MOVE_PARTS = {UP: "up", DOWN: "down", SAME: "same", OWN_UP: "up", OWN_DOWN: "down"}
INDENT = 6
MOVE = 5
"""Cells of a move."""
NO_TERMS = Terms()


class Span(NamedTuple):
    """A piece of a line and the part that it plays, for its style: "rank", "score", "text" and so on."""

    text: str
    part: str = ""


Line = list[Span]


def right_to_left(lang: str) -> bool:
    """Whether a language is written from the right; false for a code of none."""
    known = languages.known(lang)
    return bool(known and known.right_to_left)


def language_name(lang: str) -> str:
    """Return a language's English name, or the code itself where there is none."""
    known = languages.known(lang)
    return known.english if known else lang


def one_line(text: str, lang: str = "", width: int | None = None) -> str:
    """Return `text` on one line for display, cut to `width` cells where given; not padded."""
    line = shaped(" ".join(printable(text).split()))
    line = line if width is None else shortened(line, max(width, 1))
    return visual(line, right_to_left=right_to_left(lang)) if needs_reordering(line) else line


def passage_lines(text: str, lang: str, width: int, lines: int | None = None) -> list[str]:
    """Wrap a passage to exactly `width` cells a line (at least 2); right-to-left ones set to the right."""
    return ["".join(span.text for span in line) for line in text_lines(text, lang, width, lines)]


@lru_cache(maxsize=4096)
def wrapped(text: str, width: int, lines: int | None = None) -> tuple[str, ...]:
    """Return a passage's lines of at most `width` cells, shaped, in logical order."""
    return tuple(wrap(shaped(printable(text)), width, lines))


def text_lines(
    text: str, lang: str, width: int, lines: int | None = None, terms: Terms = NO_TERMS
) -> list[Line]:
    """Wrap a passage as `passage_lines` does, the words of `terms` as spans of their own."""
    width = max(width, 2)
    from_right = right_to_left(lang)
    result = []
    for line in wrapped(text, width, lines):
        spans = _spans(line, terms, from_right)
        gap = Span(" " * (width - sum(cell_len(span.text) for span in spans)), "text")
        result.append([gap, *spans] if from_right else [*spans, gap])
    return result


def _spans(line: str, terms: Terms, from_right: bool) -> Line:
    """Return a wrapped line in the order of display."""
    flags = terms.marked(line)
    if not any(flags):
        return [Span(visual(line, right_to_left=from_right) if needs_reordering(line) else line, "text")]
    parts = [part for part, _ in clusters(line)]
    ends = accumulate(map(len, parts), initial=len(line) - sum(map(len, parts)))
    order = visual_order(parts, right_to_left=from_right) if needs_reordering(line) else enumerate(parts)
    flagged = [flags[start] for start, _ in zip(ends, parts, strict=False)]
    return [
        Span("".join(part for _, part in run), "term" if term else "text")
        for term, run in groupby(order, key=lambda placed: flagged[placed[0]])
    ]


class HitRow(NamedTuple):
    """A passage as a list shows it.

    move: against the base, as `overlap.Overlap.sign` writes it; empty where there is no base. A gone one
    is the base's passage, with its rank there.
    """

    hit: Hit
    move: str = ""
    pinned: bool = False

    @property
    def gone(self) -> bool:
        """Whether only the base has it."""
        return self.move == GONE


def copied(hit: Hit) -> str:
    """Say that a passage was copied."""
    return f"copied {hit.passage_id}, {len(hit.text):,} characters"


def height(row: HitRow, width: int, lines: int) -> int:
    """Return how many lines `hit_lines` gives."""
    return len(wrapped(row.hit.text, max(width - INDENT, 2), lines)) + 2


def hit_lines(row: HitRow, width: int, lines: int, terms: Terms = NO_TERMS) -> list[Line]:
    """Return a head (rank, marks, language, score, moves), the text in `lines` lines or fewer, an empty line.

    The moves are that against the system's own first stage, where it has one, and that against the base.
    Each line is `width` cells wide, which should be 30 or more.
    """
    hit = row.hit
    pin = PIN if row.pinned else " "
    rank, code = "  –" if row.gone else f"{hit.rank:>3}", f"{hit.lang[:3]:<3} "
    score = f"was #{hit.rank}" if row.gone else f"{hit.score:.3f}"
    move = f"{row.move:>{MOVE}}" if row.move else ""
    own = "" if row.gone or hit.before is None else f"{own_sign(hit.rank, hit.before):>{MOVE}}"
    room = max(width - len(rank) - 3 - len(code) - len(score) - len(own) - len(move) - 1, 0)
    head = [
        Span(rank, "rank"),
        Span(pin, "pin"),
        Span(f"{MARKS[hit.relevant]} ", "relevant" if hit.relevant else "mark"),
        Span(code, "lang"),
        Span(f"{language_name(hit.lang)[:room]:<{room}} ", "name"),
        Span(score, "score"),
        Span(own, MOVE_PARTS.get(own.strip()[:1], "same")),
        Span(move, MOVE_PARTS.get(row.move[:1], row.move)),
    ]
    body = text_lines(hit.text, hit.lang, width - INDENT, lines, terms)
    return [head, *([Span(" " * INDENT), *line] for line in body), [Span(" " * width)]]
