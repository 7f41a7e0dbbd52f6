"""A walk through the collection's questions, those first that the panes answer least similarly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple, Protocol

from hybrid_tui.comparison.number_format import figure
from hybrid_tui.comparison.trained_mark import MARK
from hybrid_tui.engine import messages
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.open_requests import OpenRequests, Owner
from hybrid_tui.tui.search.disagreement_order import MEASURES, QuestionSimilarity, least_similar_first
from hybrid_tui.tui.search_request import K

LIMIT = 2000
"""Questions that are ranked, the collection's first."""


class RankingScope(NamedTuple):
    """What is ranked: the questions of `lang`, over passages of `langs`, by each system, the base first."""

    data: str
    lang: str
    langs: tuple[str, ...]
    systems: tuple[str, ...]


NOTHING = RankingScope("", "", (), ())


class WalkScreen(Owner, Protocol):
    """What the search screen is to the walk."""

    @property
    def scope(self) -> RankingScope:
        """What is on screen."""

    @property
    def lacking(self) -> Sequence[str]:
        """The systems on screen that have passages which are not encoded yet."""

    def say(self, text: str, *, problem: bool = False, keys: str = "") -> None:
        """Show one line of status. keys: what can be done, with the ids of actions in braces."""

    def run_question(self, question: messages.Question | None, note: str = "") -> None:
        """Search for a question; `note` is what the status says of it."""


class DisagreementWalk:
    """Has all questions ranked once for what is on screen, then goes from one to the next.

    link: the engine. screen: where questions are shown.
    """

    def __init__(self, link: EngineLink, screen: WalkScreen) -> None:
        self.measure = next(iter(MEASURES))
        self._requests = OpenRequests[str](link, screen, progressed=self._say_progress)
        self._screen = screen
        self._ranked_for = NOTHING
        self._rankings: dict[str, messages.Rankings] = {}
        self._order: list[QuestionSimilarity] = []
        self._at = -1

    @property
    def busy(self) -> bool:
        """Whether questions are being ranked."""
        return bool(self._requests.keys)

    def step(self, by: int) -> None:
        """Go to the next question (1) or the one before (-1); have the questions ranked before the first."""
        wanted = self._screen.scope
        if len(wanted.systems) < 2:
            keys = "{search.add_pane} adds a pane, {search.model} changes its model"
            self._screen.say("there is only one model", problem=True, keys=keys)
        elif not wanted.lang or not self._requests.alive:
            self._screen.say("the collection is not open yet", problem=True)
        elif lacking := self._screen.lacking:
            self._screen.say(f"not all passages are encoded yet under {lacking[0]}", problem=True)
        elif wanted != self._ranked_for:
            self._rank(wanted)
        elif self.busy:
            self._say_progress()
        else:
            self._go(by)

    def order_by(self, measure: str | None) -> None:
        """Order the questions by another measure of similarity, and begin anew; None changes nothing."""
        if not measure or measure == self.measure:
            return
        self.measure = measure
        if self._rankings and not self.busy:
            self._put_in_order()
        self._screen.say(f"questions by {measure}", keys="{search.next_question} goes to the first")

    def stop(self) -> None:
        """Stop ranking, and forget what was ranked."""
        self._requests.cancel_all()
        self._rankings.clear()
        self._ranked_for = NOTHING

    def _rank(self, scope: RankingScope) -> None:
        self.stop()
        self._ranked_for = scope
        for system in scope.systems:
            request = messages.RankQuestions(
                data=scope.data,
                system=system,
                lang=scope.lang,
                langs=scope.langs,
                k=K,
                limit=LIMIT,
            )
            self._requests.ask(system, request, partial(self._take, system), "ranking questions")
        self._say_progress()

    def _say_progress(self) -> None:
        if self.busy and self._wanted():
            system = self._requests.keys[0]
            self._screen.say(f"{system}: {self._requests.progress(system)}", keys="{search.cancel} cancels")

    def _wanted(self) -> bool:
        """Tell whether what is being ranked is still on screen; stop where it is not."""
        if self._screen.scope == self._ranked_for:
            return True
        self.stop()
        self._screen.say("stopped ranking the questions: panes or languages have changed")
        return False

    def _take(self, system: str, reply: messages.Reply) -> None:
        if not self._wanted():
            return
        if isinstance(reply, messages.Failure):
            self.stop()
            self._screen.say(reply.whole, problem=True)
        elif isinstance(reply, messages.Rankings):
            self._rankings[system] = reply
            if not self.busy:
                self._put_in_order()
                self._go(1)

    def _put_in_order(self) -> None:
        base, *others = (self._rankings[system] for system in self._ranked_for.systems)
        self._order = least_similar_first(base, others, self.measure)
        self._at = -1

    def _go(self, by: int) -> None:
        at = self._at + by
        if not self._order:
            self._screen.say("no questions in this language", problem=True)
        elif 0 <= at < len(self._order):
            self._at = at
            question, similarity = self._order[at]
            base, *others = self._ranked_for.systems
            mean = "mean " if len(others) > 1 else ""
            place = f"question {at + 1:,} of {len(self._order):,}"
            told = f"{place} · {mean}{self.measure} {figure(similarity, 3)} against {base}"
            self._screen.run_question(question, told + self._trained())
        elif by > 0:
            self._screen.say("this is the last question: no other is answered more similarly", problem=True)
        else:
            self._screen.say("this is the first question: no other is answered less similarly", problem=True)

    def _trained(self) -> str:
        """Return which models were trained on some of these questions; empty for none."""
        names = [name for name, found in self._rankings.items() if found.trained_on]
        return f" · {MARK} trained on some of them: {', '.join(names)}" if names else ""
