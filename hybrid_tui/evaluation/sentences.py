"""Comparisons in words."""

from __future__ import annotations

from hybrid_tui.comparison.drawn_units import FEW, counted, drawn_words
from hybrid_tui.comparison.number_format import figure, p_text
from hybrid_tui.evaluation.significance import Comparison

_FOUND = {
    "better": "is better than",
    "worse": "is worse than",
    "not worse": "is not worse than",
    "undecided": "is undecided against",
}


def in_words(comparison: Comparison, a: str, b: str) -> str:
    """Return a comparison as a sentence: "B is not worse than A: -.003 [-.007, +.001], ...".

    a, b: names of the two systems. The verdict is that of tables and marks; a loss beyond chance that is
    within the margin, or may be, is told.
    """
    each, judged = comparison, comparison.judged
    digits = 3 if max(abs(each.a), abs(each.b)) <= 1 else 1
    margin = figure(each.margin, digits)
    note = ""
    if judged.behind and judged.verdict == "not worse":
        note = " (behind, within the margin)"
    elif judged.behind and judged.verdict == "undecided":
        note = f" (behind, by more than {margin} or not)"
    ends = (figure(end, digits, signed=True) for end in (each.low, each.high))
    interval = "" if each.low is None else f" [{', '.join(ends)}]"
    unit = each.unit if each.unit == "language" else "item"
    return (
        f"{b} {_FOUND[judged.verdict]} {a}{note}: {figure(each.difference, digits, signed=True)}{interval}, "
        f"margin {margin}, {p_in_words(each)}; {each.wins:,} up, {each.losses:,} down, "
        f"{each.ties:,} equal of {counted(each.items, unit)}{sampled(each)}"
    )


def p_in_words(each: Comparison) -> str:
    """Return the p values, with the family of the adjusted one and, of few units, the smallest possible."""
    least = f", {p_text(each.smallest_p)} at the least" if each.units <= FEW else ""
    if each.exploratory:
        return f"p {p_text(each.p)}{least} (exploratory)"
    adjusted = "" if each.holm is None else f" (Holm {p_text(each.holm)} over {each.family})"
    return f"p {p_text(each.p)}{least}{adjusted}"


def sampled(each: Comparison) -> str:
    """Return "; 48 articles drawn, design effect 2.3", or why items are; empty where they need no reason."""
    if each.unit in {"item", "language"} and not each.too_few:
        return ""
    return f"; {drawn_words([each.drawn._replace(smallest_p=None)])}"
