"""Asking every pane's model, and taking the answers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual import work
from textual.screen import Screen
from textual.widgets import Input

from hybrid_tui.engine import messages
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.render.hits import language_name
from hybrid_tui.tui.search.preloading import Preloader
from hybrid_tui.tui.search.search_request import AUTO, SearchRequest
from hybrid_tui.tui.widgets.pane import Pane
from hybrid_tui.tui.widgets.panes import PaneRow
from hybrid_tui.tui.widgets.query_bar import QueryBar
from hybrid_tui.tui.widgets.status import StatusLine

TICK_SECONDS = 0.5
TOGETHER_SECONDS = 0.04
"""Answers that come within this are drawn together: drawing the whole screen once is quicker than twice."""


class Asking(Screen[None]):
    """The part of the search screen that talks to the engine."""

    def __init__(self, link: EngineLink, asked: SearchRequest) -> None:
        super().__init__()
        self.link = link
        self.asked = asked
        self.catalog = messages.Catalog(collections=(), models=())
        self._warmer = Preloader(link, self._tell_models)
        self._answers: dict[Pane, messages.Found] = {}
        self._note = ""

    def on_mount(self) -> None:
        """Paint first, then start the engine."""
        self.label()
        self.set_interval(TICK_SECONDS, self._tell_models)
        self.call_after_refresh(self.start_engine)

    @property
    def row(self) -> PaneRow:
        """The panes."""
        return self.query_one(PaneRow)

    @property
    def languages(self) -> tuple[str, ...]:
        """The collection's languages; empty while they are not known."""
        name = self.asked.data.partition(":")[0]
        return next((info.languages for info in self.catalog.collections if info.name == name), ())

    def say(self, text: str, *, problem: bool = False) -> None:
        """Show one line of status."""
        for line in self.query(StatusLine):
            line.say(text, problem=problem)

    def label(self) -> None:
        """Show what is asked beside the query."""
        self.query_one(QueryBar).show(self.asked, len(self.languages))

    def _tell_models(self) -> None:
        # None is left when the clock ticks while the app ends.
        for line in self.query(StatusLine):
            line.tell(self._warmer.words({pane.model.partition("+")[0] for pane in self.query(Pane)}))

    # --- the engine -----------------------------------------------------------------------------------

    @work(exclusive=True, group="engine")
    async def start_engine(self) -> None:
        """Start the engine, or start it again, and repeat the last search."""
        self._warmer.forget()
        self.say("starting the engine")
        await self.link.start()
        self.link.ask(messages.ListCatalog(), self._take_catalog)

    def engine_lost(self) -> None:
        """Tell that the engine has stopped; the next search starts it again."""
        self.link.forget()
        self._warmer.forget()
        self._tell_models()
        for pane in self.row.panes:
            if pane.busy:
                pane.say(
                    "✗ the engine has stopped", "press Enter in the query to start it again", failed=True
                )
        self.compare()
        self.say("the engine has stopped", problem=True)

    def _take_catalog(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self._fail(reply)
        elif isinstance(reply, messages.Catalog):
            self.catalog = reply
            self.label()
            self.say("ready")
            if self.asked.text:
                self.search(self._note)
            else:
                self.first_question()

    def first_question(self) -> None:
        """Ask the first question of the collection; start the engine first where none runs."""
        if not self.link.engine.alive:
            self.start_engine()
            return
        codes = self.languages
        lang = "en" if "en" in codes or not codes else codes[0]
        for pane in self.row.panes:
            pane.say(f"opening {self.asked.data}")
        request = messages.ListQuestions(data=self.asked.data, lang=lang, limit=1)
        self.link.ask(request, partial(self._take_first, self.asked.data))

    def _take_first(self, data: str, reply: messages.Reply) -> None:
        if data != self.asked.data or self.asked.text:
            return
        if isinstance(reply, messages.Failure):
            self._fail(reply)
        elif isinstance(reply, messages.Questions) and reply.questions:
            self.run_question(reply.questions[0], self._note)
        elif isinstance(reply, messages.Questions):
            for pane in self.row.panes:
                pane.say("", "type a query and press Enter")

    def _fail(self, failure: messages.Failure) -> None:
        for pane in self.row.panes:
            pane.say(f"✗ {failure.message}", failure.hint, failed=True)

    # --- searching ------------------------------------------------------------------------------------

    def run_question(self, question: messages.Question | None, note: str = "") -> None:
        """Search for one of the collection's own questions; for none do nothing.

        note: what the status says of it instead of its language and the pool.
        """
        if question:
            self.restore(replace(self.asked, text=question.text, question=question), note)

    def restore(self, asked: SearchRequest, note: str = "") -> None:
        """Search for something, with all that belongs to it."""
        field = self.query_one(QueryBar).field
        field.value = asked.text
        field.select_from_start()
        self.asked = replace(asked, text=field.value)
        self.label()
        self.search(note)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search for what was typed; what differs from the collection's question is none any more."""
        if event.value != self.asked.text:
            self.asked = replace(self.asked, text=event.value, question=None)
        self.search()

    def search(self, note: str = "") -> None:
        """Ask every pane's model; `note` is what the status says then."""
        self._note = note
        try:
            self.asked.of("")
        except UsageError as error:
            self.say(error.whole, problem=True)
            return
        if not self.link.engine.alive:
            self.start_engine()
            return
        for pane in self.row.panes:
            self._ask(pane)

    def ask(self, pane: Pane) -> None:
        """Ask the model that a pane has now; start the engine first where none runs, which asks all."""
        self._note = ""
        if self.link.engine.alive:
            self._ask(pane)
        else:
            self.start_engine()

    def _ask(self, pane: Pane) -> None:
        self.link.cancel(pane.request)
        try:
            request = self.asked.of(pane.model)
        except UsageError:
            pane.say("", "type a query and press Enter")
            return
        names = {info.name: info.sampler for info in self.catalog.models}
        pane.sampler = names.get(pane.model.partition("+")[0], "")
        pane.wait(self.link.ask(request, partial(self._take, pane)))

    def _take(self, pane: Pane, reply: messages.Reply) -> None:
        if not isinstance(reply, messages.Found):
            self._show(pane, reply)
            if isinstance(reply, messages.Failure):
                self.compare()
            return
        if not self._answers:
            self.set_timer(TOGETHER_SECONDS, self._show_answers)
        self._answers[pane] = reply
        if all(each in self._answers for each in self.row.panes if each.busy):
            self._show_answers()

    def _show_answers(self) -> None:
        answers, self._answers = self._answers, {}
        if not self.query(PaneRow):
            return
        for pane, reply in answers.items():
            self._show(pane, reply)
        self.compare()

    def compare(self) -> None:
        """Draw what the panes have found, each against the others."""

    def renew(self) -> None:
        """Forget what was found out of models and collections: others may have their names."""

    def _show(self, pane: Pane, reply: messages.Reply) -> None:
        if not pane.is_attached or reply.id != pane.request:
            return
        pane.take(reply)
        if isinstance(reply, messages.Found):
            ranking = reply.ranking
            kind = "question" if self.asked.question else "query"
            told = self.asked.question or self.asked.query_lang != AUTO
            language = language_name(ranking.query_lang) + ("" if told else " (detected)")
            langs = ranking.langs
            among = f"{len(langs)} languages" if len(langs) > 1 else language_name(langs[0])
            pool = f"{ranking.pool:,} passages in {among}"
            self.say(self._note or f"{kind} in {language} · {pool}")
            # Only now, so that the first answer does not wait for a model that it does not need.
            self._warmer.warm(self.asked.data, pane.model.partition("+")[0])

    def action_cancel(self) -> None:
        """Stop what runs; where nothing does, go back to the query."""
        busy = [pane for pane in self.row.panes if pane.busy]
        for pane in busy:
            self.link.cancel(pane.request)
            pane.say_cancelled()
        if busy:
            self.compare()
        else:
            self.set_focus(self.query_one(QueryBar).field)
