"""`hybrid-tui explore`: what the person asked, which panes answer, and the engine behind them."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, ClassVar

from textual import events, work
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Footer, Input, Static, Tab, Tabs

from hybrid_tui import languages
from hybrid_tui.comparison.query import clean_query
from hybrid_tui.engine import protocol
from hybrid_tui.engine.client import EngineClient, EngineLost
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.render.bidi import EXPLICIT, IMPLICIT
from hybrid_tui.tui.widgets.hit_list import HitList
from hybrid_tui.tui.widgets.pane import Pane

MOST_PANES = 4
NARROWEST_PANE = 41
K = 20
AUTO = "auto"

Handler = Callable[[protocol.Reply], None]
MakeEngine = Callable[[Callable[[protocol.Reply | EngineLost], None]], EngineClient]


class ExploreApp(App[None]):
    """Side-by-side search: one query, several models, chosen languages.

    data: the collection to start with. models: one a pane. query: what to search first; by default the
    collection's first question, whose embedding is kept, so that it needs no model.
    """

    TITLE = "hybrid-tui"
    CSS_PATH = "styles/app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help"),
        Binding("f2", "questions", "Questions"),
        Binding("f3", "query_language", "Query in"),
        Binding("f4", "passage_languages", "Passages"),
        Binding("f5", "model", "Model"),
        Binding("f6", "collection", "Collection", show=False),
        Binding("f7", "add_pane", "Pane+"),
        Binding("f8", "close_pane", "Close pane", show=False),
        Binding("f9", "to_query", "Query", show=False),
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("ctrl+q", "quit", "Quit", priority=True),
    ]

    def __init__(
        self, data: str, models: list[str], query: str = "", make_engine: MakeEngine = EngineClient
    ) -> None:
        super().__init__()
        self._engine = make_engine(self._deliver)
        self._handlers: dict[int, Handler] = {}
        self._in_flight: set[int] = set()
        self._data = data
        self._models = models
        self._first_query = query
        self._question: protocol.Question | None = None
        self._width = 0
        self._catalog = protocol.Catalog(collections=(), models=())
        self._query_lang = AUTO
        self._langs: tuple[str, ...] = ()
        self._warmed: dict[str, str] = {}

    # --- the screen -----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Lay out query bar, panes and status."""
        with Horizontal(id="bar"):
            yield Input(
                self._first_query, "type a query in any language, then Enter", id="query", compact=True
            )
            yield Button(AUTO, id="query-lang", compact=True)
            yield Button("all", id="langs", compact=True)
            yield Button(Content(self._data), id="data", compact=True)
        yield Tabs(id="tabs")
        with Horizontal(id="panes"):
            for model in self._models[:MOST_PANES]:
                yield Pane(model)
        yield Static("starting the engine", id="status", markup=False)
        yield Footer(show_command_palette=False)

    async def on_mount(self) -> None:
        """Paint first, then start the engine."""
        self._label()
        await self._fill_tabs()
        self.query_one("#query").focus()
        self.call_after_refresh(self._start_engine)

    async def on_unmount(self) -> None:
        """Leave no engine behind."""
        await self._engine.close()

    @property
    def panes(self) -> list[Pane]:
        """The panes from left to right."""
        return list(self.query(Pane))

    @property
    def pane(self) -> Pane:
        """The pane that has the focus, or else the one in front, or the first."""
        focused = next((pane for pane in self.panes if pane.has_focus_within), None)
        in_front = next((pane for pane in self.panes if not pane.has_class("behind")), self.panes[0])
        return focused or in_front

    def say(self, text: str, *, problem: bool = False) -> None:
        """Show one line of status."""
        status = self.query_one("#status", Static)
        status.set_class(problem, "problem")
        status.update(Content(text))

    def on_resize(self, event: events.Resize) -> None:
        """Panes beside each other where they fit, else tabs."""
        self._width = event.size.width
        self._arrange()

    def _arrange(self) -> None:
        panes = self.panes
        narrow = len(panes) > 1 and self._width < NARROWEST_PANE * len(panes)
        self.screen_stack[0].set_class(narrow, "narrow")
        front = self.pane
        for pane in panes:
            pane.set_class(narrow and pane is not front, "behind")

    async def _fill_tabs(self) -> None:
        tabs = self.query_one(Tabs)
        front = self.panes.index(self.pane)
        await tabs.clear()
        for number, pane in enumerate(self.panes):
            await tabs.add_tab(Tab(Content(pane.model), id=f"pane-{number}"))
        tabs.active = f"pane-{front}"
        self._arrange()

    def _label(self) -> None:
        codes = self._languages
        asked = "auto" if self._query_lang == AUTO else self._query_lang
        passages = (
            ",".join(self._langs) if 0 < len(self._langs) <= 3 else str(len(self._langs or codes) or "all")
        )
        self.query_one("#query-lang", Button).label = Content(f"query: {asked}")
        self.query_one("#langs", Button).label = Content(f"passages: {passages}")
        self.query_one("#data", Button).label = Content(self._data)

    @property
    def _languages(self) -> tuple[str, ...]:
        found = (
            each.languages for each in self._catalog.collections if each.name == self._data.partition(":")[0]
        )
        return next(found, ())

    # --- the engine -----------------------------------------------------------------------------------

    @work(exclusive=True, group="engine")
    async def _start_engine(self) -> None:
        self._handlers.clear()
        self._in_flight.clear()
        self._warmed.clear()
        await self._engine.start()
        self.ask(protocol.ListCatalog(), self._take_catalog)

    def ask(self, request: protocol.Request, handler: Handler) -> int:
        """Send a request; `handler` gets every reply to it."""
        number = self._engine.send(request)
        self._handlers[number] = handler
        self._in_flight.add(number)
        return number

    def _deliver(self, reply: protocol.Reply | EngineLost) -> None:
        if isinstance(reply, EngineLost):
            self._lost(reply)
            return
        handler = self._handlers.get(reply.id)
        if not isinstance(reply, protocol.Progress):
            self._handlers.pop(reply.id, None)
            self._in_flight.discard(reply.id)
        if handler:
            handler(reply)

    def _lost(self, lost: EngineLost) -> None:
        from hybrid_tui.tui.screens.notice import Lost

        self._handlers.clear()
        self._in_flight.clear()
        for pane in self.panes:
            if pane.busy:
                pane.say("✗ the engine has stopped", "F9, then Enter starts it again", error=True)
        self.say("the engine has stopped", problem=True)

        def answered(again: bool | None) -> None:
            if again:
                self.say("starting the engine")
                self._start_engine()

        self.push_screen(Lost(lost), answered)

    def _take_catalog(self, reply: protocol.Reply) -> None:
        if isinstance(reply, protocol.Failure):
            self.say(f"{reply.message} {reply.hint}", problem=True)
        if not isinstance(reply, protocol.Catalog):
            return
        self._catalog = reply
        self._label()
        self.say("ready")
        if self._question or self.query_one("#query", Input).value.strip():
            self.action_search()
        else:
            self._first_question()

    def _first_question(self) -> None:
        codes = self._languages
        lang = "en" if "en" in codes or not codes else codes[0]
        self.ask(protocol.ListQuestions(data=self._data, lang=lang, limit=1), self._take_first)

    def _take_first(self, reply: protocol.Reply) -> None:
        if isinstance(reply, protocol.Failure):
            for pane in self.panes:
                pane.say(f"✗ {reply.message}", reply.hint, error=True)
        elif isinstance(reply, protocol.Questions) and reply.questions:
            self.run_question(reply.questions[0])

    # --- searching ------------------------------------------------------------------------------------

    def run_question(self, question: protocol.Question) -> None:
        """Search for one of the collection's own questions."""
        field = self.query_one("#query", Input)
        with self.prevent(Input.Changed):
            field.value = question.text
        self._question = question
        self.action_search()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is edited by hand is no longer the collection's question."""
        if event.input.id == "query" and self._question and event.value != self._question.text:
            self._question = None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search."""
        if event.input.id == "query":
            self.action_search()

    def action_search(self) -> None:
        """Ask every pane's model for the query."""
        for pane in self.panes:
            self._search(pane)

    def _search(self, pane: Pane) -> None:
        try:
            query = clean_query(self.query_one("#query", Input).value)
        except UsageError as error:
            self.say(f"{error}: {error.hint}", problem=True)
            return
        self._cancel(pane)
        question = self._question
        request = protocol.Search(
            data=self._data,
            model=pane.model,
            query=query,
            query_id=question.query_id if question else "",
            query_lang=question.lang if question else self._query_lang,
            langs=self._langs,
            k=K,
        )
        pane.wait(self.ask(request, lambda reply: self._found(pane, reply)))

    def _found(self, pane: Pane, reply: protocol.Reply) -> None:
        if not pane.is_attached:
            return
        pane.take(reply)
        if isinstance(reply, protocol.Found):
            self._tell(reply)
            self._warm(pane.model)

    def _tell(self, reply: protocol.Found) -> None:
        ranking = reply.ranking
        kind = "question" if self._question else "query"
        language = languages.language(ranking.query_lang).english
        pool = f"{ranking.pool:,} passages in {len(ranking.langs)} languages"
        self.say(f"{kind} in {language} · {pool}{self._pending}")

    @property
    def _pending(self) -> str:
        loading = [model for model, state in self._warmed.items() if state == "loading"]
        return f" · {', '.join(loading)} loading for typed queries" if loading else ""

    def _warm(self, model: str) -> None:
        """Load the model in the background, once there is something to read on screen."""
        if model in self._warmed:
            return
        self._warmed[model] = "loading"

        def told(reply: protocol.Reply) -> None:
            if isinstance(reply, protocol.Done):
                self._warmed[model] = "ready"
                self.say("models ready" if not self._pending else f"{model} ready{self._pending}")
            elif isinstance(reply, protocol.Failure):
                self._warmed.pop(model, None)
                self.say(f"{model}: {reply.message}", problem=True)

        self.ask(protocol.Warm(data=self._data, model=model), told)

    def _cancel(self, pane: Pane) -> None:
        if pane.request in self._in_flight:
            self._engine.send(protocol.Cancel(target=pane.request))

    def action_cancel(self) -> None:
        """Stop what runs."""
        for pane in self.panes:
            self._cancel(pane)

    # --- choosing -------------------------------------------------------------------------------------

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The buttons of the bar are the keys F3, F4 and F6."""
        actions = {
            "query-lang": self.action_query_language,
            "langs": self.action_passage_languages,
            "data": self.action_collection,
        }
        actions[str(event.button.id)]()

    def action_help(self) -> None:
        """Show the keys."""
        from hybrid_tui.tui.screens.notice import Help

        self.push_screen(Help())

    def action_questions(self) -> None:
        """Browse the collection's own questions."""
        from hybrid_tui.tui.screens.questions import QuestionBrowser

        if not (codes := self._languages):
            self.say("the engine is still starting", problem=True)
            return
        lang = self._query_lang if self._query_lang in codes else "en" if "en" in codes else codes[0]
        if self._question and self._question.lang in codes:
            lang = self._question.lang
        browser = QuestionBrowser(self.ask, self._data, codes, lang)
        self.push_screen(browser, lambda question: self.run_question(question) if question else None)

    def action_query_language(self) -> None:
        """Tell the query's language, or have it detected."""
        from hybrid_tui.tui.screens.pick import Choice, PickOne, language_choice

        def chosen(code: str | None) -> None:
            if code:
                self._query_lang = code
                self._label()

        choices = [Choice(AUTO, AUTO, "detected from the text"), *map(language_choice, self._languages)]
        self.push_screen(PickOne("Query language", choices, self._query_lang), chosen)

    def action_passage_languages(self) -> None:
        """Choose the languages of the passages."""
        from hybrid_tui.tui.screens.pick import PickLanguages

        self.push_screen(PickLanguages(self._languages, self._langs), self._set_langs)

    def _set_langs(self, codes: tuple[str, ...] | None) -> None:
        if codes is not None and codes != self._langs:
            self._langs = codes
            self._label()
            self.action_search()

    def action_model(self) -> None:
        """Choose the model of the pane in focus."""
        pane = self.pane
        self._pick_model(pane.model, partial(self._set_model, pane))

    def on_pane_model_wanted(self, event: Pane.ModelWanted) -> None:
        """Choose the model of the pane whose header was clicked."""
        pane = event.pane
        self._pick_model(pane.model, partial(self._set_model, pane))

    def action_add_pane(self) -> None:
        """Open another pane, up to four."""
        if len(self.panes) >= MOST_PANES:
            self.say(f"{MOST_PANES} panes are the most: F8 closes one", problem=True)
            return
        self._pick_model("", self._add_pane)

    async def action_close_pane(self) -> None:
        """Close the pane in focus; the last one stays."""
        if len(self.panes) == 1:
            self.say("the last pane stays: F5 changes its model", problem=True)
            return
        self._cancel(self.pane)
        await self.pane.remove()
        self.panes[0].hits.focus()
        await self._fill_tabs()

    def action_collection(self) -> None:
        """Choose another collection."""
        from hybrid_tui.tui.screens.pick import Choice, PickOne

        choices = [
            Choice(info.name, info.name, f"{info.passages:,} passages, {len(info.languages)} languages")
            for info in self._catalog.collections
        ]
        self.push_screen(PickOne("Collection", choices, self._data), self._set_collection)

    def _set_collection(self, name: str | None) -> None:
        if name and name != self._data:
            self._data = name
            self._question = None
            self._langs = ()
            self._warmed.clear()
            self._label()
            self._first_question()

    def _pick_model(self, current: str, then: Callable[[str], Awaitable[None]]) -> None:
        from hybrid_tui.tui.screens.pick import Choice, PickOne

        choices = [
            Choice(info.name, info.name, info.summary if info.available else f"needs {info.note}")
            for info in self._catalog.models
        ]

        async def chosen(name: str | None) -> None:
            if name:
                await then(name)

        self.push_screen(PickOne("Model", choices, current), chosen)

    async def _set_model(self, pane: Pane, model: str) -> None:
        self._cancel(pane)
        pane.model = model
        self._search(pane)
        await self._fill_tabs()

    async def _add_pane(self, model: str) -> None:
        pane = Pane(model)
        await self.query_one("#panes").mount(pane)
        await self._fill_tabs()
        self._search(pane)

    # --- moving ---------------------------------------------------------------------------------------

    def action_to_query(self) -> None:
        """Go back to the query."""
        self.query_one("#query").focus()

    def action_focus_pane(self, by: int) -> None:
        """Go to the next pane to the left (-1) or right (1)."""
        panes = self.panes
        self._bring_forward(panes[(panes.index(self.pane) + by) % len(panes)])

    def on_tabs_tab_activated(self, event: Tabs.TabActivated) -> None:
        """Bring the pane of a tab forward."""
        number = int(str(event.tab.id).removeprefix("pane-"))
        if number < len(self.panes):
            for pane in self.panes:
                pane.set_class(
                    self.screen_stack[0].has_class("narrow") and pane is not self.panes[number], "behind"
                )

    def _bring_forward(self, pane: Pane) -> None:
        pane.remove_class("behind")
        self.query_one(Tabs).active = f"pane-{self.panes.index(pane)}"
        pane.hits.focus()

    def on_hit_list_opened(self, event: HitList.Opened) -> None:
        """Show a passage whole."""
        from hybrid_tui.tui.screens.passage import PassageView

        self.push_screen(PassageView(event.hit, self.pane.model))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action, model and collection by name, for the palette."""
        yield from super().get_system_commands(screen)
        for binding in self._bindings.shown_keys:
            yield SystemCommand(
                binding.description, f"key {binding.key}", partial(self.run_action, binding.action)
            )
        for model in self._catalog.models:
            yield SystemCommand(
                f"Model {model.name}", model.summary, partial(self._set_model, self.pane, model.name)
            )
        for collection in self._catalog.collections:
            summary = f"{collection.passages:,} passages"
            yield SystemCommand(
                f"Collection {collection.name}", summary, partial(self._set_collection, collection.name)
            )
        for code in self._languages:
            name = languages.language(code).english
            yield SystemCommand(f"Passages in {name}", code, partial(self._set_langs, (code,)))


def run(data: str, models: list[str], query: str = "") -> int:
    """Run the app until it is left; returns its exit code.

    The terminal is told not to reorder right-to-left text, which the app does itself.
    """
    app = ExploreApp(data, models, query)
    sys.stdout.write(EXPLICIT)
    try:
        app.run()
    finally:
        sys.stdout.write(IMPLICIT)
        sys.stdout.flush()
    return app.return_code or 0
