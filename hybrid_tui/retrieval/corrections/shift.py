"""`shift`: passages are moved by the mean difference between their language and a pivot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.errors import UsageError
from hybrid_tui.retrieval.corrections.correction import (
    AlignedPassages,
    Correction,
    FittedCorrection,
    FittingSample,
    Vectors,
    checked_strength,
)

FEWEST_ALIGNED = 100
"""Items that have passages in both languages, from which on these passages alone decide."""


@dataclass(frozen=True)
class Shift(Correction):
    """f(x) - s (m_l - m_pivot) for passages x in language l (SHIFT, arXiv 2606.18801).

    m_l, m_pivot: means over the aligned passages of the two languages, those of items that have both, where
    there are 100 such items or more; else over all passages of each.
    pivot: the language that passages are moved to. strength: s, how far, 1 all the way, between -1000 and
    1000. both: move queries, too, by the means over all queries of each language. all: take the means over
    all passages, however many are aligned.
    """

    name: ClassVar[str] = "shift"
    pivot: str = "en"
    both: bool = False
    all: bool = False
    strength: float = 1.0

    def __post_init__(self) -> None:
        checked_strength(self.name, self.strength)

    def fit(self, sample: FittingSample) -> FittedCorrection:
        """Take the differences; UsageError for a pivot without passages."""
        offsets: dict[tuple[Role, str], NDArray[np.float32]] = {}
        sides: dict[Role, Vectors] = {"passage": sample.passages}
        if self.both:
            sides["query"] = sample.queries
        for role, side in sides.items():
            vectors = {lang: values for lang, values in side.items() if len(values)}
            if self.pivot not in vectors:
                what = "queries" if role == "query" else "passages"
                raise UsageError(
                    f"no {what} in the pivot language {self.pivot!r}",
                    f"choose one of {', '.join(sorted(vectors))}",
                )
            for lang, values in vectors.items():
                here, there = values, vectors[self.pivot]
                if role == "passage" and self._is_aligned(sample.aligned, lang):
                    rows, pivot_rows, _ = sample.aligned.pairs(lang, self.pivot)
                    here, there = here[rows], there[pivot_rows]
                offsets[role, lang] = np.float32(self.strength) * (here.mean(axis=0) - there.mean(axis=0))
        return FittedCorrection(offsets=offsets)

    def basis(self, collection: Collection) -> str:
        """Return which languages' means are over aligned passages."""
        aligned = AlignedPassages.of(collection)
        others = [lang for lang in sorted(collection.passages["lang"].unique()) if lang != self.pivot]
        few = [lang for lang in others if not self._is_aligned(aligned, lang)]
        if len(few) == len(others):
            return "all passages"
        return f"aligned passages; all of {' '.join(few)}" if few else "aligned passages"

    def _is_aligned(self, aligned: AlignedPassages, lang: str) -> bool:
        return not self.all and aligned.pairs(lang, self.pivot)[2] >= FEWEST_ALIGNED
