"""Estimates of an evaluation's time, from its sizes and the speed of its models: nothing is encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from hybrid_tui.encoders.encoder import Role
from hybrid_tui.systems.scorer import Named, Needed
from hybrid_tui.systems.system import System

SAMPLED = 40
"""Texts of a role and language whose length is looked at."""
SLOW = 300.0
"""UTF-8 bytes that a large encoder reads in a second on two cores: taken where nothing was measured, so that
nothing takes much longer than was thought. A small one reads twenty times as many, a GPU thousands."""
PAIRS_PER_SECOND = 2e7
"""Pairs of a query and a passage that are ranked and measured on two cores."""
START_SECONDS = 1.0


class Estimate(NamedTuple):
    """texts: how many are to be encoded. seconds: what all takes.

    guess: whether a speed was not measured; the seconds are then those of a slow model, not to be shown.
    """

    texts: int
    seconds: float
    guess: bool


def estimate(systems: Sequence[System], rate: Callable[[Named], float | None]) -> Estimate:
    """Return what evaluations take; what several share is encoded once.

    rate: the UTF-8 bytes that a model encodes in a second on this machine; None where that is not known.
    """
    sides: dict[tuple[str, str, Role], Needed] = {}
    seconds = START_SECONDS
    for each in systems:
        pairs = each.collection.queries.height * each.collection.passages.height
        seconds += pairs / PAIRS_PER_SECOND
        for side in each.needed():
            sides[side.spec.fingerprint, side.texts.fingerprint, side.role] = side
    count, guess = 0, False
    for side in sides.values():
        if texts := side.to_encode():
            known = rate(side.spec)
            seconds += texts * mean_size(side) / (known or SLOW)
            count, guess = count + texts, guess or not known
    return Estimate(count, seconds, guess)


def mean_size(side: Needed) -> float:
    """Return the mean length of a side's texts in UTF-8 bytes, of a sample of each language."""
    texts = [text for lang in side.langs for text in _sample(side, lang)]
    return sum(len(text.encode(errors="replace")) for text in texts) / max(len(texts), 1)


def _sample(side: Needed, lang: str) -> list[str]:
    if side.role == "query":
        return side.texts.query_inputs(lang)[:SAMPLED]
    return side.texts.passage_inputs(lang, 0, SAMPLED)
