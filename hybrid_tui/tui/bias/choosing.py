"""Choosing what the heatmaps show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from textual.app import SystemCommand

from hybrid_tui.comparison.colormap import MAPS
from hybrid_tui.comparison.language_order import ORDERS
from hybrid_tui.comparison.matrix_measures import MEASURES
from hybrid_tui.tui.bias.keys import COMMANDS
from hybrid_tui.tui.bias.measuring import Measuring
from hybrid_tui.tui.bias.shown import HeatmapChoice, HeatmapLayout, HeatmapPlace
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.key_hints import first_key


class Choosing(Measuring):
    """The part of the screen of heatmaps that changes what is seen.

    systems: the first one or two are looked at. choices: all that can be chosen.
    """

    def __init__(
        self,
        link: EngineLink,
        data: str,
        systems: list[str],
        choices: list[str],
        restart: Callable[[], Any],
        seen: HeatmapPlace,
    ) -> None:
        super().__init__(link, data, systems, restart, seen)
        self.choices = choices
        self.turned = 0
        self.enlarged = False
        """Whether one heatmap is seen that was chosen among all in small."""

    def see(self, shown: HeatmapChoice) -> None:
        """Show something else."""
        if shown.layout is not self.shown.layout:
            self.turned, self.enlarged = 0, False
        self.shown = shown
        self.look()
        self.take_focus()

    def _change(self, **what: Any) -> None:
        self.see(replace(self.shown, **what))

    def take_focus(self) -> None:
        """Give the focus to what is seen."""
        raise NotImplementedError

    def action_measure(self) -> None:
        """Choose what is measured."""
        from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne

        choices = [Choice(each.name, each.title, each.unit) for each in MEASURES.values()]
        screen = PickOne("Measure", choices, self.shown.measure_name, wide=True)
        self.app.push_screen(screen, self._set_measure)

    def _set_measure(self, name: str | None) -> None:
        if name:
            self._change(measure_name=name)

    def action_next_measure(self, by: int) -> None:
        """Measure the next thing (1), or the one before (-1)."""
        self.see(self.shown.with_next_measure(by))

    def action_layout(self) -> None:
        """Go from one model to two, to all."""
        self.see(self.shown.with_next_layout(two=len(self.systems) > 1))

    def action_order(self) -> None:
        """Order the languages otherwise."""
        self.see(self.shown.with_next_order())

    def action_scale(self) -> None:
        """Put all heatmaps on one scale, or each on its own."""
        self.see(replace(self.shown, own_scale=not self.shown.own_scale))

    def action_colours(self) -> None:
        """Take the next colour map."""
        self.see(self.shown.with_next_colours())

    def action_choose(self, at: int) -> None:
        """Choose the first system (0) or the second (1)."""
        from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne

        current = self.systems[at] if at < len(self.systems) else ""
        choices = [Choice(name, name) for name in dict.fromkeys([*self.choices, *self.systems])]
        title = "First model" if at == 0 else "Second model, to be compared to the first"
        self.app.push_screen(PickOne(title, choices, current), partial(self._chosen, at))

    def _chosen(self, at: int, system: str | None) -> None:
        if system:
            # The other place keeps its system; where that is the one chosen, the two change places.
            beside = [*self.systems[1 - at : 2 - at], *self.systems]
            pair = [each for each in beside if each != system][:1]
            pair.insert(at, system)
            self.systems = list(dict.fromkeys([*pair, *self.systems]))
            layout = HeatmapLayout.TWO if at else self.shown.layout
            self.see(replace(self.shown, layout=HeatmapLayout.ONE if layout is HeatmapLayout.ALL else layout))

    def palette(self) -> Iterator[SystemCommand]:
        """Yield what can be done here, for the command palette."""
        for command in COMMANDS:
            key = first_key(self, command.id, command.keys)
            yield SystemCommand(command.title, f"key {key}", partial(self.run_action, command.action))
        for each in MEASURES.values():
            yield SystemCommand(f"Measure {each.title}", each.unit, partial(self._set_measure, each.name))
        for layout in HeatmapLayout:
            yield SystemCommand(f"Heatmaps: {layout.value}", "", partial(self._change, layout=layout))
        for order, words in ORDERS.items():
            yield SystemCommand(f"Languages by {order}", words, partial(self._change, order=order))
        for name in MAPS:
            yield SystemCommand(f"Colours {name}", "of heatmaps", partial(self._change, colours=name))
