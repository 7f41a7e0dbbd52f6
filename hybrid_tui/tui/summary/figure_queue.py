"""Figures of the evaluated systems of a collection, requested one system at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hybrid_tui.comparison.setting_summary import EvaluatedSystem, SettingFigure, bases
from hybrid_tui.engine import messages
from hybrid_tui.tui.open_requests import OpenRequests

NO_CURVE = messages.Curve(losses=())


class FigureQueue:
    """Asks the engine; `changed` is called with the name of what is known now, "" for the list itself.

    base: what the others are compared with; the best of `bases` where this cannot be. said: what there
    is to say where nothing is listed. failed: why something is not known, by its name.
    """

    def __init__(
        self, requests: OpenRequests[tuple[str, str]], data: str, base: str, changed: Callable[[str], None]
    ) -> None:
        self.base = base
        self.systems: tuple[EvaluatedSystem, ...] = ()
        self.said = "listing the evaluations"
        self.found: dict[str, dict[str, SettingFigure]] = {}
        self.failed: dict[str, str] = {}
        self._requests = requests
        self._data = data
        self._changed = changed
        self._curves: dict[str, messages.Curve] = {}

    @property
    def known(self) -> int:
        """How many systems are known, or never will be."""
        return sum(system.name in self.found or system.name in self.failed for system in self.systems)

    def begin(self) -> None:
        """Ask what was evaluated."""
        self._ask("list", "", messages.ListEvaluations(data=self._data))

    def ask_again(self, first: str) -> None:
        """Ask an engine that was started again, for a system's figures before the others'."""
        if self.systems:
            self.ask_next(first)
        else:
            self.begin()

    def compare_with(self, base: str) -> None:
        """Forget the figures, to be asked for against another base."""
        self._requests.cancel_all()
        self.base = base
        self.found.clear()
        self.failed.clear()

    def ask_next(self, first: str) -> None:
        """Ask for a system that is not known, `first` before the others; one at a time."""
        order = sorted(self.systems, key=lambda system: system.name != first)
        unknown = [
            each.name for each in order if each.name not in self.found and each.name not in self.failed
        ]
        if unknown and not any(kind == "figures" for kind, _ in self._requests.keys):
            request = messages.Summarise(data=self._data, system=unknown[0], base=self.base)
            self._ask("figures", unknown[0], request)

    def curve(self, model: str) -> messages.Curve | None:
        """Return the curve of a model's training; asked for where it is not known, without points if none."""
        if model not in self._curves and ("curve", model) not in self._requests:
            self._ask("curve", model, messages.GetCurve(model=model))
        return self._curves.get(model)

    def _ask(self, kind: str, name: str, request: messages.Request[Any]) -> None:
        if self._requests.alive:
            self._requests.ask((kind, name), request, partial(self._take, kind, name))

    def _take(self, kind: str, name: str, reply: messages.Reply) -> None:
        match reply:
            case messages.Evaluations():
                self.systems = reply.systems
                names = bases(reply.systems)
                self.base = self.base if self.base in names else next(iter(names), "")
                self.said = (
                    f"nothing was evaluated on {self._data} yet: hybrid-tui evaluate --data {self._data}"
                )
            case messages.SystemSummary():
                self.found[name] = reply.figures
            case messages.Curve():
                self._curves[name] = reply
            case messages.Failure():
                self._fail(kind, name, f"✗ {reply.whole}")
            case _:
                return
        self._changed(name)

    def _fail(self, kind: str, name: str, words: str) -> None:
        if kind == "list":
            self.said = words
        elif kind == "curve":
            self._curves[name] = NO_CURVE
        else:
            self.failed[name] = words
