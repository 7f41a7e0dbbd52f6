"""Whether a model's prompts are right for these texts: the same queries with them, without, and exchanged."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.diagnosis.known_items import KnownItems
from hybrid_tui.diagnosis.sure import Estimate, mean
from hybrid_tui.encoders import model
from hybrid_tui.encoders.api import ApiSource
from hybrid_tui.encoders.backbones import Prompts
from hybrid_tui.encoders.encoder import Encoder, Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.evaluation.model_check import prompt_ways, prompted
from hybrid_tui.systems.scorer import Cancelled, Steps

ASKED, FEWEST = 40, 20
"""Queries that are asked, at the most and at the least: each costs two encodings a way."""
LETTERS = 400
"""Of a passage, so many characters are read: enough to tell the ways apart."""


class PromptCheck(NamedTuple):
    """What prompts do. used: those in use; figures: mean reciprocal rank by way, that in use first.

    best: the best of the other ways; gain: its figure less that in use, by query.
    """

    used: Prompts
    figures: dict[str, float]
    best: str
    gain: Estimate


def check(
    spec: ModelSpec, items: KnownItems, seed: int, step: Steps, cancelled: Cancelled | None
) -> PromptCheck | None:
    """Rank the passages of some queries for each way to use the prompts.

    None for a model without prompts, for an endpoint, which costs, and where there are too few queries.
    Raises Cancelled when `cancelled()` turns true.
    """
    if isinstance(spec.source, ApiSource) or len(items.targets) < FEWEST:
        return None
    if spec.backbone and not any(spec.backbone.prompts):
        return None
    encoder = model.load(spec)
    ways = prompt_ways(encoder)
    if len(ways) == 1:
        return None
    chosen = np.random.default_rng(seed).permutation(len(items.targets))[:ASKED]
    queries = items.collection.queries["text"].gather(chosen).to_list()
    passages = [
        text[:LETTERS] for text in items.collection.passages["text"].gather(items.targets[chosen]).to_list()
    ]
    found = {
        way: _reciprocal_ranks(prompted(encoder, each), queries, passages, f"prompts {way}", step, cancelled)
        for way, each in ways.items()
    }
    used, *others = ways
    best = max(others, key=lambda way: found[way].mean())
    documents = items.documents[items.targets[chosen]]
    gain = mean(found[best] - found[used], documents, seed)
    return PromptCheck(ways[used], {way: float(each.mean()) for way, each in found.items()}, best, gain)


def _reciprocal_ranks(
    encoder: Encoder,
    queries: list[str],
    passages: list[str],
    name: str,
    step: Steps,
    cancelled: Cancelled | None,
) -> NDArray[np.float64]:
    """Return 1 / the rank of each query's own passage among those of all."""
    sides: tuple[tuple[list[str], Role], ...] = ((queries, "query"), (passages, "passage"))
    asked, there = (
        encoder.encode(texts, role, progress=step(name), cancelled=cancelled).astype(np.float64)
        for texts, role in sides
    )
    scores = asked @ there.T
    own = scores.diagonal()[:, None]
    ranks: NDArray[np.float64] = 1 / (1 + (scores > own).sum(axis=1))
    return ranks
