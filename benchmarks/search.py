"""FAISS against a plain numpy product with argpartition, and approximate indexes on a million passages.

Usage: search.py [ROWS ...]   (random unit vectors of 384 dimensions; default 13014 1000000)
"""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.retrieval.index import build

K, QUERIES, DIMENSION = 10, 100, 384


def unit(rows: int, seed: int) -> NDArray[np.float32]:
    """Return random rows of length 1."""
    values = np.random.default_rng(seed).standard_normal((rows, DIMENSION), dtype=np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return values


def numpy_search(embeddings: NDArray[np.float32], queries: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the rows of the K best of each query, best first."""
    alone = len(queries) == 1
    scores = (embeddings @ queries[0])[None] if alone else queries @ embeddings.T
    best = np.argpartition(-scores, K, axis=1)[:, :K]
    order = np.argsort(-np.take_along_axis(scores, best, 1), axis=1)
    return np.take_along_axis(best, order, 1)


def milliseconds(search: Callable[[NDArray[np.float32]], object], queries: NDArray[np.float32]) -> float:
    """Return the median time of one query alone."""
    times = []
    for row in range(len(queries)):
        started = time.perf_counter()
        search(queries[row : row + 1])
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def at_once(search: Callable[[NDArray[np.float32]], object], queries: NDArray[np.float32]) -> float:
    """Return the median time of all queries together."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        search(queries)
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def main() -> None:
    """Print a line an index."""
    for rows in map(int, sys.argv[1:] or ("13014", "1000000")):
        embeddings, queries = unit(rows, 0), unit(QUERIES, 1)
        peer = milliseconds(lambda query, e=embeddings: numpy_search(e, query), queries)
        peer_at_once = at_once(lambda some, e=embeddings: numpy_search(e, some), queries)
        print(f"{rows:,} passages: numpy product and argpartition {peer:.2f} ms a query, alone")
        print(f"  and {peer_at_once:.1f} ms for {QUERIES} queries at once")
        exact = None
        for kind in ("flat", "hnsw") if rows > 100_000 else ("flat", "hnsw", "ivf-pq"):
            started = time.perf_counter()
            index = build(embeddings, kind)
            built = time.perf_counter() - started
            _, found = index.search(queries, K)
            exact = found if exact is None else exact
            shared = np.mean(
                [len(set(a) & set(b)) / K for a, b in zip(exact.tolist(), found.tolist(), strict=True)]
            )
            took = milliseconds(lambda query, i=index: i.search(query, K), queries)
            many = at_once(lambda some, i=index: i.search(some, K), queries)
            speed = f"{took:.2f} ms, {peer / took:.2f} x as fast as numpy"
            speed += f"; {many:.1f} ms at once, {peer_at_once / many:.2f} x"
            print(f"  faiss {kind}: {speed}; built in {built:.1f} s; recall@{K} {shared:.3f}")


if __name__ == "__main__":
    main()
