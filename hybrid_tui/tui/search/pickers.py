"""The lists to choose from on the search screen: what is searched, by which models, in which order."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from hybrid_tui.comparison.stage_words import by_part
from hybrid_tui.errors import UsageError
from hybrid_tui.tui import session
from hybrid_tui.tui.dialogs.pick_many import PickMany
from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne, language_choice
from hybrid_tui.tui.dialogs.questions import QuestionBrowser
from hybrid_tui.tui.dialogs.system_builder import NONE, WORD_RETRIEVERS, Options, SystemBuilder
from hybrid_tui.tui.render.hits import language_name
from hybrid_tui.tui.render.wrap import printable, shortened
from hybrid_tui.tui.search.disagreement_order import MEASURES
from hybrid_tui.tui.search.screen import SearchScreen
from hybrid_tui.tui.search_request import AUTO, languages_of, runs_of
from hybrid_tui.tui.system_parts import CORRECTIONS, Parts

QUERY_CELLS = 50


def questions(screen: SearchScreen) -> None:
    """Browse the collection's own questions, first in the language of what was asked last."""
    asked, codes = screen.asked, screen.languages
    if not codes:
        screen.say("the collection is not open yet", problem=True)
        return
    wishes = (asked.question.lang if asked.question else "", asked.query_lang, "en", codes[0])
    lang = next(code for code in wishes if code in codes)
    screen.app.push_screen(QuestionBrowser(screen.link, asked.data, codes, lang), screen.run_question)


def query_language(screen: SearchScreen) -> None:
    """Tell the language of typed queries, or have it detected."""
    choices = [Choice(AUTO, AUTO, "detected from the text"), *map(language_choice, screen.languages)]
    picker = PickOne("Language of typed queries", choices, screen.asked.query_lang)
    screen.app.push_screen(picker, screen.set_query_language)


def passage_languages(screen: SearchScreen) -> None:
    """Choose the languages of the passages."""
    picker = PickMany("Passage languages", screen.languages, screen.asked.langs)
    screen.app.push_screen(picker, screen.set_passage_languages)


def collection(screen: SearchScreen) -> None:
    """Choose another collection."""

    def choices() -> list[Choice]:
        return [
            Choice(info.name, info.name, f"{info.passages:,} passages, {len(info.languages)} languages")
            for info in screen.catalog.collections
        ]

    typed = "filter, or NAME:SPLIT"
    picker = PickOne("Collection", choices(), screen.asked.data, placeholder=typed, free=True)
    screen.app.push_screen(picker, screen.set_collection)
    screen.renew_catalog(lambda: picker.renew(choices()))


def model(screen: SearchScreen) -> None:
    """Choose the model of the pane in front, whose correction stays."""
    front = screen.row.front
    parts = Parts(front.model) if front.run_on else Parts.of(front.model)

    async def chosen(model: str | None) -> None:
        if model:
            whole = "+" in model or model in runs_of(screen.catalog, screen.asked.data)
            await screen.set_model(model if whole else str(parts.of_retriever(model)))

    screen.app.push_screen(_models(screen, parts.retriever), chosen)


def added_model(screen: SearchScreen) -> None:
    """Choose the model of another pane."""

    async def chosen(model: str | None) -> None:
        if model:
            await screen.add_pane(model)

    screen.app.push_screen(_models(screen), chosen)


class PickModel(PickOne):
    """A model, or another retriever; the key that opened the list goes on to all parts of the system."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "build", "Build the system from its parts", show=False, id="dialog.build")
    ]
    HINT = "Enter chooses · {dialog.build} builds a system · {dialog.back} back"

    def action_build(self) -> None:
        """Leave, and put the system together from its parts."""
        self.dismiss(None)
        self.app.call_later(self.app.run_action, "pick('system')")


def _models(screen: SearchScreen, current: str = "") -> PickOne:
    typed = "filter, or a system such as me5-small+center, owner/name, a folder"
    picker = PickModel("Model", _systems(screen), current, placeholder=typed, free=True)
    screen.renew_catalog(lambda: picker.renew(_systems(screen)))
    return picker


def _systems(screen: SearchScreen) -> list[Choice]:
    """Return the models, and the runs on the collection that is open."""
    catalog = screen.catalog
    models = [
        Choice(info.name, info.name, info.summary if info.available else f"needs {info.note}")
        for info in catalog.models
    ]
    words = [Choice(name, name, f"BM25 over {note}") for name, note in WORD_RETRIEVERS.items()]
    runs = [
        Choice(name, name, f"{run.queries:,} questions")
        for name, run in runs_of(catalog, screen.asked.data).items()
    ]
    return models + words + runs


def correction(screen: SearchScreen) -> None:
    """Choose what is done to the embeddings of the pane in front."""
    if screen.row.front.run_on:
        screen.say("a run has no embeddings to correct", problem=True)
        return
    parts = Parts.of(screen.row.front.model)

    async def chosen(name: str | None) -> None:
        if name:
            await screen.set_model(str(parts.put("correction", "" if name == NONE else name)))

    nothing = Choice(NONE, NONE, "embeddings as the model gives them")
    choices = [nothing, *(Choice(name, name, note) for name, note in CORRECTIONS.items())]
    current = parts.stage("correction") or NONE
    screen.app.push_screen(PickOne(f"Correction of {parts.retriever}", choices, current, wide=True), chosen)


def form(screen: SearchScreen) -> None:
    """Choose which other form of the query is mixed in."""
    picker = PickOne("Form of the query", _variants(screen), screen.form.bar.variant, wide=True)
    screen.app.push_screen(picker, screen.set_form)


def _variants(screen: SearchScreen) -> list[Choice]:
    """Return the forms of a query that the open collection has, or that can be typed."""
    name = screen.asked.data.partition(":")[0]
    kept = next((info.variants for info in screen.catalog.collections if info.name == name), ())
    return [
        *(
            Choice(code, code, f"its version in {language_name(code)}")
            for code in languages_of(screen.catalog, name)
        ),
        *(Choice(each, each, "kept beside the collection") for each in kept),
    ]


def system(screen: SearchScreen) -> None:
    """Put the system of the pane in front together from its parts."""
    front = screen.row.front
    if front.run_on:
        screen.say("a run has no parts to choose", problem=True)
        return
    variants = _variants(screen)
    models = [
        each for each in _systems(screen) if each.value not in runs_of(screen.catalog, screen.asked.data)
    ]
    rerankers = {Parts.of(each).stage("rerank").partition(":")[2] for each in screen.systems}
    known = [Choice(each, each, "of a pane") for each in sorted(rerankers) if each]
    options = Options(models, variants, known, typed=screen.asked.question is None)

    def cost() -> dict[str, float]:
        return by_part(front.model, front.ranking.seconds) if front.ranking else {}

    parts, forms = Parts.of(front.model), dict(screen.asked.forms)
    screen.app.push_screen(SystemBuilder(parts, options, forms, screen.build, cost))


def measure(screen: SearchScreen) -> None:
    """Choose by which similarity questions are ordered."""
    choices = [Choice(each.name, each.name, each.note) for each in MEASURES.values()]
    picker = PickOne("Order questions by the lowest", choices, screen.walk.measure)
    screen.app.push_screen(picker, screen.walk.order_by)


def history(screen: SearchScreen) -> None:
    """Choose one of the last queries to search for again."""
    entries = screen.history.entries

    def chosen(number: str | None) -> None:
        if number is not None:
            screen.restore(entries[int(number)])

    choices = []
    for number, asked in enumerate(entries):
        language = language_name(asked.question.lang if asked.question else asked.query_lang)
        query = shortened(printable(asked.text), QUERY_CELLS)
        choices.append(Choice(str(number), query, f"{asked.data}, {language}"))
    screen.app.push_screen(PickOne("Earlier queries", choices, wide=True), chosen)


def saved_session(screen: SearchScreen) -> None:
    """Choose a session, or type the path of one."""
    choices = []
    for path in session.saved():
        try:
            query = session.load(path).query
        except UsageError:
            query = "damaged"
        choices.append(Choice(str(path), path.stem, query))
    typed = "filter, or the path of a file"
    picker = PickOne("Open a session", choices, placeholder=typed, free=True, wide=True)
    screen.app.push_screen(picker, screen.open_session)


_ASKED = (questions, query_language, passage_languages, collection, history, saved_session, form)
_OF_PANES = (model, added_model, correction, system, measure)
PICKERS = {each.__name__: each for each in (*_ASKED, *_OF_PANES)}
"""By their names, as `ExploreApp.action_pick` takes them."""
