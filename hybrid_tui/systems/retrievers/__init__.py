"""Retrievers that are no dense models; `SCORERS` is their registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.systems.resources import Resources
from hybrid_tui.systems.retrievers import bm25, late, sparse
from hybrid_tui.systems.scorer import Scorer

Maker = Callable[[Collection, str, Resources], Scorer]
"""Makes a scorer of a collection and what stands behind `KIND:`. Raises UsageError for a wrong argument."""

SCORERS: Mapping[str, Maker] = MappingProxyType(
    {"bm25": bm25.scorer, "sparse": sparse.scorer, late.KIND: late.scorer}
)
