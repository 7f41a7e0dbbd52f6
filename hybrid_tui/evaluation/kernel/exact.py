"""Dot products in float64, the same whoever computes them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CHUNK = 64
"""Pairs that are scored at once: their products stay in cache."""


def dots(
    left: NDArray[np.float32],
    left_rows: NDArray[np.int64],
    right: NDArray[np.float32],
    right_rows: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the dot product of each `left[left_rows[i]]` with `right[right_rows[i]]`, shape (i,), float64.

    A product of two float32 values is exact in float64. The sum runs over each row in numpy's pairwise order,
    which depends on the dimension alone: not on a BLAS, its threads, the other rows, or a GPU. Equal
    rows therefore tie exactly. NaN or infinite where a value is not finite.
    """
    scores = np.empty(len(left_rows), np.float64)
    products = np.empty((min(CHUNK, len(scores)), left.shape[1]), np.float64)
    with np.errstate(invalid="ignore"):
        for start in range(0, len(scores), CHUNK):
            part = slice(start, start + CHUNK)
            here = products[: len(scores[part])]
            here[...] = left.take(left_rows[part], 0)
            here *= right.take(right_rows[part], 0)
            np.add.reduce(here, axis=1, out=scores[part])
    return scores
