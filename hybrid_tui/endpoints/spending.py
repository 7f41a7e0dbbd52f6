"""What is asked of endpoints: tokens about, before; as the endpoints told, after."""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple

BYTES_PER_TOKEN = 3
"""About as many UTF-8 bytes are a token, in English (4) as in Chinese or Thai (2 to 3)."""


class Spent(NamedTuple):
    """Requests that were answered, and the tokens that the endpoint counted; 0 where it does not tell."""

    requests: int = 0
    tokens: int = 0


_lock = Lock()
_spent: dict[str, Spent] = {}


def note(endpoint: str, tokens: int) -> None:
    """Count an answered request."""
    with _lock:
        before = spent(endpoint)
        _spent[endpoint] = Spent(before.requests + 1, before.tokens + tokens)


def spent(endpoint: str) -> Spent:
    """Return what this process asked of an endpoint so far."""
    return _spent.get(endpoint, Spent())
