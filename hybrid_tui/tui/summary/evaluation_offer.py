"""The evaluation of the panes' systems that an empty summary offers: what it takes, and its start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hybrid_tui.engine import messages
from hybrid_tui.tui.open_requests import OpenRequests

ESTIMATE, START = ("estimate", ""), ("start", "")


class EvaluationOffer:
    """Asks the engine what evaluating takes, and starts it; `changed` is called when it is known or begun.

    estimate: what is lacking and takes how long, None while that is not known. problem: what went wrong.
    wished: whether a key has asked to evaluate before that was known.
    """

    def __init__(
        self,
        requests: OpenRequests[tuple[str, str]],
        data: str,
        systems: Sequence[str],
        changed: Callable[[], None],
    ) -> None:
        self.estimate: messages.EvaluationEstimate | None = None
        self.problem = ""
        self.wished = False
        self._requests = requests
        self._data = data
        self._systems = tuple(systems)
        self._changed = changed

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems that are not evaluated, as far as known."""
        return self.estimate.systems if self.estimate else ()

    def ask(self) -> None:
        """Ask what is lacking."""
        self._ask(ESTIMATE, messages.EstimateEvaluation(data=self._data, systems=self._systems))

    def wish(self) -> None:
        """Remember that what is lacking is to be evaluated, once that is known."""
        self.wished = True
        if ESTIMATE not in self._requests:
            self.ask()

    def start(self) -> None:
        """Evaluate what is lacking, in a process that outlives the app."""
        if self.systems:
            self._ask(START, messages.StartEvaluation(data=self._data, systems=self.systems))

    def _ask(self, key: tuple[str, str], request: messages.Request[Any]) -> None:
        if self._requests.alive:
            self._requests.ask(key, request, self._take, outlives=key == START)

    def _take(self, reply: messages.Reply) -> None:
        self.problem = reply.whole if isinstance(reply, messages.Failure) else ""
        if isinstance(reply, messages.Estimated):
            self.estimate = reply.estimate
        self._changed()
