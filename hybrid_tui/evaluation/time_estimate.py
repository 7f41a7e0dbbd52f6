"""Estimates of an evaluation's time, from its sizes alone: nothing is encoded, ranked or measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hybrid_tui.encoders.encoder import Role
from hybrid_tui.evaluation.evaluate import System
from hybrid_tui.retrieval.embedding_store import EmbeddingStore, StoreKey
from hybrid_tui.retrieval.encoding import size

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
    texts: dict[tuple[str, str, str], int] = {}
    pairs = 0
    for each in systems:
        spec = each.spec
        while spec.base and spec.matrix is not None:  # a head's embeddings are made of its backbone's
            spec = spec.base
        pairs += each.collection.queries.height * each.collection.passages.height
        for collection in {id(found): found for found in (each.collection, each.fit_on)}.values():
            for role in ROLES:
                key = (spec.fingerprint, collection.fingerprint, role)
                if key not in texts:
                    table = collection.queries if role == "query" else collection.passages
                    texts[key] = sum(
                        _missing(each.store, StoreKey(*key, lang), size(collection, role, lang))
                        for lang in table["lang"].unique()
                    )
    count = sum(texts.values())
    return Estimate(count, START_SECONDS + count / TEXTS_PER_SECOND + pairs / PAIRS_PER_SECOND)


def _missing(store: EmbeddingStore, key: StoreKey, rows: int) -> int:
    if store.open(key, rows) is not None:
        return 0
    return sum(map(len, store.gaps(key, rows, rows)))
