"""`bm25:words`, `bm25:MODEL`: BM25 over words, or over a model's subwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.comparison.retriever_names import DEFAULTS
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Progress
from hybrid_tui.retrieval.shelves import Shelves
from hybrid_tui.systems import stage_times
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.resources import Resources
from hybrid_tui.systems.retrievers.tokens import Tokenize, subwords, words
from hybrid_tui.systems.scorer import Cancelled, Scorer, Steps

K1, B = 0.9, 0.4
"""Anserini's defaults."""


@dataclass(eq=False)
class Bm25:
    """BM25 with Lucene's idf, k1 .9 and b .4 (PROTOCOL 9).

    Statistics are those of the pool: of one language where that alone is searched, else of all that are.
    """

    collection: Collection
    tokens: str
    tokenize: Tokenize
    pool_bound: ClassVar[bool] = True
    _indexes: dict[tuple[str, ...], Any] = field(default_factory=dict)
    _tokens: dict[str, list[list[str]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def fingerprint(self) -> str:
        """What names all that decides the scores."""
        return f"bm25 {K1} {B} {self.tokens}"

    @property
    def notes(self) -> tuple[str, ...]:
        """Where the statistics come from."""
        return (
            "bm25 counts words over the pool: over one language where that alone is searched, "
            "over all in the multilingual setting",
        )

    def needed(self, langs: Sequence[str], *, asked: bool = False) -> list[Shelves]:  # noqa: ARG002
        """Nothing is encoded."""
        return []

    def prepare(
        self,
        langs: Sequence[str],
        step: Steps,
        cancelled: Cancelled | None = None,
        *,
        asked: bool = False,  # noqa: ARG002
    ) -> None:
        """Index the passages of `langs` together. Raises Cancelled between languages."""
        if tuple(langs) not in self._indexes:
            self._index(tuple(langs), step(f"counting words of {self.collection.name}"), cancelled)

    def scores(self, asked: Sequence[Asked], langs: Sequence[str]) -> NDArray[np.float64]:
        """Return the scores; 0 for passages that share no word with the query."""
        index = self._index(tuple(langs))
        found = np.zeros((len(asked), sum(map(self.collection.passage_count, langs))))
        with stage_times.stage("search"):
            for row, each in enumerate(asked):
                tokens = self.tokenize([each.text], each.lang)[0]
                if known := [token for token in tokens if token in index.vocab_dict]:
                    found[row] = index.get_scores(known)
        return found

    def _index(
        self, langs: tuple[str, ...], progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> Any:
        import bm25s

        from hybrid_tui import errors

        with self._lock:
            if langs not in self._indexes:
                for number, lang in enumerate(langs):
                    if cancelled and cancelled():
                        raise errors.Cancelled
                    if lang not in self._tokens:
                        self._tokens[lang] = self.tokenize(self.collection.passage_inputs(lang), lang)
                    if progress:
                        progress(number + 1, len(langs))
                index = bm25s.BM25(k1=K1, b=B, method="lucene", dtype="float64")
                index.index([text for lang in langs for text in self._tokens[lang]], show_progress=False)
                self._indexes[langs] = index
            return self._indexes[langs]


def scorer(collection: Collection, argument: str, resources: Resources) -> Scorer:  # noqa: ARG001
    """Return BM25 over words (`words`, or nothing), or over the subwords of a model.

    Raises UsageError for a model that is not known or has no vocabulary of its own here.
    """
    tokens = argument or DEFAULTS["bm25"]
    return Bm25(collection, tokens, words if not argument else subwords(tokens))
