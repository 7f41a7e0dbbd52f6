"""Scores of embeddings, as one of several parts of a system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.retrieval.shelves import Shelves
from hybrid_tui.systems import stage_times
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.embedded import EmbeddedTexts, whole
from hybrid_tui.systems.scorer import Cancelled, Steps

DIGITS = 12
"""Decimals of a score: far more than a float32 has, and few enough that equal embeddings tie."""
_AT_ONCE = 1 << 16


@dataclass(eq=False)
class DenseScores:
    """A `Scorer` of the dot products of embeddings, computed in float64."""

    texts: EmbeddedTexts
    pool_bound: ClassVar[bool] = False
    _queries: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """What names all that decides the scores."""
        texts = self.texts
        parts = (
            texts.spec.fingerprint,
            texts.dimensions,
            texts.correction,
            f"{texts.fitting.fingerprint} {texts.correction.basis(texts.fitting)}",
            texts.forms.variant if texts.forms else "",
            texts.form_fingerprint,
        )
        return "dense " + " ".join(map(str, parts))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the embeddings tell."""
        return self.texts.notes

    def needed(self, langs: Sequence[str], *, asked: bool = False) -> list[Shelves]:
        """Return what must be encoded, as far as it is not in memory."""
        new = [lang for lang in langs if lang not in self.texts.memory.passages]
        own = self.texts.needed(new) if new else []
        return [*own, *(self.texts.queries_needed() if asked else [])]

    def prepare(
        self, langs: Sequence[str], step: Steps, cancelled: Cancelled | None = None, *, asked: bool = False
    ) -> None:
        """Encode what is missing and take the embeddings of `langs` into memory."""
        collection = self.texts.collection
        passages = self.texts.memory.passages
        with self.texts.memory.lock:
            if new := [lang for lang in langs if lang not in passages]:
                stored = self.texts.prepare(new, step, cancelled)
                for lang in new:
                    kept = whole(stored[lang], collection, "passage", lang, self.texts.spec.name)
                    passages[lang] = self.texts.changed(kept, "passage", lang)
            if asked and not self._queries:
                found = self.texts.queries(sorted(collection.queries["lang"].unique()), step, cancelled)
                for lang, rows in found.items():
                    ids = collection.queries.filter(lang=lang)["query_id"]
                    self._queries |= {each: rows[row : row + 1] for row, each in enumerate(ids)}

    def scores(self, asked: Sequence[Asked], langs: Sequence[str]) -> NDArray[np.float64]:
        """Return the scores."""
        queries = np.concatenate([self._query(each) for each in asked]).astype(np.float64)
        with stage_times.stage("search"):
            found = [
                queries @ passages[start : start + _AT_ONCE].T.astype(np.float64)
                for passages in (self.texts.memory.passages[lang] for lang in langs)
                for start in range(0, len(passages), _AT_ONCE)
            ]
            scores: NDArray[np.float64] = np.concatenate(found, axis=1).round(DIGITS)
            return scores

    def _query(self, asked: Asked) -> NDArray[np.float32]:
        """Return a query's embedding, shape (1, dimension)."""
        kept = self._queries.get(asked.query_id)
        return self.texts.query(asked) if kept is None else kept
