"""The mark (†) of a model that was trained on questions of the collection that its figures are of."""

from __future__ import annotations

MARK = "†"


def marked(name: str, count: int) -> str:
    """Return a name, with MARK where its model was trained on one of these questions or more."""
    return f"{name} {MARK}" if count else name


def trained_words(count: int) -> str:
    """Return how many of the questions a model was trained on, with MARK; empty for none."""
    return f"{MARK} trained on {count:,} of these questions" if count else ""
