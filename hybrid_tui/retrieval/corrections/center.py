"""`center`: the mean of each language is subtracted, queries and passages apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.retrieval.corrections.correction import (
    Correction,
    FittedCorrection,
    FittingSample,
    checked_strength,
)


@dataclass(frozen=True)
class Center(Correction):
    """f(x) - s m, m the mean embedding of the language's queries, or of its passages.

    strength: s, 1 for all of the mean, between -1000 and 1000.
    """

    name: ClassVar[str] = "center"
    strength: float = 1.0

    def __post_init__(self) -> None:
        checked_strength(self.name, self.strength)

    def fit(self, sample: FittingSample) -> FittedCorrection:
        """Take the means."""
        return FittedCorrection(offsets=sample.each(self._offset))

    def _offset(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self.strength * values.mean(axis=0), np.float32)
