"""Scores that do not depend on who computes them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CHUNK = 256
"""Pairs that are scored at once: their products stay in cache."""


class Scorer:
    """Dot products of float32 rows in float64.

    A product of two float32 values is exact in float64. The sum runs over each row in numpy's pairwise order,
    which depends on the dimension alone: not on a BLAS, its threads, the other rows, or a GPU. Equal
    rows therefore tie exactly. One scorer a thread: the buffers are its own.
    """

    def __init__(self, dimension: int) -> None:
        self._left = np.empty((CHUNK, dimension), np.float32)
        self._right = np.empty((CHUNK, dimension), np.float32)
        self._products = np.empty((CHUNK, dimension), np.float64)

    def dots(
        self,
        left: NDArray[np.float32],
        left_rows: NDArray[np.int64],
        right: NDArray[np.float32],
        right_rows: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        """Return the dot product of each `left[left_rows[i]]` with `right[right_rows[i]]`, float64.

        NaN where a value is not finite.
        """
        scores = np.empty(len(left_rows), np.float64)
        with np.errstate(invalid="ignore"):
            for start in range(0, len(scores), CHUNK):
                part = slice(start, start + CHUNK)
                size = len(left_rows[part])
                products = self._products[:size]
                np.take(left, left_rows[part], 0, self._left[:size], "clip")
                np.take(right, right_rows[part], 0, self._right[:size], "clip")
                products[...] = self._left[:size]
                products *= self._right[:size]
                np.add.reduce(products, axis=1, out=scores[part])
        return scores
