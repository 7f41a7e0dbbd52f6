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


def cells(counts: Mapping[str, int], width: int) -> dict[str, int]:
    """Divide `width` cells among the languages that have any, in their order; they sum to `width`.

    Each has room for its code and a blank after it. Where not all have, those with the least come together
    at the end, under how many they are: "+3". What is left goes by share (largest remainder).
    """
    named = _named({lang: count for lang, count in counts.items() if count > 0}, width)
    if not named or width <= 0:
        return {}
    least = {name: cell_len(name) + 1 for name in named}
    least[next(reversed(named))] -= 1
    spare, total = max(width - sum(least.values()), 0), sum(named.values())
    exact = {name: spare * count / total for name, count in named.items()}
    result = {name: least[name] + int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: int(exact[name]) - exact[name])
    for name in by_remainder[: width - sum(result.values())]:
        result[name] += 1
    return result if sum(result.values()) == width else dict.fromkeys(named, width)


def _named(present: Mapping[str, int], width: int) -> dict[str, int]:
    """Return the counts of the languages whose codes have room, and of the others, if any, under "+N"."""
    kept = sorted(present, key=lambda lang: -present[lang])
    while True:
        more = len(present) - len(kept)
        named = {lang: count for lang, count in present.items() if lang in kept}
        if more:
            named[f"+{more}"] = sum(present.values()) - sum(named.values())
        if not kept or sum(cell_len(name) + 1 for name in named) - 1 <= width:
            return named
        kept.pop()


def bar(
    counts: Mapping[str, int],
    langs: Sequence[str],
    width: int,
    *,
    counted: bool = False,
    coloured: bool = True,
) -> list[Segment]:
    """Return a bar of `width` cells: each language's code on its colour, and its count where that fits.

    langs: every language, in the order that gives each its colour; what stands for several has none. Without
    colours every other one is reversed.
    """
    ordered = {lang: counts.get(lang, 0) for lang in langs}
    segments: list[Segment] = []
    for name, size in cells(ordered, width).items():
        words = f"{name} {ordered[name]:,}" if counted and name in ordered else name
        text = words if cell_len(words) < size else name[:size]
        style = _on_colour(langs.index(name)) if name in ordered else Style()
        plain = Style(reverse=len(segments) % 2 == 0)
        segments.append(Segment(padded(text, size), style if coloured else plain))
    return segments


def _on_colour(at: int) -> Style:
    background = COLOURS[at % len(COLOURS)]
    return Style(color=Color.from_rgb(*ink(background)), bgcolor=Color.from_rgb(*background))
