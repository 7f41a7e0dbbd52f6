"""What a person has chosen to see of the heatmaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from hybrid_tui.comparison.colormap import DEFAULT, MAPS
from hybrid_tui.comparison.measures import MEASURES, Measure
from hybrid_tui.comparison.order import ORDERS


class Layout(Enum):
    """How many systems are seen; the words that say so."""

    ONE = "one model"
    TWO = "two models and their difference"
    ALL = "all models"


def following(names: Sequence[str], name: str, by: int = 1) -> str:
    """Return the name so many places after one, round and round."""
    return names[(names.index(name) + by) % len(names)]


@dataclass(frozen=True)
class Shown:
    """The measure, the layout, the order of languages, whether each has its own scale, the colour map."""

    measure_name: str = next(iter(MEASURES))
    layout: Layout = Layout.TWO
    order: str = next(iter(ORDERS))
    own_scale: bool = False
    colours: str = DEFAULT

    @property
    def measure(self) -> Measure:
        """What is measured."""
        return MEASURES[self.measure_name]

    def with_next_measure(self, by: int) -> Shown:
        """Go through the measures."""
        return replace(self, measure_name=following(list(MEASURES), self.measure_name, by))

    def with_next_layout(self, *, two: bool) -> Shown:
        """Go through the layouts; `two`: whether there is a second system."""
        layouts = [layout for layout in Layout if two or layout is not Layout.TWO]
        at = layouts.index(self.layout) if self.layout in layouts else 0
        return replace(self, layout=layouts[(at + 1) % len(layouts)])

    def with_next_order(self) -> Shown:
        """Go through the orders."""
        return replace(self, order=following(list(ORDERS), self.order))

    def with_next_colours(self) -> Shown:
        """Go through the colour maps."""
        return replace(self, colours=following(list(MAPS), self.colours))


class Seen(NamedTuple):
    """What was chosen, and the labels of the cell under the cursor."""

    shown: Shown
    cell: tuple[str, str]


NOTHING_SEEN = Seen(Shown(), ("", ""))
