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
)

FEWEST_ALIGNED = 100
"""Items that have passages in both languages, from which on these passages alone decide."""
FARTHEST = 1000.0
"""The largest strength, either way: beyond it figures overflow long before they mean anything."""


@dataclass(frozen=True)
class Shift(Correction):
    """f(x) - alpha (m_l - m_pivot) for passages x in language l (SHIFT, arXiv 2606.18801).

    m_l, m_pivot: means over the aligned passages of the two languages, those of items that have both, where
    there are 100 such items or more; else over all passages of each.
    pivot: the language that passages are moved to. alpha: how far, 1 all the way, between -1000 and 1000.
    all: take the means over all passages, however many are aligned.
    """

    name: ClassVar[str] = "shift"
    pivot: str = "en"
    alpha: float = 1.0
    all: bool = False

    def __post_init__(self) -> None:
        if not abs(self.alpha) <= FARTHEST:
            raise UsageError(f"shift: alpha must be a number up to {FARTHEST}, not {self.alpha}")

    def fit(self, sample: FittingSample) -> FittedCorrection:
        """Take the differences; UsageError for a pivot without passages."""
        passages = {lang: values for lang, values in sample.passages.items() if len(values)}
        if self.pivot not in passages:
            known = ", ".join(sorted(passages))
            raise UsageError(f"no passages in the pivot language {self.pivot!r}", f"choose one of {known}")
        offsets: dict[tuple[Role, str], NDArray[np.float32]] = {}
        for lang, values in passages.items():
            here, there = values, passages[self.pivot]
            if self._is_aligned(sample.aligned, lang):
                rows, pivot_rows, _ = sample.aligned.pairs(lang, self.pivot)
                here, there = here[rows], there[pivot_rows]
            offsets["passage", lang] = np.float32(self.alpha) * (here.mean(axis=0) - there.mean(axis=0))
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
