"""The searches that panes wait for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hybrid_tui.engine import messages
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.open_requests import OpenRequests
from hybrid_tui.tui.search_request import SearchRequest
from hybrid_tui.tui.widgets.pane import Pane
from hybrid_tui.tui.widgets.panes import PaneRow

TOGETHER_SECONDS = 0.04
"""Answers that come within this are drawn together: drawing the whole screen once is quicker than twice."""


class PaneSearches:
    """Asks the engine, and hands answers to the panes: those together that come within a moment.

    answered: called with the panes that have got an answer or a failure.
    """

    def __init__(self, link: EngineLink, row: PaneRow, answered: Callable[[list[Pane]], None]) -> None:
        self._requests = OpenRequests[Pane](link, row, progressed=self._progress, lost=self._lose)
        self._row = row
        self._answered = answered
        self._answers: dict[Pane, messages.Found] = {}

    def ask(self, pane: Pane, asked: SearchRequest) -> None:
        """Ask for a pane's ranking, in place of what it waits for."""
        self.cancel(pane)
        try:
            self._requests.ask(pane, asked.of(pane.model), partial(self._take, pane), "searching")
        except UsageError:
            pane.say_empty()
        else:
            pane.wait()

    def cancel(self, *panes: Pane) -> None:
        """Stop the searches of panes, which are to be told something else."""
        self._requests.cancel(*panes)
        for pane in panes:
            self._answers.pop(pane, None)

    def cancel_all(self) -> list[Pane]:
        """Stop every search; returns the panes that waited for one."""
        busy = [pane for pane in self._row.panes if pane.busy]
        self.cancel(*busy)
        return busy

    def _progress(self) -> None:
        for pane in self._requests.keys:
            pane.progress(self._requests.progress(pane))

    def _lose(self) -> None:
        for pane in self.cancel_all():
            pane.say("✗ the engine has stopped", "press Enter in the query to start it again", failed=True)

    def _take(self, pane: Pane, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Found):
            if not self._answers:
                self._row.set_timer(TOGETHER_SECONDS, self._hand_over)
            self._answers[pane] = reply
            if not self._requests.keys:
                self._hand_over()
        elif isinstance(reply, messages.Failure):
            pane.say(f"✗ {reply.message}", reply.hint, failed=True)
            self._answered([pane])

    def _hand_over(self) -> None:
        answers, self._answers = self._answers, {}
        for pane, reply in answers.items():
            pane.take(reply)
        if answers:
            self._answered(list(answers))
