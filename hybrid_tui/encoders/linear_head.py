"""Linear heads: a matrix that is trained on the embeddings of a backbone, which stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.manifest import HEAD_WEIGHTS
from hybrid_tui.errors import DataError

TENSOR = "weight"
_PORTION = 8192
"""Rows that are float64 at a time."""


def read(folder: Path) -> NDArray[np.float32]:
    """Return the matrix of a head, shape (dimension, dimension), float32; DataError for a damaged file."""
    from safetensors import SafetensorError, safe_open

    file = folder / HEAD_WEIGHTS
    try:
        with safe_open(file, "np") as opened:
            matrix: NDArray[np.float32] = opened.get_tensor(TENSOR).astype(np.float32)
    except (OSError, SafetensorError, TypeError, AttributeError) as error:
        raise DataError(f"{file} cannot be read: {error}", "copy or train the model again") from error
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise DataError(f"{file}: {TENSOR} is of shape {matrix.shape}, not square")
    if not np.isfinite(matrix).all():
        raise DataError(f"{file}: {TENSOR} has values that are not finite")
    return matrix


def apply(matrix: NDArray[np.float32], values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the rows of `values` times the transposed matrix, scaled to length 1.

    values: shape (rows, dimension); the result is float32 of the same shape. Computed in float64, so that a
    row comes out the same in whatever company. A row of zeros stays one.
    """
    transposed = matrix.T.astype(np.float64)
    found = np.empty((len(values), len(matrix)), np.float32)
    for start in range(0, len(values), _PORTION):
        moved = values[start : start + _PORTION].astype(np.float64) @ transposed
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        lengths[lengths == 0] = 1
        found[start : start + _PORTION] = moved / lengths
    return found


class HeadEncoder:
    """An `Encoder`: the backbone's embeddings, changed by a head.

    backbone: the encoder below. matrix: the head, shape (dimension, dimension), float32.
    """

    def __init__(self, backbone: Encoder, matrix: NDArray[np.float32], fingerprint: str) -> None:
        self.backbone = backbone
        self.matrix = matrix
        self.dimension = len(matrix)
        self.fingerprint = fingerprint

    def encode(
        self,
        texts: Sequence[str],
        role: Role,
        *,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> NDArray[np.float32]:
        """Return embeddings of shape (len(texts), dimension), float32, each row of length 1.

        Raises Cancelled when `cancelled()` turns true, which is asked between batches.
        """
        below = self.backbone.encode(texts, role, progress=progress, cancelled=cancelled)
        return apply(self.matrix, below)
