"""Kept evaluations of small worlds."""

from __future__ import annotations

from typing import Any

from hybrid_tui.evaluation import bias, metric_tables, results
from hybrid_tui.evaluation.evaluation_manifest import EvaluationManifest
from hybrid_tui.evaluation.results import Evaluation

from .random_cases import World


def manifest(small: World, **about: Any) -> EvaluationManifest:
    """Tell of a world as if a model had been evaluated on it."""
    ranks = small.ranks()
    told: dict[str, Any] = {
        "collection": "toy",
        "collection_fingerprint": "c1",
        "model": "one",
        "model_fingerprint": about.get("model", "one"),
        "languages": ranks.languages,
        "pool": tuple(map(int, ranks.pool)),
        "queries": ranks.queries.height,
        "items": ranks.queries["item_id"].n_unique(),
        "bias": bias.bias_summary(ranks, bias.per_query_bias(ranks)),
        "seconds": {"rank": 0.1},
        "version": "0",
        "made": "2026-01-01T00:00:00.000+00:00",
    }
    return EvaluationManifest(**(told | about))


def kept(small: World, **about: Any) -> Evaluation:
    """Keep the evaluation of a world."""
    ranks = small.ranks()
    values, bias_values = metric_tables.per_query(ranks), bias.per_query_bias(ranks)
    return results.keep(manifest(small, **about), ranks, values, bias_values)
