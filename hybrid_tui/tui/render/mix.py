"""Languages as shares of a bar: letters on colours, so that neither tells alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from hybrid_tui.comparison.colormap import Rgb, ink
from hybrid_tui.tui.render.wrap import padded

COLOURS: tuple[Rgb, ...] = (
    (0, 114, 178),
    (230, 159, 0),
    (0, 158, 115),
    (204, 121, 167),
    (86, 180, 233),
    (213, 94, 0),
    (240, 228, 66),
    (153, 153, 153),
)
"""Colours that the colour-blind tell apart (Okabe and Ito 2008), in an order that sets neighbours apart."""
NARROWEST = 2
"""Cells of a language's code."""


def cells(counts: Mapping[str, int], width: int) -> dict[str, int]:
    """Divide `width` cells among the languages that have any, in their order; they sum to `width`.

    Each has two at least, where there are so many; the rest go by share (largest remainder).
    """
    present = {lang: count for lang, count in counts.items() if count > 0}
    if not present or width <= 0:
        return {}
    least = NARROWEST if NARROWEST * len(present) <= width else 0
    spare, total = width - least * len(present), sum(present.values())
    exact = {lang: spare * count / total for lang, count in present.items()}
    result = {lang: least + int(share) for lang, share in exact.items()}
    by_remainder = sorted(exact, key=lambda lang: int(exact[lang]) - exact[lang])
    for lang in by_remainder[: width - sum(result.values())]:
        result[lang] += 1
    return result


def bar(
    counts: Mapping[str, int],
    langs: Sequence[str],
    width: int,
    *,
    counted: bool = False,
    coloured: bool = True,
) -> list[Segment]:
    """Return a bar of `width` cells: each language's code on its colour, and its count where that fits.

    langs: every language, in the order that gives each its colour. Without colours every other one is
    reversed.
    """
    ordered = {lang: counts.get(lang, 0) for lang in langs}
    segments: list[Segment] = []
    for lang, size in cells(ordered, width).items():
        background = COLOURS[langs.index(lang) % len(COLOURS)]
        words = f"{lang} {ordered[lang]:,}"
        text = words if counted and cell_len(words) < size else lang[:size]
        style = Style(color=Color.from_rgb(*ink(background)), bgcolor=Color.from_rgb(*background))
        plain = Style(reverse=len(segments) % 2 == 0)
        segments.append(Segment(padded(text, size), style if coloured else plain))
    return segments
