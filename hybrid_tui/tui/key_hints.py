"""Key names for hint texts, as the person has set them."""

from __future__ import annotations

import re
from typing import Protocol, cast

from textual.dom import DOMNode

_ID = re.compile(r"\{([a-z_.]+)\}")


class KeyNames(Protocol):
    """An app that knows the keys that a person has given to actions."""

    def first_key(self, name: str, default: str) -> str:
        """Return the first key of an action, as a person reads it; `default` are those it has by itself."""


def first_key(node: DOMNode, name: str, default: str) -> str:
    """Return the first key of an action in the app of a widget or screen, as a person reads it."""
    return cast("KeyNames", node.app).first_key(name, default)


def fill_keys(node: DOMNode, text: str) -> str:
    """Return `text` with the first key of an action in place of its id in braces: "{app.help} helps"."""
    keys = {each.binding.id: key for key, each in reversed(node.screen.active_bindings.items())}
    return _ID.sub(lambda found: first_key(node, found[1], keys.get(found[1], found[1])), text)
