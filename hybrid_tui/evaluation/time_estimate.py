"""Estimates of an evaluation's time, from its sizes alone: nothing is encoded, ranked or measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hybrid_tui.encoders.encoder import Role
from hybrid_tui.evaluation.evaluate import System
from hybrid_tui.retrieval.shelves import Shelves

ROLES: tuple[Role, Role] = ("query", "passage")
TEXTS_PER_SECOND = 30.0
"""What a small encoder reaches on two cores; a GPU is faster by a factor of a hundred."""
PAIRS_PER_SECOND = 2e7
"""Pairs of a query and a passage that are ranked and measured on two cores."""
START_SECONDS = 1.0


class Estimate(NamedTuple):
    """texts: how many are to be encoded. seconds: what all takes, a guess: it depends on the machine."""

    texts: int
    seconds: float


def estimate(systems: Sequence[System]) -> Estimate:
    """Return what the sizes of evaluations tell of their time; what several share is encoded once."""
    sides: dict[tuple[str, str, Role], Shelves] = {}
    pairs = 0
    for each in systems:
        pairs += each.collection.queries.height * each.collection.passages.height
        for collection in (each.collection, each.fit_on):
            for role in ROLES:
                table = collection.queries if role == "query" else collection.passages
                langs = sorted(table["lang"].unique())
                shelves = Shelves.below(each.store, each.spec, collection, role, langs)
                sides[shelves.spec.fingerprint, collection.fingerprint, role] = shelves
    count = sum(shelves.to_encode() for shelves in sides.values())
    return Estimate(count, START_SECONDS + count / TEXTS_PER_SECOND + pairs / PAIRS_PER_SECOND)
