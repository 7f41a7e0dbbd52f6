"""`center`: the mean of each language is subtracted, queries and passages apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hybrid_tui.retrieval.corrections.correction import Correction, FittedCorrection, FittingSample


@dataclass(frozen=True)
class Center(Correction):
    """f(x) - m, m the mean embedding of the language's queries, or of its passages."""

    name: ClassVar[str] = "center"

    def fit(self, sample: FittingSample) -> FittedCorrection:
        """Take the means."""
        return FittedCorrection(offsets=sample.each(lambda values: values.mean(axis=0)))
