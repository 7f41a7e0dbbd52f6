"""Every action, model, language and collection by name, for the command palette."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.app import SystemCommand
from textual.binding import Binding

from hybrid_tui.tui.asked import AUTO
from hybrid_tui.tui.render.hits import language_name
from hybrid_tui.tui.screens.search import SearchScreen

_TITLES = {
    "questions": "Browse the collection's questions",
    "query_language": "Choose the language of typed queries",
    "passage_languages": "Choose the languages of passages",
    "model": "Choose the model of this pane",
    "collection": "Choose the collection",
    "correction": "Choose the correction of this pane",
    "bias": "Heatmaps by pair of languages",
    "add_pane": "Add a pane",
    "close_pane": "Close this pane",
    "help": "Help",
}


def commands(screen: SearchScreen) -> Iterator[SystemCommand]:
    """Yield what can be done on the search screen."""
    for binding in SearchScreen.BINDINGS:
        if isinstance(binding, Binding) and binding.action in _TITLES:
            run = partial(screen.run_action, binding.action)
            yield SystemCommand(_TITLES[binding.action], f"key {binding.key.upper()}", run)
    for model in screen.catalog.models:
        run_model = partial(screen.set_model, model.name)
        yield SystemCommand(f"Model {model.name}", f"in this pane: {model.summary}", run_model)
    for collection in screen.catalog.collections:
        open_collection = partial(screen.set_collection, collection.name)
        yield SystemCommand(
            f"Collection {collection.name}", f"{collection.passages:,} passages", open_collection
        )
    if screen.languages:
        yield SystemCommand("Passages in all languages", "", partial(screen.set_passage_languages, ()))
        yield SystemCommand(
            "Queries in a language to be detected", "", partial(screen.set_query_language, AUTO)
        )
    for code in screen.languages:
        name = language_name(code)
        yield SystemCommand(f"Passages in {name} only", code, partial(screen.set_passage_languages, (code,)))
        yield SystemCommand(f"Queries in {name}", code, partial(screen.set_query_language, code))
