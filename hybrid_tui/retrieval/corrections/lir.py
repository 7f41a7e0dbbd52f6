"""`lir`: each language's principal directions are removed, queries and passages apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.errors import UsageError
from hybrid_tui.retrieval.corrections.correction import Correction, FittedCorrection, FittingSample


@dataclass(frozen=True)
class Lir(Correction):
    """f(x) - V V^T f(x), V the first right singular vectors of the language's uncentred matrix.

    Yang et al. 2021, EMNLP, "A Simple and Effective Method To Eliminate the Self Language Bias in
    Multilingual Representations". rank: how many vectors, 1 or more.
    """

    name: ClassVar[str] = "lir"
    rank: int = 1

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise UsageError(f"lir: rank must be 1 or more, not {self.rank}")

    def fit(self, sample: FittingSample) -> FittedCorrection:
        """Find the vectors."""
        return FittedCorrection(directions=sample.each(self._directions))

    def _directions(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.rank >= values.shape[1]:
            raise UsageError(f"lir: rank {self.rank} leaves nothing of {values.shape[1]} dimensions")
        # The right singular vectors of X are the eigenvectors of X^T X, which is small.
        _, vectors = np.linalg.eigh(values.T.astype(np.float64) @ values)
        return np.ascontiguousarray(vectors[:, ::-1][:, : self.rank].T, np.float32)
