"""Check of a model before it is used: what of it is left out, and which way round its prompts belong."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import model
from hybrid_tui.encoders.backbones import Prompts
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.linear_head import HeadEncoder
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.evaluation import metric_tables
from hybrid_tui.evaluation.kernel.rows import EmbeddingRows
from hybrid_tui.evaluation.ranks import ranks

ITEMS = 40
"""Items of the collection that are asked: enough to tell a wrong prompt, few enough for a large model."""
ALIKE = 0.01
"""Differences of mean average precision up to which two ways are called alike."""


@dataclass(frozen=True)
class PromptWay:
    """A model's figures with its prompts used in one way.

    way: "as they are", "without" or "exchanged". prompts: put before queries and passages.
    figures: mean average precision by setting, in [0, 1].
    """

    way: str
    prompts: Prompts
    figures: dict[str, float]

    @property
    def mean(self) -> float:
        """Mean over the settings."""
        return sum(self.figures.values()) / len(self.figures)


@dataclass(frozen=True)
class ModelCheck:
    """What a check found.

    notes: what of the model is not used, a sentence each. ways: of using its prompts, that in use first.
    """

    name: str
    notes: tuple[str, ...]
    ways: tuple[PromptWay, ...]

    @property
    def verdict(self) -> str:
        """Which way of using the prompts is right, in a sentence."""
        if len(self.ways) == 1:
            return "it takes no prompts"
        used, best = self.ways[0], max(self.ways, key=lambda way: way.mean)
        gap = best.mean - used.mean
        if gap > ALIKE:
            return f"its prompts look wrong: {best.way} it is better by {gap:.3f}"
        if used.mean - max(way.mean for way in self.ways[1:]) > ALIKE:
            return "its prompts are right as they are"
        return f"its prompts make no difference above {ALIKE}"


def check(
    spec: ModelSpec,
    collection: Collection,
    *,
    step: Callable[[str], Progress],
    cancelled: Callable[[], bool] | None = None,
) -> ModelCheck:
    """Load a model and measure it with its prompts as they are, without them, and exchanged.

    collection: whose first `ITEMS` items are asked; nothing is kept. step: begins a step, named in words.
    Raises DataError for a model that cannot be loaded or gives embeddings without sense, Cancelled when
    `cancelled()` turns true.
    """
    encoder = model.load(spec)
    ways = prompt_ways(encoder)
    sample = _sample(collection)
    found = [
        PromptWay(
            way, prompts, _figures(prompted(encoder, prompts), sample, step(f"prompts {way}"), cancelled)
        )
        for way, prompts in ways.items()
    ]
    notes = (*spec.source.notes(), *getattr(_inner(encoder), "notes", ()))
    return ModelCheck(spec.name, notes, tuple(found))


def _inner(encoder: Encoder) -> Encoder:
    return encoder.backbone if isinstance(encoder, HeadEncoder) else encoder


def prompt_ways(encoder: Encoder) -> dict[str, Prompts]:
    """Return the ways in which its prompts can be used, that in use first; this alone where it has none."""
    used: Prompts | None = getattr(_inner(encoder), "prompts", None)
    ways = {"as they are": used or Prompts()}
    if used and any(used):
        ways["without"] = Prompts()
        if used.query != used.passage:
            ways["exchanged"] = Prompts(used.passage, used.query)
    return ways


def prompted(encoder: Encoder, prompts: Prompts) -> Encoder:
    """Return the encoder with other prompts; the network is shared."""
    if not hasattr(_inner(encoder), "prompts"):
        return encoder
    inner = copy.copy(_inner(encoder))
    inner.prompts = prompts  # type: ignore[attr-defined]
    if isinstance(encoder, HeadEncoder):
        return HeadEncoder(inner, encoder.matrix, encoder.fingerprint)
    return inner


def _sample(collection: Collection) -> Collection:
    items = collection.queries["item_id"].unique(maintain_order=True)[:ITEMS]
    relevance = collection.relevance.filter(pl.col("item_id").is_in(items.implode()))
    return replace(
        collection,
        queries=collection.queries.filter(pl.col("item_id").is_in(items.implode())),
        passages=collection.passages.join(relevance, on="passage_id", how="semi", maintain_order="left"),
        relevance=relevance,
    )


def _figures(
    encoder: Encoder, sample: Collection, progress: Progress, cancelled: Callable[[], bool] | None
) -> dict[str, float]:
    langs = sample.languages
    inputs: dict[Role, dict[str, list[str]]] = {
        "query": {lang: sample.query_inputs(lang) for lang in langs},
        "passage": {lang: sample.passage_inputs(lang) for lang in langs},
    }
    total = sum(len(texts) for side in inputs.values() for texts in side.values())
    vectors: dict[Role, dict[str, EmbeddingRows]] = {"query": {}, "passage": {}}
    done = 0
    for role, side in inputs.items():
        for lang, texts in side.items():
            if texts:
                vectors[role][lang] = encoder.encode(texts, role, cancelled=cancelled)
            done += len(texts)
            progress(done, total)
    found = ranks(sample, vectors["query"], vectors["passage"])
    summary = metric_tables.summary(metric_tables.per_query(found, ["mAP"]))
    return {setting: values["mAP"] for setting, values in summary.items()}
