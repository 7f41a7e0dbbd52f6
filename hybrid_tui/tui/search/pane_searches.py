"""The searches that panes wait for, and whose turn it is to have passages encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from hybrid_tui.engine import messages
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.open_requests import OpenRequests
from hybrid_tui.tui.search import encoding_words
from hybrid_tui.tui.search_request import SearchRequest, so_far
from hybrid_tui.tui.widgets.pane import Pane
from hybrid_tui.tui.widgets.panes import PaneRow

TOGETHER_SECONDS = 0.04
"""Answers that come within this are drawn together: drawing the whole screen once is quicker than twice."""
UNASKED_SECONDS = 10.0
"""Encoding that is likely to take longer begins with a key alone."""
STOPPED = "✗ the engine has stopped", "press Enter in the query to start it again"
SEARCHING, ESTIMATING, ENCODING = "searching", "measuring how long encoding takes", "encoding passages"

Answer = messages.Found | messages.FoundSoFar


class PaneSearches:
    """Asks the engine, and hands answers to the panes: those together that come within a moment.

    A pane is answered first from what is encoded. What is missing is encoded for one pane after the other,
    the one in front first, each shown what is found so far; what takes long only once a person wants it.

    answered: called with the panes that have got an answer or a failure.
    """

    def __init__(self, link: EngineLink, row: PaneRow, answered: Callable[[list[Pane]], None]) -> None:
        self._requests = OpenRequests[Pane](link, row, progressed=self._progress, lost=self._lose)
        self._row = row
        self._answered = answered
        self._answers: dict[Pane, Answer] = {}
        self._searches: dict[Pane, messages.Search] = {}
        self._estimates: dict[Pane, messages.EncodingEstimate] = {}
        self._wanted: set[tuple[str, str]] = set()
        """Collections and models that a person has started to encode."""
        self._encoding: Pane | None = None
        self._waiting: list[Pane] = []

    def ask(self, panes: Sequence[Pane], asked: SearchRequest, *, start: bool = False) -> None:
        """Ask for the rankings of panes, in place of what they wait for.

        start: whether what is missing is encoded however long that takes.
        """
        self._drop(*panes)
        for pane in panes:
            try:
                search = asked.of(pane.model)
            except UsageError:
                pane.say_empty()
                continue
            if pane.run_on and (pane.run_on != asked.data or not asked.question):
                pane.say_question_wanted(asked.data)
                continue
            if start:
                self._wanted.add((search.data, search.system))
            self._searches[pane] = search
            pane.wait()
            kept = msgspec.structs.replace(search, encode=False)
            self._requests.ask(pane, kept, partial(self._take, pane), SEARCHING)
            if not pane.ranking:
                self._tell(pane)
        self._next()

    def cancel(self, *panes: Pane) -> None:
        """Stop the searches of panes, which are to be told something else."""
        self._drop(*panes)
        self._next()

    def _drop(self, *panes: Pane) -> None:
        self._requests.cancel(*panes)
        for pane in panes:
            self._answers.pop(pane, None)
            self._estimates.pop(pane, None)
            if pane in self._waiting:
                self._waiting.remove(pane)
        if self._encoding in panes:
            self._encoding = None

    def cancel_all(self) -> list[Pane]:
        """Stop every search; returns the panes that waited for one."""
        busy = [pane for pane in self._row.panes if pane.busy]
        self._waiting.clear()
        self._wanted.clear()
        self.cancel(*busy)
        return busy

    def _progress(self) -> None:
        for pane in self._requests.keys:
            self._tell(pane)

    def _tell(self, pane: Pane) -> None:
        """Tell what a pane waits for, and how far that is."""
        if pane is self._encoding and pane.ranking and pane.ranking.missing:
            pane.note(so_far(pane.ranking), *filter(None, [self._requests.left(pane)]))
        else:
            pane.progress(self._requests.progress(pane), self._quicker(pane))

    def _quicker(self, pane: Pane) -> list[str]:
        if estimate := self._estimates.get(pane):
            return list(encoding_words.quicker(pane, estimate, [each.model for each in self._row.panes]))
        return []

    def _lose(self) -> None:
        for pane in self.cancel_all():
            pane.say(*STOPPED, failed=True)

    def _take(self, pane: Pane, reply: messages.Reply) -> None:
        if isinstance(reply, Answer):
            if not self._answers:
                self._row.set_timer(TOGETHER_SECONDS, self._hand_over)
            self._answers[pane] = reply
            if isinstance(reply, messages.Found):
                self._take_found(pane, reply)
            if not self._requests.keys:
                self._hand_over()
        elif isinstance(reply, messages.Failure):
            self.cancel(pane)
            pane.say(f"✗ {reply.message}", reply.hint, failed=True)
            self._answered([pane])

    def _take_found(self, pane: Pane, found: messages.Found) -> None:
        """Go on to the next pane, or have told how long it takes to encode what the answer lacks."""
        if pane is self._encoding:
            self._encoding = None
        elif found.ranking.missing:
            request = messages.EstimateEncoding(search=self._searches[pane])
            self._requests.ask(pane, request, partial(self._take_estimate, pane), ESTIMATING)
        self._next()

    def _take_estimate(self, pane: Pane, reply: messages.Reply) -> None:
        if not isinstance(reply, messages.EncodingEstimate):
            self._take(pane, reply)
            return
        self._hand_over()
        search = self._searches[pane]
        self._estimates[pane] = reply
        short = reply.seconds <= UNASKED_SECONDS and not reply.needs
        if short or (search.data, search.system) in self._wanted:
            self._waiting.append(pane)
        elif pane.lacks:
            pane.offer(encoding_words.offer(pane.lacks, reply), self._quicker(pane))
        self._next()

    def _next(self) -> None:
        """Let the next pane encode: the one in front, once it is known what that lacks, else the first."""
        front = self._row.front
        waiting = [pane for pane in (front, *self._row.panes) if pane in self._waiting]
        if waiting and not self._encoding and front not in self._requests:
            pane = self._encoding = waiting[0]
            self._waiting.remove(pane)
            expected = self._estimates[pane].seconds
            take = partial(self._take, pane)
            self._requests.ask(pane, self._searches[pane], take, ENCODING, expected=expected)
            pane.wait()
            self._tell(pane)
        for pane in self._waiting:
            turn = encoding_words.turn((self._encoding or front).model, self._estimates[pane])
            pane.offer(turn, self._quicker(pane), busy=True)

    def _hand_over(self) -> None:
        answers, self._answers = self._answers, {}
        for pane, reply in answers.items():
            pane.take(_found(reply), busy=pane in self._requests)
            if pane is self._encoding:
                self._tell(pane)
        if answers:
            self._answered(list(answers))


def _found(reply: Answer) -> messages.Found:
    if isinstance(reply, messages.Found):
        return reply
    return messages.Found(ranking=reply.ranking, pool=reply.pool)
