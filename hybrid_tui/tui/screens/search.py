"""The first screen: one query, several models side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Input

from hybrid_tui.engine import protocol
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.asked import AUTO, CORRECTIONS, NO_CORRECTION, Asked
from hybrid_tui.tui.link import Link
from hybrid_tui.tui.render.hits import language_name
from hybrid_tui.tui.warm import Warmer
from hybrid_tui.tui.widgets.hit_list import HitList
from hybrid_tui.tui.widgets.pane import Pane
from hybrid_tui.tui.widgets.panes import MOST, PaneRow
from hybrid_tui.tui.widgets.query_bar import QueryBar
from hybrid_tui.tui.widgets.status import StatusLine

TICK_SECONDS = 0.5
TOGETHER_SECONDS = 0.04
"""Answers that come within this are drawn together: drawing the whole screen once is quicker than twice."""


def _key(key: str, action: str, description: str, *, show: bool = True) -> Binding:
    return Binding(key, action, description, show=show, key_display=key.upper())


class SearchScreen(Screen[None]):
    """Asks every pane's model for the query, and lets one choose query, languages, models, collection."""

    AUTO_FOCUS = "#query"
    BINDINGS: ClassVar[list[BindingType]] = [
        _key("f1", "help", "Help"),
        _key("f2", "questions", "Questions"),
        _key("f3", "query_language", "Query in"),
        _key("f4", "passage_languages", "Passages"),
        _key("f5", "model", "Model"),
        _key("f6", "collection", "Collection", show=False),
        _key("f7", "add_pane", "Add pane", show=False),
        _key("f8", "close_pane", "Close pane", show=False),
        _key("f9", "bias", "Bias"),
        Binding("ctrl+r", "correction", "Correction", key_display="^R", show=False),
        Binding("escape", "cancel", "Cancel what runs, or back to the query", show=False),
        Binding("down", "into_panes", "To the passages", show=False),
    ]

    def __init__(self, link: Link, data: str, models: list[str], query: str = "") -> None:
        super().__init__()
        self._link = link
        self._models = models
        self._asked = Asked(data, query)
        self._warmer = Warmer(link, self._tell_models)
        self._answers: dict[Pane, protocol.Found] = {}
        self.catalog = protocol.Catalog(collections=(), models=())

    def compose(self) -> ComposeResult:
        """Lay out query, panes, status and keys."""
        yield QueryBar(self._asked.text)
        yield PaneRow(self._models)
        yield StatusLine()
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Paint first, then start the engine."""
        self._label()
        self.set_interval(TICK_SECONDS, self._tell_models)
        self.call_after_refresh(self.start_engine)

    @property
    def row(self) -> PaneRow:
        """The panes."""
        return self.query_one(PaneRow)

    @property
    def languages(self) -> tuple[str, ...]:
        """The collection's languages; empty while they are not known."""
        name = self._asked.data.partition(":")[0]
        return next((info.languages for info in self.catalog.collections if info.name == name), ())

    def say(self, text: str, *, problem: bool = False) -> None:
        """Show one line of status."""
        self.query_one(StatusLine).say(text, problem=problem)

    def _label(self) -> None:
        self.query_one(QueryBar).show(self._asked, len(self.languages))

    def _tell_models(self) -> None:
        self.query_one(StatusLine).tell(str(self._warmer))

    # --- the engine -----------------------------------------------------------------------------------

    @work(exclusive=True, group="engine")
    async def start_engine(self) -> None:
        """Start the engine, or start it again, and repeat the last search."""
        self._link.forget()
        self._warmer.forget()
        self.say("starting the engine")
        await self._link.engine.start()
        self._link.ask(protocol.ListCatalog(), self._take_catalog)

    def engine_lost(self) -> None:
        """Tell that the engine has stopped; the next search starts it again."""
        self._link.forget()
        self._warmer.forget()
        self._tell_models()
        for pane in self.row.panes:
            if pane.busy:
                pane.say(
                    "✗ the engine has stopped", "press Enter in the query to start it again", failed=True
                )
        self.say("the engine has stopped", problem=True)

    def _take_catalog(self, reply: protocol.Reply) -> None:
        if isinstance(reply, protocol.Failure):
            self._fail(reply)
        elif isinstance(reply, protocol.Catalog):
            self.catalog = reply
            self._label()
            self.say("ready")
            if self._asked.text:
                self._search()
            else:
                self._first_question()

    def _first_question(self) -> None:
        codes = self.languages
        lang = "en" if "en" in codes or not codes else codes[0]
        for pane in self.row.panes:
            pane.say(f"opening {self._asked.data}")
        request = protocol.ListQuestions(data=self._asked.data, lang=lang, limit=1)
        self._link.ask(request, partial(self._take_first, self._asked.data))

    def _take_first(self, data: str, reply: protocol.Reply) -> None:
        if data != self._asked.data or self._asked.text:
            return
        if isinstance(reply, protocol.Failure):
            self._fail(reply)
        elif isinstance(reply, protocol.Questions) and reply.questions:
            self.run_question(reply.questions[0])
        elif isinstance(reply, protocol.Questions):
            for pane in self.row.panes:
                pane.say("", "type a query and press Enter")

    def _fail(self, failure: protocol.Failure) -> None:
        for pane in self.row.panes:
            pane.say(f"✗ {failure.message}", failure.hint, failed=True)

    # --- searching ------------------------------------------------------------------------------------

    def run_question(self, question: protocol.Question | None) -> None:
        """Search for one of the collection's own questions; for none do nothing."""
        if question:
            field = self.query_one(QueryBar).field
            field.value = question.text
            field.select_all()
            self._asked = replace(self._asked, text=field.value, question=question)
            self._search()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search for what was typed; what differs from the collection's question is none any more."""
        if event.value != self._asked.text:
            self._asked = replace(self._asked, text=event.value, question=None)
        self._search()

    def _search(self) -> None:
        try:
            self._asked.of("")
        except UsageError as error:
            self.say(f"{error}: {error.hint}", problem=True)
            return
        if not self._link.engine.alive:
            self.start_engine()
            return
        for pane in self.row.panes:
            self._ask(pane)

    def _ask(self, pane: Pane) -> None:
        self._link.cancel(pane.request)
        try:
            request = self._asked.of(pane.model)
        except UsageError:
            pane.say("", "type a query and press Enter")
            return
        pane.wait(self._link.ask(request, partial(self._take, pane)))

    def _take(self, pane: Pane, reply: protocol.Reply) -> None:
        if not isinstance(reply, protocol.Found):
            self._show(pane, reply)
            return
        if not self._answers:
            self.set_timer(TOGETHER_SECONDS, self._show_answers)
        self._answers[pane] = reply
        if all(each in self._answers for each in self.row.panes if each.busy):
            self._show_answers()

    def _show_answers(self) -> None:
        answers, self._answers = self._answers, {}
        for pane, reply in answers.items():
            self._show(pane, reply)

    def _show(self, pane: Pane, reply: protocol.Reply) -> None:
        if not pane.is_attached or reply.id != pane.request:
            return
        pane.take(reply)
        if isinstance(reply, protocol.Found):
            ranking = reply.ranking
            kind = "question" if self._asked.question else "query"
            told = self._asked.question or self._asked.query_lang != AUTO
            language = language_name(ranking.query_lang) + ("" if told else " (detected)")
            self.say(f"{kind} in {language} · {ranking.pool:,} passages in {len(ranking.langs)} languages")
            # Only now, so that the first answer does not wait for a model that it does not need.
            self._warmer.warm(self._asked.data, pane.model.partition("+")[0])

    def action_cancel(self) -> None:
        """Stop what runs; where nothing does, go back to the query."""
        busy = [pane for pane in self.row.panes if pane.busy]
        for pane in busy:
            self._link.cancel(pane.request)
            pane.say_cancelled()
        if not busy:
            self.query_one(QueryBar).field.focus()

    # --- choosing -------------------------------------------------------------------------------------

    def action_help(self) -> None:
        """Show the keys."""
        from hybrid_tui.tui.screens.help import Help

        self.app.push_screen(Help())

    def action_questions(self) -> None:
        """Browse the collection's own questions."""
        from hybrid_tui.tui.screens.questions import QuestionBrowser

        codes = self.languages
        if not codes:
            self.say("the collection is not open yet", problem=True)
            return
        asked = self._asked
        wishes = (asked.question.lang if asked.question else "", asked.query_lang, "en", codes[0])
        lang = next(code for code in wishes if code in codes)
        self.app.push_screen(QuestionBrowser(self._link, asked.data, codes, lang), self.run_question)

    def action_query_language(self) -> None:
        """Tell the language of typed queries, or have it detected."""
        from hybrid_tui.tui.screens.pick import Choice, PickOne, language_choice

        choices = [Choice(AUTO, AUTO, "detected from the text"), *map(language_choice, self.languages)]
        screen = PickOne("Language of typed queries", choices, self._asked.query_lang)
        self.app.push_screen(screen, self.set_query_language)

    def set_query_language(self, code: str | None) -> None:
        """Take typed queries to be in a language, or "auto"; None changes nothing."""
        if code and code != self._asked.query_lang:
            self._asked = replace(self._asked, query_lang=code)
            self._label()
            if self._asked.text and not self._asked.question:
                self._search()

    def action_passage_languages(self) -> None:
        """Choose the languages of the passages."""
        from hybrid_tui.tui.screens.pick_many import PickMany

        screen = PickMany("Passage languages", self.languages, self._asked.langs)
        self.app.push_screen(screen, self.set_passage_languages)

    def set_passage_languages(self, codes: tuple[str, ...] | None) -> None:
        """Search in some languages only, or with () in all; None changes nothing."""
        if codes is not None and codes != self._asked.langs:
            self._asked = replace(self._asked, langs=codes)
            self._label()
            self._search()

    def action_collection(self) -> None:
        """Choose another collection."""
        from hybrid_tui.tui.screens.pick import Choice, PickOne

        choices = [
            Choice(info.name, info.name, f"{info.passages:,} passages, {len(info.languages)} languages")
            for info in self.catalog.collections
        ]
        self.app.push_screen(PickOne("Collection", choices, self._asked.data), self.set_collection)

    def set_collection(self, name: str | None) -> None:
        """Open another collection with its first question; None changes nothing."""
        if name and name != self._asked.data:
            self._asked = Asked(name, query_lang=self._asked.query_lang)
            self.query_one(QueryBar).field.value = ""
            for pane in self.row.panes:
                self._link.cancel(pane.request)
            self._label()
            self._first_question()

    # --- panes ----------------------------------------------------------------------------------------

    def action_model(self) -> None:
        """Choose the model of the pane in front."""
        model, plus, correction = self.row.front.model.partition("+")
        self._pick_model(model, lambda name: self.set_model(name + plus + correction))

    def on_pane_model_wanted(self, event: Pane.ModelWanted) -> None:
        """Choose the model of the pane whose name was clicked."""
        self.row.bring_forward(event.pane)
        self.action_model()

    def action_add_pane(self) -> None:
        """Open another pane, up to four."""
        if len(self.row.panes) < MOST:
            self._pick_model("", self._add_pane)
        else:
            self.say(f"{MOST} panes are the most: F8 closes one", problem=True)

    async def action_close_pane(self) -> None:
        """Close the pane in front; the last one stays."""
        if len(self.row.panes) > 1:
            self._link.cancel(self.row.front.request)
            await self.row.close_front()
        else:
            self.say("the last pane stays: F5 changes its model", problem=True)

    def _pick_model(self, current: str, then: Callable[[str], Awaitable[None]]) -> None:
        from hybrid_tui.tui.screens.pick import Choice, PickOne

        choices = [
            Choice(info.name, info.name, info.summary if info.available else f"needs {info.note}")
            for info in self.catalog.models
        ]

        async def chosen(name: str | None) -> None:
            if name:
                await then(name)

        self.app.push_screen(PickOne("Model", choices, current), chosen)

    async def set_model(self, model: str) -> None:
        """Ask another model in the pane in front."""
        self.row.front.model = model
        self._ask(self.row.front)

    def action_correction(self) -> None:
        """Choose what is done to the embeddings of the pane in front."""
        from hybrid_tui.tui.screens.pick import Choice, PickOne

        model, _, current = self.row.front.model.partition("+")

        async def chosen(correction: str | None) -> None:
            if correction:
                await self.set_model(model if correction == NO_CORRECTION else f"{model}+{correction}")

        choices = [Choice(name, name, note) for name, note in CORRECTIONS.items()]
        self.app.push_screen(PickOne(f"Correction of {model}", choices, current or NO_CORRECTION), chosen)

    def action_bias(self) -> None:
        """Show heatmaps of the first two systems by pair of languages."""
        from hybrid_tui.tui.screens.bias import BiasScreen

        if not self._link.engine.alive:
            self.say("the engine is not running: press Enter in the query to start it", problem=True)
            return
        systems = list(dict.fromkeys(pane.model for pane in self.row.panes))
        models = dict.fromkeys([*(info.name for info in self.catalog.models if info.available), *systems])
        choices = [
            name if correction == NO_CORRECTION else f"{name}+{correction}"
            for name in models
            for correction in (CORRECTIONS if "+" not in name else [NO_CORRECTION])
        ]
        self.app.push_screen(BiasScreen(self._link, self._asked.data, systems, list(dict.fromkeys(choices))))

    async def _add_pane(self, model: str) -> None:
        self._ask(await self.row.add(model))

    # --- moving ---------------------------------------------------------------------------------------

    def action_next_pane(self, by: int) -> None:
        """Go to the next pane to the left (-1) or right (1)."""
        self.row.go(by)

    def action_front_pane(self, at: int) -> None:
        """Bring a pane forward by its place, from 0."""
        self.row.bring_forward(self.row.panes[at])

    def action_into_panes(self) -> None:
        """Go from the query to the passages."""
        self.row.front.take_focus()

    def on_hit_list_opened(self, event: HitList.Opened) -> None:
        """Show a passage whole."""
        from hybrid_tui.tui.screens.passage import PassageView

        self.app.push_screen(PassageView(event.hit, self.row.front.model))
