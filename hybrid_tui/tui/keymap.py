"""The list of all actions and their keys, and the check of a person's own keys."""

from __future__ import annotations

import pkgutil
import unicodedata
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import chain
from typing import NamedTuple

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_ALIASES, Keys, key_to_character

from hybrid_tui.errors import UsageError, unknown
from hybrid_tui.tui import bias, dialogs, library, search, summary, train, widgets
from hybrid_tui.tui.keymap_app import KeymapApp

MODIFIERS = frozenset({"alt", "ctrl", "hyper", "meta", "shift", "super"})
EVERYWHERE = "app"
TOGETHER = (
    ("search", "pane", "hits", "notice"),
    ("bias", "heatmap"),
    ("bias", "thumbnails"),
    ("train", "slider"),
    ("languages", "dialog"),
    ("questions", "dialog"),
    ("cell", "dialog"),
)
"""Beginnings of ids whose keys work at the same time; those of the app work with all."""


class Action(NamedTuple):
    """Something that a key does: its id, where it works, its keys in Textual's names, what it does."""

    id: str
    where: str
    keys: tuple[str, ...]
    does: str

    @property
    def scope(self) -> str:
        """Return the beginning of its id."""
        return self.id.partition(".")[0]


def classes() -> Iterator[type[DOMNode]]:
    """Yield the app, every screen and every widget that has keys of its own."""
    yield KeymapApp
    folders = (search, bias, train, library, summary, dialogs, widgets)
    modules = (pkgutil.iter_modules(each.__path__, f"{each.__name__}.") for each in folders)
    for info in chain.from_iterable(modules):
        for made in vars(import_module(info.name)).values():
            if isinstance(made, type) and made.__module__ == info.name and "BINDINGS" in vars(made):
                yield made


def bindings(owner: type[DOMNode]) -> list[Binding]:
    """Return the bindings of a class itself, each with all its keys."""
    return [each for each in vars(owner)["BINDINGS"] if isinstance(each, Binding)]


def actions() -> dict[str, Action]:
    """Return every action by its id, with the keys that it has by default."""
    found: dict[str, Action] = {}
    for owner in classes():
        where = owner.BINDING_GROUP_TITLE or ""
        for each in bindings(owner):
            keys = tuple(map(_named, each.key.split(",")))
            does = each.tooltip or each.description
            action = Action(each.id or "", where, keys, does)
            known = found.setdefault(action.id, action)
            if known.where != where:
                found[action.id] = known._replace(where="Dialogs")
    return found


def checked(wanted: Mapping[str, str], file: object) -> dict[str, str]:
    """Return keys by the ids of actions, as Textual's `App.set_keymap` takes them.

    wanted: ids and keys, with commas between. file: where they come from. Raises UsageError for an
    unknown id or key, and where a key would do two things at the same time, naming file and key.
    """
    known = actions()
    keymap = {}
    for name, keys in wanted.items():
        if name not in known:
            error = unknown("action", name, sorted(known), "hybrid-tui keys lists them")
            raise UsageError(f"{file}: keys: {error}", error.hint)
        keymap[name] = ",".join(_key(each, name, file) for each in keys.split(","))
    _refuse_clashes(known, keymap, file)
    return keymap


def with_keys(known: Mapping[str, Action], keymap: Mapping[str, str]) -> dict[str, Action]:
    """Return the actions with a person's own keys."""
    return {
        name: action._replace(keys=tuple(keymap[name].split(","))) if name in keymap else action
        for name, action in known.items()
    }


def _key(text: str, name: str, file: object) -> str:
    """Return a key as Textual names it."""
    *modifiers, last = text.strip().split("+")
    there = len(last) == 1 or last in _KNOWN or key_to_character(last)
    if not last.isprintable() or not there or set(modifiers) - MODIFIERS:
        raise UsageError(
            f"{file}: keys: {name}: no key is named {text.strip()!r}",
            "keys are named like f5, ctrl+t, alt+left, pageup, question_mark, x",
        )
    return "+".join([*modifiers, _named(last)])


_KNOWN = frozenset(key.value.rpartition("+")[2] for key in Keys)
_ALIASES = {alias: key for key, aliases in KEY_ALIASES.items() for alias in aliases}


def _named(key: str) -> str:
    """Return the long name of a key that is a sign: question_mark for ?."""
    if len(key) > 1 or key.isalnum():
        return key
    return unicodedata.name(key).lower().replace("-", "_").replace(" ", "_")


def _refuse_clashes(known: Mapping[str, Action], keymap: Mapping[str, str], file: object) -> None:
    changed = with_keys(known, keymap)
    for name in keymap:
        mine = set(map(_canonical, changed[name].keys)) - set(map(_canonical, known[name].keys))
        for other in changed.values():
            shared = mine & set(map(_canonical, other.keys))
            if other.id == name or not shared or not _at_once(changed[name].scope, other.scope):
                continue
            raise UsageError(
                f"{file}: keys: {name}: {min(shared)} is the key of {other.id} ({other.does})",
                f"choose another key, or give {other.id} one as well",
            )


def _canonical(key: str) -> str:
    """Return the name under which terminals send a key: Ctrl+I is Tab."""
    return _ALIASES.get(key, key)


def _at_once(one: str, other: str) -> bool:
    return (
        one == other
        or EVERYWHERE in {one, other}
        or any(one in scopes and other in scopes for scopes in TOGETHER)
    )
