"""One model on one collection, ready to answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
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
from hybrid_tui.errors import DataError, HybridTuiError, unknown
from hybrid_tui.retrieval.corrections import (
    NO_CORRECTION,
    AlignedPassages,
    Correction,
    FittedCorrection,
    FittingSample,
)
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.encoding import HeadRows, kept_row, read_part, stored_embeddings
from hybrid_tui.retrieval.index import build, recall
from hybrid_tui.retrieval.passage_pools import Pool, first_hits
from hybrid_tui.retrieval.shelves import Shelves
from hybrid_tui.retrieval.stored_rows import StoredPart, StoredRows


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
        self._fitted = FittedCorrection() if correction == NO_CORRECTION else None
        self._pools: dict[str, Pool] = {}
        self._parts: dict[StoredPart, Pool] = {}
        self._sought: set[str] = set()
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
        new = [lang for lang in self._checked(langs) if lang not in self._pools]
        if not new:
            return
        stored = [
            stored_embeddings(
                shelves.texts,
                self._spec,
                shelves.role,
                list(shelves.langs),
                self._store,
                self._encoder,
                progress=progress,
                cancelled=cancelled,
            )
            for shelves in self._needed(new)
        ]
        with self._lock:
            if self._fitted is None:
                every, asked = ({lang: _whole(rows) for lang, rows in side.items()} for side in stored[:2])
                sample = FittingSample(asked, every, AlignedPassages.of(self._fit_on))
                self._fitted = self._correction.fit(sample)
            for lang in new:
                if lang not in self._pools:
                    first = self._collection.passage_rows(lang).start
                    self._pools[lang] = self._pool(_whole(stored[-1][lang]), lang, first, self._kind)
        self._parts = {}

    def to_encode(self, langs: list[str] | None = None) -> int:
        """Return how many texts `prepare` would encode, those known from elsewhere left out."""
        new = [lang for lang in self._checked(langs) if lang not in self._pools]
        if not new:
            return 0
        # What a correction is fitted on comes first, and may hold the passages to be ranked.
        sides = {(each.texts.fingerprint, each.role): each for each in reversed(self._needed(new))}
        return sum(shelves.to_encode() for shelves in sides.values())

    def kept(self, langs: list[str] | None = None) -> dict[str, int]:
        """Return how many passages of each of `langs`, all by default, are encoded; cheap."""
        return self._shelves(self._collection, "passage", self._checked(langs)).count()

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
        pools = [self._pools[lang] for lang in wanted]
        return self._ranking(pools, query, query_id, query_lang, wanted, k)

    def search_kept(
        self,
        query: str,
        *,
        query_id: str = "",
        query_lang: str = "auto",
        langs: list[str] | None = None,
        k: int = 10,
    ) -> Ranking:
        """Return the first k of the passages that are encoded already; `missing` tells how many are not.

        Of a correction that is yet to be fitted there are none. Parameters and errors are those of `search`.
        """
        wanted = self._checked(langs)
        return self._ranking(self._kept_pools(wanted), query, query_id, query_lang, wanted, k)

    def _ranking(
        self, pools: list[Pool], query: str, query_id: str, query_lang: str, langs: list[str], k: int
    ) -> Ranking:
        own = self._own_query(query_id) if query_id else None
        text = own["text"] if own else query
        asked = own["lang"] if own else self._language(query, query_lang)
        hits, seconds = self._hits(pools, text, asked, k, own) if pools else ((), {})
        size = sum(pool.index.rows for pool in pools)
        return Ranking(
            model=self._spec.name,
            data=self._collection.name,
            query=text,
            query_lang=asked,
            langs=tuple(langs),
            pool=size,
            hits=hits,
            correction=str(self._correction),
            seconds=seconds,
            missing=sum(len(self._collection.passage_rows(lang)) for lang in langs) - size,
        )

    def _hits(
        self, pools: list[Pool], text: str, asked: str, k: int, own: dict[str, str] | None
    ) -> tuple[tuple[Hit, ...], dict[str, float]]:
        """Return the first k passages of pools, and the seconds that each stage took."""
        vector = self._kept(own) if own else None
        if vector is None:
            encoder = self._encoder()  # loads it, which is no part of the search
            started = time.perf_counter()
            vector = encoder.encode([text], "query")
        else:
            started = time.perf_counter()
        if not np.isfinite(vector).all():
            raise _broken(f"the query's embedding of {self._spec.name}")
        assert self._fitted
        vector = self._fitted.apply(vector, "query", asked)
        encoded = time.perf_counter()
        hits = first_hits(self._collection, pools, vector, k, own["query_id"] if own else "")
        return hits, {"encode": encoded - started, "search": time.perf_counter() - encoded}

    def _shelves(self, collection: Collection, role: Role, langs: list[str]) -> Shelves:
        return Shelves.below(self._store, self._spec, collection, role, langs)

    def _needed(self, langs: list[str]) -> list[Shelves]:
        """Return what must be encoded to rank passages of `langs`: these last."""
        own = self._shelves(self._collection, "passage", langs)
        if self._fitted is not None:
            return [own]
        fit_on = self._fit_on
        passages = self._shelves(fit_on, "passage", sorted(fit_on.passages["lang"].unique()))
        return [passages, self._shelves(fit_on, "query", sorted(fit_on.queries["lang"].unique())), own]

    def _pool(self, kept: NDArray[np.float32], lang: str, first: int, kind: IndexKind) -> Pool:
        """Index embeddings as they are kept, those of the collection's rows from `first` on."""
        self._check(kept, lang, first)
        assert self._fitted
        vectors = self._fitted.apply(kept, "passage", lang)
        index = build(vectors, kind)
        return Pool(index, first, 1.0 if kind == "flat" else recall(index, vectors))

    def _kept_pools(self, langs: list[str]) -> list[Pool]:
        """Return the passages of `langs` that are encoded, one pool a part where some are missing."""
        if self._fitted is None:
            return []
        found, parts = [], {}
        for lang in langs:
            if lang in self._pools:
                found.append(self._pools[lang])
                continue
            begin = self._collection.passage_rows(lang).start
            for part in self._shelves(self._collection, "passage", [lang]).kept(lang):
                pool = self._parts.get(part) or self._part_pool(part, lang, begin + part.start)
                if pool:
                    parts[part] = pool
        self._parts = parts
        return [*found, *parts.values()]

    def _part_pool(self, part: StoredPart, lang: str, first: int) -> Pool | None:
        """Index a part; None where a larger one has just taken its place."""
        try:
            vectors = read_part(part, self._spec)
        except HybridTuiError:
            return None
        return self._pool(vectors, lang, first, "flat")

    def _check(self, vectors: NDArray[np.float32], lang: str, first: int) -> None:
        """Raise DataError that names the first passage whose embedding is not finite."""
        bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
        if bad.size:
            name = self._collection.passages["passage_id"][first + int(bad[0])]
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
        lang = own["lang"]
        queries = self._collection.queries.filter(pl.col("lang") == lang)
        row = int(np.flatnonzero(queries["query_id"] == own["query_id"])[0])
        find = partial(kept_row, self._collection, self._spec, "query", lang, self._store, row)
        found = find()
        if found is None and lang not in self._sought:
            # Those of a split, and of texts that are in another collection, too, need no encoder.
            self._sought.add(lang)
            if self._shelves(self._collection, "query", [lang]).to_encode() == 0:
                stored_embeddings(self._collection, self._spec, "query", [lang], self._store, self._encoder)
                return find()
        return found


def _whole(rows: StoredRows | HeadRows) -> NDArray[np.float32]:
    return rows[:].astype(np.float32, copy=False)


def _broken(what: str) -> DataError:
    return DataError(f"{what} is not finite", "the model failed on this text, or its weights are broken")
