"""Scores of what a model makes of queries and passages apart: sparse vectors, vectors of their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.systems import stage_times
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.embedded import encoding_step
from hybrid_tui.systems.kept_parts import Ragged, joined
from hybrid_tui.systems.scorer import Cancelled, Steps
from hybrid_tui.systems.text_arrays import TextArrays, TextsToMake

Products = Callable[[Ragged, Ragged], NDArray[np.float64]]
"""Takes what was made of queries and of passages; returns scores, shape (queries, passages)."""


@dataclass(eq=False)
class EncodedScores:
    """A `Scorer` of what a model makes of texts, and a product of it."""

    collection: Collection
    arrays: TextArrays
    products: Products
    pool_bound: ClassVar[bool] = False
    notes: ClassVar[tuple[str, ...]] = ()
    _passages: dict[str, Ragged] = field(default_factory=dict)
    _queries: dict[str, Ragged] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def fingerprint(self) -> str:
        """What names all that decides the scores."""
        return f"{self.arrays.model.kind} {self.arrays.model.fingerprint}"

    def needed(self, langs: Sequence[str], *, asked: bool = False) -> list[TextsToMake]:
        """Return the texts that the model must have seen."""
        found = [TextsToMake(self.arrays, self.collection, "passage", langs)]
        if asked:
            spoken = sorted(self.collection.queries["lang"].unique())
            found.append(TextsToMake(self.arrays, self.collection, "query", spoken))
        return found

    def prepare(
        self, langs: Sequence[str], step: Steps, cancelled: Cancelled | None = None, *, asked: bool = False
    ) -> None:
        """Make what is missing and take that of `langs` into memory."""
        with self._lock:
            for each in self.needed(langs, asked=asked and not self._queries):
                new = [lang for lang in each.langs if each.role == "query" or lang not in self._passages]
                texts = [each.inputs(lang) for lang in new]
                if not any(texts):
                    continue
                tell = step(encoding_step(each.role, self.collection))
                made = self.arrays.get([text for some in texts for text in some], each.role, tell, cancelled)
                self._take(each.role, new, [len(some) for some in texts], made)

    def scores(self, asked: Sequence[Asked], langs: Sequence[str]) -> NDArray[np.float64]:
        """Return the scores."""
        with stage_times.stage("encode"):
            queries = joined([self._query(each) for each in asked])
        with stage_times.stage("search"):
            return np.concatenate([self.products(queries, self._passages[lang]) for lang in langs], axis=1)

    def _take(self, role: Role, langs: Sequence[str], sizes: Sequence[int], made: Ragged) -> None:
        stop = 0
        for lang, size in zip(langs, sizes, strict=True):
            rows = np.arange(stop, stop := stop + size)
            if role == "passage":
                self._passages[lang] = made.take(rows)
                continue
            ids = self.collection.queries.filter(lang=lang)["query_id"].to_list()
            self._queries |= {name: made.take(rows[at : at + 1]) for at, name in enumerate(ids)}

    def _query(self, asked: Asked) -> Ragged:
        kept = self._queries.get(asked.query_id)
        return self.arrays.one(asked.text) if kept is None else kept
