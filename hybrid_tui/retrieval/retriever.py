"""One model on one collection, ready to answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui import languages
from hybrid_tui.choices import IndexKind
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.errors import DataError, unknown
from hybrid_tui.retrieval.corrections import (
    NO_CORRECTION,
    AlignedPassages,
    Correction,
    FittedCorrection,
    FittingSample,
)
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.encoding import embeddings, kept_row
from hybrid_tui.retrieval.index import Index, build, recall


@dataclass(frozen=True)
class _Pool:
    """The passages of one language, indexed; first: the row in the collection of the first of them."""

    index: Index
    first: int
    recall: float


class Retriever:
    """Ranks the passages of a collection for one query at a time.

    encoder: gives the model's encoder; called only when something is to be encoded.
    correction: fitted on the queries and passages of `fit_on`, the collection itself by default, when it
        is first needed.
    """

    def __init__(
        self,
        collection: Collection,
        spec: ModelSpec,
        store: EmbeddingStore,
        encoder: Callable[[], Encoder],
        index: IndexKind = "flat",
        correction: Correction = NO_CORRECTION,
        fit_on: Collection | None = None,
    ) -> None:
        self._collection = collection
        self._spec = spec
        self._store = store
        self._encoder = encoder
        self._kind = index
        self._correction = correction
        self._fit_on = fit_on or collection
        self._fitted = FittedCorrection()
        self._pools: dict[str, _Pool] = {}
        self._lock = Lock()
        self._languages = sorted(collection.passages["lang"].unique())

    def prepare(
        self,
        langs: list[str] | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Encode (once, kept) and index the passages of `langs`, all languages by default.

        Raises UsageError for a language without passages, Cancelled when `cancelled()` turns true.
        """
        wanted = self._checked(langs)

        def encoded(
            collection: Collection, role: Role, langs: Iterable[str]
        ) -> dict[str, NDArray[np.float32]]:
            return embeddings(
                collection,
                self._spec,
                role,
                sorted(set(langs)),
                self._store,
                self._encoder,
                progress=progress,
                cancelled=cancelled,
            )

        with self._lock:
            new = [lang for lang in wanted if lang not in self._pools]
            if not self._pools and self._correction != NO_CORRECTION:
                every = encoded(self._fit_on, "passage", self._fit_on.passages["lang"])
                asked = encoded(self._fit_on, "query", self._fit_on.queries["lang"])
                sample = FittingSample(asked, every, AlignedPassages.of(self._fit_on))
                self._fitted = self._correction.fit(sample)
            for lang, kept in encoded(self._collection, "passage", new).items():
                self._check(kept, lang)
                vectors = self._fitted.apply(kept, "passage", lang)
                index = build(vectors, self._kind)
                share = 1.0 if self._kind == "flat" else recall(index, vectors)
                self._pools[lang] = _Pool(index, self._collection.passage_rows(lang).start, share)

    def recall(self) -> float:
        """Return the mean share of the exact top 10 that the indexes find, in [0, 1]; 1 for `flat`."""
        return float(np.mean([pool.recall for pool in self._pools.values()]))

    def search(
        self,
        query: str,
        *,
        query_id: str = "",
        query_lang: str = "auto",
        langs: list[str] | None = None,
        k: int = 10,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Ranking:
        """Return the first k passages of `langs` (default: all) for a query.

        query_id: one of the collection's queries, whose kept embedding and relevance are then used.
        query_lang: its language, or "auto" to detect it among the collection's.
        Raises UsageError for an unknown language or query id.
        """
        wanted = self._checked(langs)
        self.prepare(wanted, progress, cancelled)
        own = self._own_query(query_id) if query_id else None
        asked = own["lang"] if own else self._language(query, query_lang)
        vector = self._kept(own) if own else None
        if vector is None:
            encoder = self._encoder()  # loads it, which is no part of the search
            started = time.perf_counter()
            vector = encoder.encode([own["text"] if own else query], "query")
        else:
            started = time.perf_counter()
        if not np.isfinite(vector).all():
            raise _broken(f"the query's embedding of {self._spec.name}")
        vector = self._fitted.apply(vector, "query", asked)
        encoded = time.perf_counter()
        hits = self._rank(vector, wanted, k, own)
        searched = time.perf_counter()
        return Ranking(
            model=self._spec.name,
            data=self._collection.name,
            query=own["text"] if own else query,
            query_lang=asked,
            langs=tuple(wanted),
            pool=sum(self._pools[lang].index.rows for lang in wanted),
            hits=hits,
            correction=str(self._correction),
            seconds={"encode": encoded - started, "search": searched - encoded},
        )

    def _check(self, vectors: NDArray[np.float32], lang: str) -> None:
        """Raise DataError that names the first passage whose embedding is not finite."""
        bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
        if bad.size:
            row = self._collection.passage_rows(lang)[int(bad[0])]
            name = self._collection.passages["passage_id"][row]
            raise _broken(f"{lang} passage {name!r}: its embedding of {self._spec.name}")

    def _checked(self, langs: list[str] | None) -> list[str]:
        for lang in langs or []:
            if lang not in self._languages:
                raise unknown(f"passage language in {self._collection.name}", lang, self._languages)
        return [lang for lang in self._languages if not langs or lang in langs]

    def _language(self, query: str, told: str) -> str:
        if told == "auto":
            return languages.detect(query, self._collection.languages)
        if told in self._collection.languages:
            return told
        return languages.language(told).code

    def _own_query(self, query_id: str) -> dict[str, str]:
        rows = self._collection.queries.filter(pl.col("query_id") == query_id)
        if rows.is_empty():
            raise unknown(
                f"query in {self._collection.name}", query_id, [], "list them with `hybrid-tui explore`"
            )
        return rows.row(0, named=True)

    def _kept(self, own: dict[str, str]) -> NDArray[np.float32] | None:
        """Return the kept embedding of a query of the collection, shape (1, dimension); None for none."""
        queries = self._collection.queries.filter(pl.col("lang") == own["lang"])
        row = int(np.flatnonzero(queries["query_id"] == own["query_id"])[0])
        return kept_row(self._collection, self._spec, "query", own["lang"], self._store, row)

    def _rank(
        self, vector: NDArray[np.float32], langs: list[str], k: int, own: dict[str, str] | None
    ) -> tuple[Hit, ...]:
        """Merge the languages' best; ties by language, then row: the collection's order."""
        found = [
            (-float(score), position, int(row))
            for position, lang in enumerate(langs)
            for score, row in zip(
                *(side[0] for side in self._pools[lang].index.search(vector, k)), strict=True
            )
            if row >= 0
        ]
        best = sorted(found)[:k]
        rows = [self._pools[langs[position]].first + row for _, position, row in best]
        ids = self._collection.passages["passage_id"].gather(rows)
        texts = self._collection.passage_texts(rows)
        relevant = self._relevant(own["query_id"]) if own else None
        return tuple(
            Hit(
                rank=rank,
                passage_id=passage_id,
                lang=langs[position],
                score=-score,
                text=text,
                relevant=None if relevant is None else passage_id in relevant,
                context=context or "",
            )
            for rank, ((score, position, _), passage_id, (text, context)) in enumerate(
                zip(best, ids, texts.rows(), strict=True), 1
            )
        )

    def _relevant(self, query_id: str) -> set[str]:
        rows = self._collection.judgements.filter(pl.col("query_id") == query_id)
        return set(rows["passage_id"])


def _broken(what: str) -> DataError:
    return DataError(f"{what} is not finite", "the model failed on this text, or its weights are broken")
