"""`none`: embeddings as the encoder gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hybrid_tui.retrieval.corrections.correction import Correction, FittedCorrection, FittingSample


@dataclass(frozen=True)
class NoCorrection(Correction):
    """f(x) itself."""

    name: ClassVar[str] = "none"

    def fit(self, sample: FittingSample) -> FittedCorrection:  # noqa: ARG002
        """There is nothing to fit."""
        return FittedCorrection()
