"""FAISS indexes over embeddings of one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.choices import IndexKind

SMALLEST_APPROXIMATE = 1000
SMALLEST_SHARDED = 4096
MANY, THOROUGH, QUICK = 100_000, 200, 40
"""Rows from which on an HNSW graph is built with fewer candidates each: in minutes, not in half an hour."""


@dataclass(frozen=True)
class Index:
    """Nearest neighbours by inner product; `flat` is exact, the others trade recall for speed."""

    kind: IndexKind
    rows: int
    faiss: Any

    def search(self, queries: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return (scores, rows), each of shape (queries, min(k, rows)), best first, ties by row.

        An approximate index may find fewer: the rest of its rows are -1, the scores -inf.
        """
        k = min(k, self.rows)
        if k == 0:
            empty = (len(queries), 0)
            return np.empty(empty, np.float32), np.empty(empty, np.int64)
        wide = min(k + 1, self.rows)
        while True:
            # FAISS breaks ties as it likes: look one further, and on until the tie at the cut is whole.
            scores, rows = self.faiss.search(queries, wide)
            scores[rows < 0] = -np.inf
            if wide == self.rows or self.kind != "flat" or np.all(scores[:, k - 1] > scores[:, -1]):
                break
            wide = min(2 * wide, self.rows)
        order = np.lexsort((rows, -scores))[:, :k]
        return np.take_along_axis(scores, order, 1), np.take_along_axis(rows, order, 1)


def build(embeddings: NDArray[np.float32], kind: IndexKind = "flat") -> Index:
    """Index `embeddings`, shape (rows, dimension), float32, each of length 1.

    Below 1,000 rows the index is always `flat`: there is nothing to gain, and too little to train on.
    """
    import faiss

    rows, dimension = embeddings.shape
    kind = kind if rows >= SMALLEST_APPROXIMATE else "flat"
    index: Any
    if kind == "flat":
        return Index(kind, rows, _flat(embeddings))
    if kind == "hnsw":
        index = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = THOROUGH if rows <= MANY else QUICK
        index.hnsw.efSearch = 128
    else:
        index = _ivf_pq(embeddings)
    index.add(embeddings)
    return Index(kind, rows, index)


def _flat(embeddings: NDArray[np.float32]) -> Any:
    """Return the exact index, cut into a shard a thread: FAISS answers one query with one thread alone."""
    import faiss

    if len(embeddings) < SMALLEST_SHARDED:
        index: Any = faiss.IndexFlatIP(embeddings.shape[1])
        index.add(embeddings)
        return index
    shards = faiss.IndexShards(embeddings.shape[1], True)
    for rows in np.array_split(embeddings, faiss.omp_get_max_threads()):
        shard = faiss.IndexFlatIP(embeddings.shape[1])
        shard.add(np.ascontiguousarray(rows))
        shards.add_shard(shard)
    return shards


def _ivf_pq(embeddings: NDArray[np.float32]) -> Any:
    """Return a trained inverted file of 4-bit product codes with rescoring on 8-bit codes."""
    import faiss

    rows, dimension = embeddings.shape
    lists = int(min(4 * np.sqrt(rows), rows / 39))
    codes = dimension // 2 if dimension % 2 == 0 else dimension
    recipe = f"IVF{lists},PQ{codes}x4fs,Refine(SQ8)"
    index: Any = faiss.index_factory(dimension, recipe, faiss.METRIC_INNER_PRODUCT)
    index.k_factor = 8
    faiss.extract_index_ivf(index).nprobe = max(16, lists // 16)
    index.train(embeddings[: 256 * lists])
    return index


def recall(index: Index, embeddings: NDArray[np.float32], k: int = 10, sample: int = 200) -> float:
    """Return the share of the exact top k that `index` finds, for `sample` rows taken as queries (seed 0)."""
    exact = build(embeddings)
    chosen = np.random.default_rng(0).choice(len(embeddings), min(sample, len(embeddings)), replace=False)
    queries = embeddings[chosen]
    _, wanted = exact.search(queries, k)
    _, found = index.search(queries, k)
    shared = [len(set(a.tolist()) & set(b.tolist())) for a, b in zip(wanted, found, strict=True)]
    return float(np.sum(shared) / wanted.size)
