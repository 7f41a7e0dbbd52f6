"""Going through the collection's questions, those first that the panes answer most differently."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from hybrid_tui.comparison.number_format import figure
from hybrid_tui.engine import messages
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.pending import Pending
from hybrid_tui.tui.search.asking import Asking
from hybrid_tui.tui.search.disagreement_order import MEASURES, QuestionDisagreement, furthest_apart
from hybrid_tui.tui.search.search_request import NO_CORRECTION, K, SearchRequest

LIMIT = 2000
"""Questions that are ranked, the collection's first."""


class _Scope(NamedTuple):
    """What was ranked: the questions of `lang`, over passages of `langs`, by each system, the base first."""

    data: str
    lang: str
    langs: tuple[str, ...]
    systems: tuple[str, ...]


_NOTHING = _Scope("", "", (), ())


class Disagreement(Asking):
    """The part of the search screen that has all questions ranked in the background and goes through them."""

    def __init__(self, link: EngineLink, asked: SearchRequest) -> None:
        super().__init__(link, asked)
        self._measure = next(iter(MEASURES))
        self._ranked_for = _NOTHING
        self._rankings: dict[str, messages.Rankings] = {}
        self._ranking: dict[str, int] = {}
        self._order: list[QuestionDisagreement] = []
        self._at = -1

    @property
    def _scope(self) -> _Scope:
        """What is on screen."""
        asked = self.asked
        wishes = (asked.question.lang if asked.question else asked.query_lang, "en", *self.languages)
        lang = next((code for code in wishes if code in self.languages), "")
        systems = tuple(dict.fromkeys(pane.model for pane in self.row.panes))
        return _Scope(asked.data, lang, asked.langs, systems)

    def action_apart(self, by: int) -> None:
        """Go to the next question (1) or the one before (-1) in the order of disagreement."""
        wanted = self._scope
        if len(wanted.systems) < 2:
            words = "{search.add_pane} adds a pane, {search.model} changes its model"
            self.say(f"one model agrees with itself: {fill_keys(self, words)}", problem=True)
        elif not wanted.lang or not self.link.engine.alive:
            self.say("the collection is not open yet", problem=True)
        elif wanted != self._ranked_for:
            self._stop_ranking()
            self._ranked_for = wanted
            self._rank_all(wanted)
        elif self._ranking:
            self.say(fill_keys(self, "still ranking the questions: {search.cancel} cancels"))
        else:
            self._go(by)

    def action_measure(self) -> None:
        """Choose by what the questions are ordered."""
        from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne

        choices = [Choice(measure.name, measure.name, measure.note) for measure in MEASURES.values()]
        screen = PickOne("Order questions by the lowest", choices, self._measure)
        self.app.push_screen(screen, self._set_measure)

    def _set_measure(self, name: str | None) -> None:
        if name and name != self._measure:
            self._measure = name
            if self._rankings and not self._ranking:
                self._put_in_order()
            self.say(fill_keys(self, f"questions by {name}: {{search.next_question}} goes to the first"))

    def action_cancel(self) -> None:
        """Stop ranking the questions; where that does not run, whatever else does."""
        if self._ranking:
            self._stop_ranking()
            self.say("cancelled")
        else:
            super().action_cancel()

    def engine_lost(self) -> None:
        """Give up the ranking of questions."""
        self._stop_ranking()
        super().engine_lost()

    def renew(self) -> None:
        """Have the questions ranked anew."""
        self._stop_ranking()
        super().renew()

    def _stop_ranking(self) -> None:
        for request in self._ranking.values():
            self.link.cancel(request)
        self._ranking.clear()
        self._rankings.clear()
        self._ranked_for = _NOTHING

    def _rank_all(self, scope: _Scope) -> None:
        self.say(fill_keys(self, "ranking the questions: {search.cancel} cancels"))
        for system in scope.systems:
            model, _, correction = system.partition("+")
            request = messages.RankQuestions(
                data=scope.data,
                model=model,
                correction=correction or NO_CORRECTION,
                lang=scope.lang,
                langs=scope.langs,
                k=K,
                limit=LIMIT,
            )
            take = partial(self._take_rankings, system, Pending("ranking questions"))
            self._ranking[system] = self.link.ask(request, take)

    def _take_rankings(self, system: str, under_way: Pending, reply: messages.Reply) -> None:
        if self._scope != self._ranked_for:
            self._stop_ranking()
            self.say("other panes or languages are on screen by now: the ranking of questions was stopped")
            return
        match reply:
            case messages.Progress():
                under_way.take(reply)
                self.say(f"{system}: {under_way} · {fill_keys(self, '{search.cancel} cancels')}")
            case messages.Failure():
                self._stop_ranking()
                self.say(reply.whole, problem=True)
            case messages.Rankings():
                self._ranking.pop(system, None)
                self._rankings[system] = reply
                if not self._ranking:
                    self._put_in_order()
                    self._go(1)
            case _:
                pass

    def _put_in_order(self) -> None:
        base, *others = (self._rankings[system] for system in self._ranked_for.systems)
        self._order = furthest_apart(base, others, self._measure)
        self._at = -1

    def _go(self, by: int) -> None:
        at = self._at + by
        if not self._order:
            self.say("no questions in this language", problem=True)
        elif 0 <= at < len(self._order):
            self._at = at
            apart = self._order[at]
            place = f"question {at + 1:,} of {len(self._order):,}"
            base, *others = self._ranked_for.systems
            mean = "mean " if len(others) > 1 else ""
            alike = f"{mean}{self._measure} {figure(apart.alike, 3)} against {base}"
            self.run_question(apart.question, f"{place} · {alike}")
        else:
            self.say("no question agrees more" if by > 0 else "no question agrees less", problem=True)
