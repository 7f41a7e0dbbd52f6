"""One system of embeddings on one collection, ready to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.choices import IndexKind
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.corpus.variants import QueryForm
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.retrieval.encoding import kept_row, read_part, stored_embeddings
from hybrid_tui.retrieval.index import build, recall
from hybrid_tui.retrieval.passage_pools import Pool, first_hits
from hybrid_tui.retrieval.stored_rows import StoredPart
from hybrid_tui.systems import queries, stage_times
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.embedded import EmbeddedTexts, not_finite, whole
from hybrid_tui.systems.scorer import Steps, silent

NO_FORMS: Mapping[str, QueryForm] = {}


class Retriever:
    """Ranks the passages of a collection for one query at a time.

    name: of the system, in its written form. texts: the embeddings; what is missing is encoded when needed.
    """

    def __init__(self, name: str, texts: EmbeddedTexts, index: IndexKind = "flat") -> None:
        self.name = name
        self._texts = texts
        self._collection = texts.collection
        self._kind = index
        self._parts: dict[StoredPart, Pool] = {}
        self._sought: set[str] = set()

    @property
    def _pools(self) -> dict[str, Pool]:
        return self._texts.memory.pools.setdefault(self._kind, {})

    def prepare(
        self,
        langs: list[str] | None = None,
        step: Steps = silent,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Encode (once, kept) and index the passages of `langs`, all languages by default.

        Raises UsageError for a language without passages, Cancelled when `cancelled()` turns true.
        """
        new = [lang for lang in queries.checked(self._collection, langs) if lang not in self._pools]
        if not new:
            return
        stored = self._texts.prepare(new, step, cancelled)
        with self._texts.memory.lock:
            for lang in new:
                if lang not in self._pools:
                    first = self._collection.passage_rows(lang).start
                    kept = whole(stored[lang], self._collection, "passage", lang, self._texts.spec.name)
                    self._pools[lang] = self._pool(kept, lang, first, self._kind)
        self._parts = {}

    def to_encode(self, langs: list[str] | None = None) -> int:
        """Return how many texts `prepare` would encode, those known from elsewhere left out."""
        new = [lang for lang in queries.checked(self._collection, langs) if lang not in self._pools]
        if not new:
            return 0
        # What a correction is fitted on comes first, and may hold the passages to be ranked.
        sides = {(each.texts.fingerprint, each.role): each for each in reversed(self._texts.needed(new))}
        return sum(shelves.to_encode() for shelves in sides.values())

    def kept(self, langs: list[str] | None = None) -> dict[str, int]:
        """Return how many passages of each of `langs`, all by default, are encoded; cheap."""
        return self._texts.shelves(
            self._collection, "passage", queries.checked(self._collection, langs)
        ).count()

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
        forms: Mapping[str, QueryForm] = NO_FORMS,
        step: Steps = silent,
        cancelled: Callable[[], bool] | None = None,
    ) -> Ranking:
        """Return the first k passages of `langs` (default: all) for a query.

        query_id: one of the collection's queries, whose kept embedding and relevance are then used.
        query_lang: its language, or "auto" to detect it among the collection's. forms: other forms of a query
        that was typed, by variant. Raises UsageError for an unknown language or query id, and for a form that
        a stage takes and is not there.
        """
        wanted = queries.checked(self._collection, langs)
        self.prepare(wanted, step, cancelled)
        pools = [self._pools[lang] for lang in wanted]
        return self._ranking(pools, query, query_id, query_lang, wanted, k, forms)

    def search_kept(
        self,
        query: str,
        *,
        query_id: str = "",
        query_lang: str = "auto",
        langs: list[str] | None = None,
        k: int = 10,
        forms: Mapping[str, QueryForm] = NO_FORMS,
    ) -> Ranking:
        """Return the first k of the passages that are encoded already; `missing` tells how many are not.

        Of a correction that is yet to be fitted there are none. Parameters and errors are those of `search`.
        """
        wanted = queries.checked(self._collection, langs)
        return self._ranking(self._kept_pools(wanted), query, query_id, query_lang, wanted, k, forms)

    def _ranking(
        self,
        pools: list[Pool],
        query: str,
        query_id: str,
        query_lang: str,
        langs: list[str],
        k: int,
        forms: Mapping[str, QueryForm],
    ) -> Ranking:
        asked = queries.asked(self._collection, query, query_id, query_lang, forms)
        hits, seconds = self._hits(pools, asked, k) if pools else ((), {})
        size = sum(pool.index.rows for pool in pools)
        return Ranking(
            system=self.name,
            data=self._collection.name,
            query=asked.text,
            query_lang=asked.lang,
            langs=tuple(langs),
            pool=size,
            hits=hits,
            seconds=seconds,
            missing=sum(len(self._collection.passage_rows(lang)) for lang in langs) - size,
        )

    def _hits(self, pools: list[Pool], asked: Asked, k: int) -> tuple[tuple[Hit, ...], dict[str, float]]:
        """Return the first k passages of pools, and the seconds that each stage took."""
        texts = self._texts
        form = texts.forms.of(asked) if texts.forms else None
        together = bool(form and texts.forms and texts.forms.variant.how == "concat")
        vector = self._kept(asked) if asked.query_id and not together else None
        with stage_times.timed() as seconds:
            vector = texts.query(asked, vector)
            with stage_times.stage("search"):
                hits = first_hits(self._collection, pools, vector, k, asked.query_id)
        return hits, seconds

    def _pool(self, kept: NDArray[np.float32], lang: str, first: int, kind: IndexKind) -> Pool:
        """Index embeddings as they are kept, those of the collection's rows from `first` on."""
        vectors = self._texts.changed(kept, "passage", lang)
        index = build(vectors, kind)
        return Pool(index, first, 1.0 if kind == "flat" else recall(index, vectors))

    def _kept_pools(self, langs: list[str]) -> list[Pool]:
        """Return the passages of `langs` that are encoded, one pool a part where some are missing."""
        if not self._texts.fitted:
            return []
        found, parts = [], {}
        for lang in langs:
            if lang in self._pools:
                found.append(self._pools[lang])
                continue
            begin = self._collection.passage_rows(lang).start
            for part in self._texts.shelves(self._collection, "passage", [lang]).kept(lang):
                pool = self._parts.get(part) or self._part_pool(part, lang, begin + part.start)
                if pool:
                    parts[part] = pool
        self._parts = parts
        return [*found, *parts.values()]

    def _part_pool(self, part: StoredPart, lang: str, first: int) -> Pool | None:
        """Index a part; None where a larger one has just taken its place."""
        try:
            vectors = read_part(part, self._texts.spec)
        except HybridTuiError:
            return None
        bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
        if bad.size:
            name = self._collection.passages["passage_id"][first + int(bad[0])]
            raise not_finite(f"{lang} passage {name!r}: its embedding of {self._texts.spec.name}")
        return self._pool(vectors, lang, first, "flat")

    def _kept(self, asked: Asked) -> NDArray[np.float32] | None:
        """Return the kept embedding of a query of the collection, shape (1, dimension); None for none."""
        lang = asked.lang
        own = self._collection.queries.filter(pl.col("lang") == lang)
        row = int(np.flatnonzero(own["query_id"] == asked.query_id)[0])
        texts, collection = self._texts, self._collection
        find = partial(kept_row, collection, texts.spec, "query", lang, texts.store, row)
        found = find()
        if found is None and lang not in self._sought:
            # Those of a split, and of texts that are in another collection, too, need no encoder.
            self._sought.add(lang)
            if texts.shelves(collection, "query", [lang]).to_encode() == 0:
                stored_embeddings(collection, texts.spec, "query", [lang], texts.store, texts.encoder)
                return find()
        return found
