"""The settings of the heatmap screen: measure, layout, order of languages, scale, colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from hybrid_tui.comparison.colormap import DEFAULT, MAPS
from hybrid_tui.comparison.language_order import ORDERS
from hybrid_tui.comparison.matrix_measures import MEASURES, MatrixMeasure


class HeatmapLayout(Enum):
    """How many systems are seen; the words that say so."""

    ONE = "one model"
    TWO = "two models and their difference"
    ALL = "all models"


def following(names: Sequence[str], name: str, by: int = 1) -> str:
    """Return the name so many places after one, round and round."""
    return names[(names.index(name) + by) % len(names)]


@dataclass(frozen=True)
class HeatmapChoice:
    """The measure, the layout, the order of languages, whether each has its own scale, the colour map."""

    measure_name: str = next(iter(MEASURES))
    layout: HeatmapLayout = HeatmapLayout.TWO
    order: str = next(iter(ORDERS))
    own_scale: bool = False
    colours: str = DEFAULT

    @property
    def measure(self) -> MatrixMeasure:
        """What is measured."""
        return MEASURES[self.measure_name]

    def with_next_measure(self, by: int) -> HeatmapChoice:
        """Go through the measures."""
        return replace(self, measure_name=following(list(MEASURES), self.measure_name, by))

    def with_next_layout(self, *, two: bool) -> HeatmapChoice:
        """Go through the layouts; `two`: whether there is a second system."""
        layouts = [layout for layout in HeatmapLayout if two or layout is not HeatmapLayout.TWO]
        at = layouts.index(self.layout) if self.layout in layouts else 0
        return replace(self, layout=layouts[(at + 1) % len(layouts)])

    def with_next_order(self) -> HeatmapChoice:
        """Go through the orders."""
        return replace(self, order=following(list(ORDERS), self.order))

    def with_next_colours(self) -> HeatmapChoice:
        """Go through the colour maps."""
        return replace(self, colours=following(list(MAPS), self.colours))


class HeatmapPlace(NamedTuple):
    """What was chosen, and the labels of the cell under the cursor."""

    shown: HeatmapChoice
    cell: tuple[str, str]


NOTHING_SEEN = HeatmapPlace(HeatmapChoice(), ("", ""))
