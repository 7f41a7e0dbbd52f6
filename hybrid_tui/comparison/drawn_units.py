"""The groups of questions that tests and intervals draw whole, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hybrid_tui.comparison.number_format import figure, p_text

FEWEST = 20
"""So many groups make a sample."""
FEW = 16
"""So many units or fewer: all sign flips are counted, 65,536 at most, and the smallest possible p is told."""


class DrawnUnits(NamedTuple):
    """What was drawn whole.

    unit: what one is, such as "article"; units: how many there are, 0 where that is not known.
    design_effect: variance over these units divided by that over items (Kish 1965), None for items. too_few:
    the coarser groups that were passed over because they are fewer than FEWEST, such as "12 topics".
    smallest_p: the least that p can be; None where nothing was tested.
    """

    unit: str = "item"
    units: int = 0
    design_effect: float | None = None
    too_few: str = ""
    smallest_p: float | None = None


NOT_KNOWN = DrawnUnits()


def counted(number: int, unit: str) -> str:
    """Return a number of units: `48 articles`."""
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def drawn_words(every: Iterable[DrawnUnits]) -> str:
    """Return what was drawn: "12 topics are fewer than 20: 120 questions drawn"; empty where not known.

    Where several differ in their design effects alone, the ends of these are told: "48 articles drawn,
    design effect 1.4 to 2.2".
    """
    groups: dict[DrawnUnits, list[float]] = {}
    for each in every:
        if each.units:
            effects = groups.setdefault(each._replace(design_effect=None), [])
            effects += [] if each.design_effect is None else [each.design_effect]
    return "; ".join(_told(each, effects) for each, effects in groups.items())


def _told(each: DrawnUnits, effects: list[float]) -> str:
    verb = "is" if each.too_few.startswith("1 ") else "are"
    reason = f"{each.too_few} {verb} fewer than {FEWEST}: " if each.too_few else ""
    ends = dict.fromkeys(figure(end, 1) for end in (min(effects), max(effects))) if effects else ()
    effect = f", design effect {' to '.join(ends)}" if ends else ""
    p = each.smallest_p if each.units <= FEW else None
    least = "" if p is None else f", smallest possible p {p_text(p)}"
    unit = "question" if each.unit == "item" else each.unit
    return f"{reason}{counted(each.units, unit)} drawn{effect}{least}"
