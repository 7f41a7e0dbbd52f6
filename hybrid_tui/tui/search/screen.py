"""The first screen: one query, several models side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Input, Static

from hybrid_tui.comparison.ranking import Hit
from hybrid_tui.engine import messages
from hybrid_tui.errors import UsageError
from hybrid_tui.tui import session
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.keys import COMMANDS
from hybrid_tui.tui.memory import State
from hybrid_tui.tui.path_input import path_of
from hybrid_tui.tui.query_history import QueryHistory
from hybrid_tui.tui.render.hits import copied, language_name
from hybrid_tui.tui.search.comparison import Comparison
from hybrid_tui.tui.search.disagreement import DisagreementWalk, RankingScope
from hybrid_tui.tui.search.legend import SearchLegend
from hybrid_tui.tui.search.opening import Opening
from hybrid_tui.tui.search.pane_searches import STOPPED, PaneSearches
from hybrid_tui.tui.search.pin import Pin
from hybrid_tui.tui.search.preloading import Preloader
from hybrid_tui.tui.search.query_form import QueryForm, lacking
from hybrid_tui.tui.search_request import NO_CATALOG, SearchRequest, languages_of, run_on
from hybrid_tui.tui.session import Session
from hybrid_tui.tui.system_parts import Parts
from hybrid_tui.tui.widgets.form_bar import FormBar
from hybrid_tui.tui.widgets.hit_list import HitList
from hybrid_tui.tui.widgets.job_line import JobLine
from hybrid_tui.tui.widgets.key_line import KeyLine
from hybrid_tui.tui.widgets.pane import Notice, Pane
from hybrid_tui.tui.widgets.panes import MOST, PaneRow
from hybrid_tui.tui.widgets.query_bar import QueryBar
from hybrid_tui.tui.widgets.status import StatusLine

TICK_SECONDS = 0.5


class SearchScreen(Screen[None]):
    """Asks every pane's model for the query and compares their rankings with the first pane's.

    asked: what is searched. catalog: the collections and models that are known. legend_shown: whether a line
    says what signs and figures mean.
    """

    BINDING_GROUP_TITLE = "Compare"
    HELP = """\
●  relevant: answers the question   ·  not relevant   ◆  pinned
= ▲2 ▼3 new gone  rank compared with the first pane, the base
△2 ▽3  rank compared with the system's own first stage, before fusion
    or reranking
RBO  similarity of two rankings, 1 for the same; the top counts most
rank distance  rank of the last relevant passage less that of the first
AP, best rank, rank distance: over all passages, not the top k.
Scores are cosines: between models compare ranks, not scores.
ms  time to encode the query and to search, without loading the model; of a
    system of several stages what each took, too
+3  in a bar of languages: three more, those with the least, have no room
so far  only encoded passages are ranked; Enter in the query encodes the rest
run  an imported ranking, of the collection's own questions
Copying over SSH inside tmux needs: set -g set-clipboard on"""
    AUTO_FOCUS = "#query"
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-low"), (20, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(command.binding for command in COMMANDS),
        Binding("escape", "cancel", "Cancel what runs, or back to the query", show=False, id="search.cancel"),
        Binding("down", "into_panes", "To the passages", show=False, id="search.passages"),
    ]
    asked = var(SearchRequest(""))
    catalog = var(NO_CATALOG)
    legend_shown = var(default=True, toggle_class="legend-shown")

    def __init__(self, link: EngineLink, begun: State, note: str = "") -> None:
        super().__init__()
        self.set_reactive(SearchScreen.asked, begun.asked)
        self.legend_shown = begun.legend
        self.link = link
        self.row = PaneRow(begun.panes)
        self.history = QueryHistory(begun.history)
        self.walk = DisagreementWalk(link, self)
        self._opening = Opening(self.row)
        self._searches = PaneSearches(link, self.row, self._take_answers)
        self._comparison = Comparison()
        self._pin = Pin(link, self, self._show_pin)
        self._preloader = Preloader(link, self._show_models)
        self._bar = QueryBar(begun.query)
        self.form = QueryForm(FormBar())
        self._legend = SearchLegend()
        self._pin_line = Static(id="pin", markup=False)
        self._status = StatusLine()
        self._note = note
        self._starting = False
        """Whether a key has asked for what is searched when the engine runs."""
        self._models_before: list[str] = []

    def compose(self) -> ComposeResult:
        """Lay out query, panes, status and keys."""
        yield self._bar.data_bind(SearchScreen.asked, SearchScreen.catalog)
        yield self.form.bar
        yield self.row
        yield self._legend
        yield self._pin_line
        yield self._status
        yield JobLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Paint first, then start the engine."""
        self.set_interval(TICK_SECONDS, self._tick)
        self.call_after_refresh(self.start_engine)

    @property
    def languages(self) -> tuple[str, ...]:
        """The collection's languages; empty while they are not known."""
        return languages_of(self.catalog, self.asked.data)

    @property
    def systems(self) -> list[str]:
        """What the panes compare, each once."""
        return list(dict.fromkeys(pane.model for pane in self.row.panes))

    @property
    def state(self) -> State:
        """What to begin with next time: no panes while they are not there."""
        on_screen = State.of(self.asked, [pane.model for pane in self.row.panes])
        history, legend = self.history.entries, self.legend_shown
        return msgspec.structs.replace(on_screen, theme=self.app.theme, history=history, legend=legend)

    def say(self, text: str, *, problem: bool = False, keys: str = "") -> None:
        """Show one line of status. keys: what can be done, with the ids of actions in braces."""
        self._status.say(f"{text} · {fill_keys(self, keys)}" if keys else text, problem=problem)

    def _tick(self) -> None:
        self._opening.tell()
        self._show_models()

    def _show_models(self) -> None:
        self._status.tell(self._preloader.words({system.partition("+")[0] for system in self.systems}))

    # --- the engine -----------------------------------------------------------------------------------

    @work(exclusive=True, group="engine")
    async def start_engine(self) -> None:
        """Start the engine, or start it again, and repeat the last search."""
        self._preloader.forget()
        self.say("starting the engine")
        self._opening.begin("starting the engine")
        await self.link.start()
        self.link.ask(messages.ListCatalog(), self._take_catalog)

    def engine_lost(self) -> None:
        """Tell that the engine has stopped; the next search starts it again."""
        self.link.forget()
        self._preloader.forget()
        self.walk.stop()
        self._opening.end(*STOPPED)
        self._show_models()
        self.compare()
        self.say("the engine has stopped", problem=True)

    def _take_catalog(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self._fail(reply)
        elif isinstance(reply, messages.Catalog):
            self.catalog = reply
            self._opening.end()
            self.say("")
            if self.asked.text:
                self.search(self._note, start=self._starting)
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
            pane.say("")
        self._opening.begin(f"opening {self.asked.data}")
        request = messages.ListQuestions(data=self.asked.data, lang=lang, limit=1)
        self.link.ask(request, partial(self._take_first, self.asked.data))

    def _take_first(self, data: str, reply: messages.Reply) -> None:
        if data != self.asked.data or self.asked.text:
            return
        self._opening.end()
        if isinstance(reply, messages.Failure):
            self._fail(reply)
        elif isinstance(reply, messages.Questions) and reply.questions:
            self.run_question(reply.questions[0], self._note, start=False)
        elif isinstance(reply, messages.Questions):
            for pane in self.row.panes:
                pane.say_empty()

    def _fail(self, failure: messages.Failure) -> None:
        self._opening.end()
        for pane in self.row.panes:
            pane.say(f"✗ {failure.message}", failure.hint, failed=True)

    # --- searching ------------------------------------------------------------------------------------

    def run_question(self, question: messages.Question | None, note: str = "", *, start: bool = True) -> None:
        """Search for one of the collection's own questions; for none do nothing.

        note: what the status says of it instead of its language and the pool. start: as `search` takes it.
        """
        if question:
            self.restore(replace(self.asked, text=question.text, question=question), note, start=start)

    def restore(self, asked: SearchRequest, note: str = "", *, start: bool = True) -> None:
        """Search for something, with all that belongs to it."""
        field = self._bar.field
        field.value = asked.text
        field.select_from_start()
        self.asked = replace(asked, text=field.value)
        if self.form.is_open:
            self._open_form(focus=False)
        self.search(note, start=start)

    @on(Input.Submitted, "#query")
    def _search_typed(self, event: Input.Submitted) -> None:
        """Search for what was typed; what differs from the collection's question is none any more."""
        if event.value != self.asked.text:
            forms = self.form.typed_anew(dict(self.asked.forms))
            self.asked = replace(self.asked, text=event.value, question=None, forms=forms)
        self.search()

    # --- another form of the query --------------------------------------------------------------------

    def action_form(self) -> None:
        """Show the bar for another form of the query, or hide it."""
        if self.form.is_open:
            if lost := self.form.close():
                self._ask(*lost, start=False)
                self.compare()
            self.set_focus(self._bar.field)
        elif self.languages:
            self._open_form()
        else:
            self.say("the collection is not open yet", problem=True)

    def _open_form(self, *, focus: bool = True) -> None:
        own = self.asked.question.lang if self.asked.question else self.asked.query_lang
        langs = sorted(self.languages, key=lambda code: (code == own, code != "en"))
        self.form.open(self.row.panes, dict(self.asked.forms), langs, typed=not self.asked.question)
        if focus:
            self.form.bar.take_focus()
        if self.asked.question:
            self.take_form()

    def set_form(self, variant: str | None) -> None:
        """Take another form of the query; None changes nothing."""
        if variant and variant != self.form.bar.variant:
            bar = self.form.bar
            bar.open(variant, bar.weight, dict(self.asked.forms).get(variant, ""), typed=bar.typed)
            bar.take_focus()
            self.take_form()

    @on(FormBar.Taken)
    def take_form(self) -> None:
        """Ask panes in the form that the bar has, as soon as it is known."""
        bar = self.form.bar
        if not bar.ready:
            return
        changed = self.form.set(self.row.panes)
        forms = () if self.asked.question else ((bar.variant, bar.text),)
        if forms != self.asked.forms:
            self.asked = replace(self.asked, forms=forms)
            changed = self.row.panes
        if changed:
            self._note = ""
            self._ask(*changed, start=False)

    def search(self, note: str = "", *, start: bool = True) -> None:
        """Ask every pane's model; `note` is what the status says then.

        start: whether passages that are not encoded yet are, however long that takes.
        """
        self._note = note
        self.history.add(self.asked)
        try:
            self.asked.of("")
        except UsageError as error:
            self.say(error.whole, problem=True)
            return
        waiting = [] if self.asked.question else lacking(self.row.panes, dict(self.asked.forms))
        self._ask(*(pane for pane in self.row.panes if pane not in waiting), start=start)
        if waiting:
            self._open_form()
            self._searches.cancel(*waiting)
            wanted = f"type the same in {language_name(self.form.bar.variant)}, then Enter"
            for pane in waiting if self.link.engine.alive else ():
                pane.say(wanted)
            self.say(wanted)

    def _ask(self, *panes: Pane, start: bool) -> None:
        """Ask the models of some panes; start the engine first where none runs, which asks all."""
        self._starting = start
        if not self.link.engine.alive:
            self.start_engine()
            return
        self._opening.end()
        samplers = {info.name: info.sampler for info in self.catalog.models}
        for pane in panes:
            pane.run_on = run_on(self.catalog, pane.model, self.asked.data)
            pane.sampler = samplers.get(pane.model.partition("+")[0], "")
        self._searches.ask(panes, self.asked, start=start)

    @on(Notice.SearchWanted)
    def _search_there(self) -> None:
        """Ask the pane in front, and have encoded what it lacks."""
        self._ask(self.row.front, start=True)

    def _take_answers(self, panes: list[Pane]) -> None:
        for pane in panes:
            if pane.ranking:
                self.say(self._note or self.asked.words(pane.ranking))
                if not pane.run_on and not pane.lacks:
                    # Only now, so that the first answer does not wait for a model that it does not need.
                    self._preloader.warm(pane.model)
        self.compare()

    def compare(self) -> None:
        """Draw what the panes have found, each against the first."""
        self._pin.keep_for(self.asked)
        panes = self.row.panes
        answers = [pane.found for pane in panes]
        for pane, content in zip(
            panes, self._comparison.contents(answers, self._pin.passage_id), strict=True
        ):
            if content:
                pane.draw(content)
        self._show_pin()
        self._explain()

    def _show_pin(self) -> None:
        line = self._pin.line(self.asked, [pane for pane in self.row.panes if pane.ranking])
        self._pin_line.display = bool(line)
        self._pin_line.update(line, layout=False)

    @on(PaneRow.Arranged)
    def _explain(self) -> None:
        self._legend.show(pane.content for pane in self.row.in_sight if pane.content)

    def _forget_systems(self) -> None:
        """Forget what was found out of models and collections: others may have their names."""
        self._pin.forget_ranks()
        self.walk.stop()

    def action_cancel(self) -> None:
        """Stop what runs; where nothing does, go back to the query."""
        if self.walk.busy:
            self.walk.stop()
            self.say("cancelled")
        elif panes := self._searches.cancel_all():
            for pane in panes:
                pane.say_cancelled()
            self.compare()
        else:
            self.set_focus(self._bar.field)

    # --- choosing what is asked -----------------------------------------------------------------------

    def set_query_language(self, code: str | None) -> None:
        """Take typed queries to be in a language, or "auto"; None changes nothing."""
        if code and code != self.asked.query_lang:
            self.asked = replace(self.asked, query_lang=code)
            if self.asked.text and not self.asked.question:
                self.search(start=False)

    def set_passage_languages(self, codes: tuple[str, ...] | None) -> None:
        """Search in some languages only, or with () in all; None changes nothing."""
        if codes is not None and codes != self.asked.langs:
            self.asked = replace(self.asked, langs=codes)
            self.search(start=False)

    def set_collection(self, name: str | None) -> None:
        """Open another collection with its first question; None changes nothing."""
        if name and name != self.asked.data:
            self.asked = SearchRequest(name, query_lang=self.asked.query_lang)
            self._bar.field.value = ""
            self._searches.cancel_all()
            self.first_question()

    # --- panes ----------------------------------------------------------------------------------------

    @on(Pane.ModelWanted)
    async def _pick_model_of(self, event: Pane.ModelWanted) -> None:
        self.row.bring_forward(event.pane)
        await self.run_action("app.pick('model')")

    async def action_add_pane(self) -> None:
        """Open another pane, up to six."""
        if len(self.row.panes) < MOST:
            await self.run_action("app.pick('added_model')")
        else:
            self.say(f"{MOST} panes are the most", problem=True, keys="{search.close_pane} closes one")

    async def set_model(self, model: str) -> None:
        """Ask another model in the pane in front."""
        self.row.front.model = model
        self._note = ""
        self._ask(self.row.front, start=False)
        self.compare()

    def build(self, parts: Parts, forms: dict[str, str]) -> None:
        """Ask another system in the pane in front; panes that take the same form of the query follow.

        forms: other forms of a typed query, by variant.
        """
        front = self.row.front
        before, asked = Parts.of(front.model).stage("query"), tuple(forms.items())
        changed = [front]
        if before and before != parts.stage("query"):
            changed += [
                pane
                for pane in self.row.panes
                if pane is not front and Parts.of(pane.model).stage("query") == before
            ]
        for pane in changed:
            pane.model = str(
                parts if pane is front else Parts.of(pane.model).put("query", parts.stage("query"))
            )
        if asked != self.asked.forms:
            self.asked = replace(self.asked, forms=asked)
            changed = self.row.panes
        if changed:
            self._note = ""
            self._ask(*changed, start=False)
        self.compare()

    async def add_pane(self, model: str) -> None:
        """Open a pane at the right with a model."""
        pane = await self.row.add(model)
        self._note = ""
        self._ask(pane, start=False)

    async def action_close_pane(self) -> None:
        """Close the pane in front; the last one stays."""
        if len(self.row.panes) > 1:
            self._searches.cancel(self.row.front)
            await self.row.close_front()
            self.compare()
        else:
            self.say("the last pane stays", problem=True, keys="{search.model} changes its model")

    async def show_models(self, models: Sequence[str], data: str = "") -> None:
        """Show these models in the panes; what they had comes back with `panes_before`.

        data: the collection to open, by default the one that is open.
        """
        if data and data != self.asked.data:
            self.asked = SearchRequest(data, query_lang=self.asked.query_lang)
            self._bar.field.value = ""
        self._models_before = [pane.model for pane in self.row.panes]
        self._note = ""
        self._searches.cancel_all()
        await self.row.replace(models)
        self._forget_systems()
        self._starting = False
        if self.link.engine.alive:
            self.link.ask(messages.ListCatalog(), self._take_catalog)
        else:
            self.start_engine()

    async def action_panes_before(self) -> None:
        """Show the models again that the panes had before others took their place."""
        if self._models_before:
            await self.show_models(self._models_before)
        else:
            self.say("the panes have had no other models yet", problem=True)

    def action_front_pane(self, at: int) -> None:
        """Bring a pane forward by its place, from 0."""
        self.row.bring_forward(self.row.panes[at])

    def action_into_panes(self) -> None:
        """Go from the query to the passages."""
        self.row.front.take_focus()

    def action_together(self) -> None:
        """Let the panes scroll together, or each alone again."""
        self.row.linked = not self.row.linked
        self.say("panes scroll together" if self.row.linked else "each pane scrolls alone")

    def action_differences(self) -> None:
        """Show only what differs from the base, or everything again."""
        self._comparison.only_differences = only = not self._comparison.only_differences
        self.compare()
        self.say("only what differs from the first pane" if only else "all passages")

    def action_legend(self) -> None:
        """Show the legend, or hide it."""
        self.legend_shown = not self.legend_shown

    # --- disagreement ---------------------------------------------------------------------------------

    @property
    def lacking(self) -> list[str]:
        """The systems of panes that lack passages which are not encoded yet."""
        return [pane.model for pane in self.row.panes if pane.lacks]

    @property
    def scope(self) -> RankingScope:
        """What the walk through the questions ranks: what is on screen."""
        asked, langs = self.asked, self.languages
        wishes = (asked.question.lang if asked.question else asked.query_lang, "en", *langs)
        lang = next((code for code in wishes if code in langs), "")
        return RankingScope(asked.data, lang, asked.langs, tuple(self.systems))

    def action_walk(self, by: int) -> None:
        """Go to the next question (1) or the one before (-1), the least similarly answered first."""
        self.walk.step(by)

    # --- passages -------------------------------------------------------------------------------------

    @on(HitList.Opened)
    def _open_passage(self, event: HitList.Opened) -> None:
        """Show a passage whole."""
        from hybrid_tui.tui.dialogs.passage import PassageView

        pane = self.row.panes[0] if event.row.gone else self.row.front
        if pane.ranking:
            self.app.push_screen(PassageView(event.row.hit, pane.model, pane.ranking))

    @property
    def _under_cursor(self) -> Hit | None:
        row = self.row.front.hits.current
        return row.hit if row and self.row.front.found else None

    def action_pin(self) -> None:
        """Pin the passage under the cursor, or unpin it."""
        if hit := self._under_cursor:
            self._pin.toggle(hit, self.asked)
            self.compare()
        else:
            self.say("no passage to pin", problem=True)

    def action_copy(self) -> None:
        """Copy what the mouse has selected, else the passage under the cursor; in the query the pinned."""
        in_passages = isinstance(self.focused, HitList)
        if self.selections:
            self.action_copy_text()
            self.say("copied what is selected")
        elif hit := self._under_cursor if in_passages else self._pin.hit or self._under_cursor:
            self.app.copy_to_clipboard(hit.text)
            self.say(copied(hit))
        else:
            self.say("no passage to copy", problem=True)

    # --- files ----------------------------------------------------------------------------------------

    def action_export(self) -> None:
        """Choose how and where to write what is on screen."""
        from hybrid_tui.tui.dialogs.export import export
        from hybrid_tui.tui.search.exports import kinds

        rankings = [pane.ranking for pane in self.row.panes if pane.ranking]
        on_screen = Session.of(self.asked, [pane.model for pane in self.row.panes])
        export(self, kinds(self, on_screen, rankings), self.say)

    async def open_session(self, path: str | None) -> None:
        """Show what a session's file says; None changes nothing."""
        if not path:
            return
        try:
            found = session.load(path_of(path))
        except UsageError as error:
            self.say(error.whole, problem=True)
            return
        self._searches.cancel_all()
        await self.row.replace(found.panes)
        self.restore(found.asked, start=False)

    # --- what other screens change --------------------------------------------------------------------

    async def run_question_of(
        self, question: messages.Question, langs: tuple[str, ...], systems: Sequence[str]
    ) -> None:
        """Search for a question over passages of `langs`, in panes of these systems too."""
        for system in (system for system in systems if system not in self.systems):
            if len(self.row.panes) < MOST:
                await self.row.add(system)
        self.asked = replace(self.asked, langs=langs)
        self.run_question(question)

    def refresh_catalog(self) -> None:
        """Know the models and collections that were added or removed, here or by another process."""
        self._forget_systems()
        self.renew_catalog(lambda: None)

    def renew_catalog(self, then: Callable[[], None]) -> None:
        """Know what is there by now. then: called once it is known, or cannot be."""

        def take(reply: messages.Reply) -> None:
            if isinstance(reply, messages.Catalog):
                self.catalog = reply
            then()

        self.link.ask(messages.ListCatalog(), take)
