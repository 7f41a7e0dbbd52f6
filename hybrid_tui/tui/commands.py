"""Entries of the command palette: actions, models, collections, languages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.app import SystemCommand
from textual.binding import Binding
from textual.markup import escape
from textual.screen import Screen

from hybrid_tui.tui.key_hints import first_key
from hybrid_tui.tui.keys import COMMANDS
from hybrid_tui.tui.render.hits import language_name
from hybrid_tui.tui.search.screen import SearchScreen
from hybrid_tui.tui.search_request import AUTO


def commands(screen: SearchScreen) -> Iterator[SystemCommand]:
    """Yield what can be done on the search screen."""
    for command in COMMANDS:
        yield SystemCommand(
            command.title,
            f"key {first_key(screen, command.id, command.keys)}",
            partial(screen.run_action, command.action),
        )
    for model in screen.catalog.models:
        run_model = partial(screen.set_model, model.name)
        yield SystemCommand(f"Model {model.name}", f"in this pane: {escape(model.summary)}", run_model)
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


def screen_commands(screen: Screen[Any]) -> Iterator[SystemCommand]:
    """Yield what the keys of any other screen do."""
    for binding in screen.BINDINGS:
        if isinstance(binding, Binding):
            key = first_key(screen, binding.id or "", binding.key)
            yield SystemCommand(binding.description, f"key {key}", partial(screen.run_action, binding.action))
