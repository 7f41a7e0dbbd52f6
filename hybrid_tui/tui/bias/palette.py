"""The heatmaps' entries in the command palette."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from textual.app import SystemCommand
from textual.screen import Screen

from hybrid_tui.comparison.colormap import MAPS
from hybrid_tui.comparison.language_order import ORDERS
from hybrid_tui.comparison.matrix_measures import MEASURES
from hybrid_tui.tui.bias.heatmap_choice import HeatmapLayout
from hybrid_tui.tui.bias.keys import COMMANDS
from hybrid_tui.tui.key_hints import first_key


def commands(screen: Screen[Any], change: Callable[..., None]) -> Iterator[SystemCommand]:
    """Yield what keys do on the screen, and every measure, layout, order of languages and colour map.

    change: changes fields of the `HeatmapChoice`.
    """
    for command in COMMANDS:
        key = first_key(screen, command.id, command.keys)
        yield SystemCommand(command.title, f"key {key}", partial(screen.run_action, command.action))
    for each in MEASURES.values():
        measure = partial(change, measure_name=each.name)
        yield SystemCommand(f"Measure {each.title}", each.unit, measure)
    for layout in HeatmapLayout:
        yield SystemCommand(f"Heatmaps: {layout.value}", "", partial(change, layout=layout))
    for order, words in ORDERS.items():
        yield SystemCommand(f"Languages by {order}", words, partial(change, order=order))
    for name in MAPS:
        yield SystemCommand(f"Colours {name}", "of heatmaps", partial(change, colours=name))
