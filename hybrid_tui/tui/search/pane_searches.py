"""The searches that panes wait for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hybrid_tui.engine import messages
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.search.search_request import SearchRequest
from hybrid_tui.tui.widgets.pane import Pane
from hybrid_tui.tui.widgets.panes import PaneRow

TOGETHER_SECONDS = 0.04
"""Answers that come within this are drawn together: drawing the whole screen once is quicker than twice."""


class PaneSearches:
    """Asks the engine, and hands answers to the panes: those together that come within a moment.

    answered: called with the panes that have got an answer or a failure.
    """

    def __init__(self, link: EngineLink, row: PaneRow, answered: Callable[[list[Pane]], None]) -> None:
        self._link = link
        self._row = row
        self._answered = answered
        self._answers: dict[Pane, messages.Found] = {}

    def ask(self, pane: Pane, asked: SearchRequest) -> None:
        """Ask for a pane's ranking, in place of what it waits for."""
        self._link.cancel(pane.request)
        try:
            request = asked.of(pane.model)
        except UsageError:
            pane.say_empty()
        else:
            pane.wait(self._link.ask(request, partial(self._take, pane)))

    def cancel_all(self) -> list[Pane]:
        """Stop every search; returns the panes that waited for one, which are to be told something else."""
        busy = [pane for pane in self._row.panes if pane.busy]
        for pane in busy:
            self._link.cancel(pane.request)
        return busy

    def _take(self, pane: Pane, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Found):
            if not self._answers:
                self._row.set_timer(TOGETHER_SECONDS, self._hand_over)
            self._answers[pane] = reply
            if all(each in self._answers for each in self._row.panes if each.busy):
                self._hand_over()
        elif pane.is_attached:
            pane.take(reply)
            if isinstance(reply, messages.Failure):
                self._answered([pane])

    def _hand_over(self) -> None:
        answers, self._answers = self._answers, {}
        newest = {
            pane: reply for pane, reply in answers.items() if pane.is_attached and reply.id == pane.request
        }
        for pane, reply in newest.items():
            pane.take(reply)
        if newest:
            self._answered(list(newest))
