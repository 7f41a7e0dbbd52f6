"""Estimates of an evaluation's time, from its sizes and the speed of its models: nothing is encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from hybrid_tui.encoders.encoder import Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.retrieval.shelves import Shelves
from hybrid_tui.systems.system import System

SAMPLED = 40
"""Texts of a role and language whose length is looked at."""
BYTES_PER_SECOND = 6e3
"""What a small encoder reaches on two cores, where nothing was measured; a GPU is faster a hundred times."""
PAIRS_PER_SECOND = 2e7
"""Pairs of a query and a passage that are ranked and measured on two cores."""
START_SECONDS = 1.0


class Estimate(NamedTuple):
    """texts: how many are to be encoded. seconds: what all takes. guess: whether a speed was not measured."""

    texts: int
    seconds: float
    guess: bool


def estimate(systems: Sequence[System], rate: Callable[[ModelSpec], float | None]) -> Estimate:
    """Return what evaluations take; what several share is encoded once.

    rate: the UTF-8 bytes that a model encodes in a second on this machine; None where that is not known.
    """
    sides: dict[tuple[str, str, Role], Shelves] = {}
    seconds = START_SECONDS
    for each in systems:
        pairs = each.collection.queries.height * each.collection.passages.height
        seconds += pairs / PAIRS_PER_SECOND
        for shelves in each.needed():
            sides[shelves.spec.fingerprint, shelves.texts.fingerprint, shelves.role] = shelves
    count, guess = 0, False
    for shelves in sides.values():
        if texts := shelves.to_encode():
            known = rate(shelves.spec)
            seconds += texts * _mean_size(shelves) / (known or BYTES_PER_SECOND)
            count, guess = count + texts, guess or not known
    return Estimate(count, seconds, guess)


def _mean_size(shelves: Shelves) -> float:
    """Return the mean length of a side's texts in UTF-8 bytes, of a sample of each language."""
    texts = [text for lang in shelves.langs for text in _sample(shelves, lang)]
    return sum(len(text.encode(errors="replace")) for text in texts) / max(len(texts), 1)


def _sample(shelves: Shelves, lang: str) -> list[str]:
    if shelves.role == "query":
        return shelves.texts.query_inputs(lang)[:SAMPLED]
    return shelves.texts.passage_inputs(lang, 0, SAMPLED)
