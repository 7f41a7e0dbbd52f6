"""The lists to choose from on the search screen: what is searched, by which models, in which order."""

from __future__ import annotations

from hybrid_tui.errors import UsageError
from hybrid_tui.tui import session
from hybrid_tui.tui.dialogs.pick_many import PickMany
from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne, language_choice
from hybrid_tui.tui.dialogs.questions import QuestionBrowser
from hybrid_tui.tui.render.hits import language_name
from hybrid_tui.tui.render.wrap import printable, shortened
from hybrid_tui.tui.search.disagreement_order import MEASURES
from hybrid_tui.tui.search.screen import SearchScreen
from hybrid_tui.tui.search_request import AUTO, CORRECTIONS, NO_CORRECTION, runs_of
from hybrid_tui.tui.widgets.pane import RUN

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
    name, plus, correction = (front.model, "", "") if front.run_on else front.model.partition("+")

    async def chosen(model: str | None) -> None:
        if model:
            whole = "+" in model or model in runs_of(screen.catalog, screen.asked.data)
            await screen.set_model(model if whole else model + plus + correction)

    screen.app.push_screen(_models(screen, name), chosen)


def added_model(screen: SearchScreen) -> None:
    """Choose the model of another pane."""

    async def chosen(model: str | None) -> None:
        if model:
            await screen.add_pane(model)

    screen.app.push_screen(_models(screen), chosen)


def _models(screen: SearchScreen, current: str = "") -> PickOne:
    typed = "filter, or MODEL+CORRECTION, owner/name, a folder"
    picker = PickOne("Model", _systems(screen), current, placeholder=typed, free=True)
    screen.renew_catalog(lambda: picker.renew(_systems(screen)))
    return picker


def _systems(screen: SearchScreen) -> list[Choice]:
    """Return the models, and the runs on the collection that is open."""
    catalog = screen.catalog
    models = [
        Choice(info.name, info.name, info.summary if info.available else f"needs {info.note}")
        for info in catalog.models
    ]
    runs = [
        Choice(run.name, run.name, f"{RUN}, {run.queries:,} questions")
        for run in runs_of(catalog, screen.asked.data).values()
    ]
    return models + runs


def correction(screen: SearchScreen) -> None:
    """Choose what is done to the embeddings of the pane in front."""
    if screen.row.front.run_on:
        screen.say("a run has no embeddings to correct", problem=True)
        return
    model, _, current = screen.row.front.model.partition("+")

    async def chosen(name: str | None) -> None:
        if name:
            await screen.set_model(model if name == NO_CORRECTION else f"{model}+{name}")

    choices = [Choice(name, name, note) for name, note in CORRECTIONS.items()]
    picker = PickOne(f"Correction of {model}", choices, current or NO_CORRECTION, wide=True)
    screen.app.push_screen(picker, chosen)


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


_ASKED = (questions, query_language, passage_languages, collection, history, saved_session)
_OF_PANES = (model, added_model, correction, measure)
PICKERS = {each.__name__: each for each in (*_ASKED, *_OF_PANES)}
"""By their names, as `ExploreApp.action_pick` takes them."""
