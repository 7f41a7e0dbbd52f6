"""What the engine can do, without the pipes: each collection, encoder and retriever is made once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.choices import IndexKind
from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import model, registry
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.linear_head import HeadEncoder
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.engine.bias_matrices import Bias
from hybrid_tui.engine.evaluation_summaries import Summaries
from hybrid_tui.engine.messages import CollectionInfo, ModelInfo, Question
from hybrid_tui.retrieval import corrections
from hybrid_tui.retrieval.corrections import Correction
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.retriever import Retriever

if TYPE_CHECKING:
    from hybrid_tui.engine.trainings import TrainingRunner

MOST_LOADED = 6
"""Encoders in memory, those used last: as many as there can be panes."""
T = TypeVar("T")
Cancelled = Callable[[], bool]


class _Once:
    """Makes each thing once, whichever thread asks first; the others wait for that thing alone."""

    def __init__(self) -> None:
        self._made: dict[Hashable, object] = {}
        self._locks: dict[Hashable, Lock] = {}
        self._guard = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._guard:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            found = self._made.get(key, _Once)  # which nothing makes
            if found is not _Once:
                return cast("T", found)
            made = self._made[key] = make()
            return made

    def forget(self, name: str) -> None:
        """Forget what was made of something that has this name."""
        with self._guard:
            for key in [key for key in self._made if isinstance(key, tuple) and name in key]:
                self._made.pop(key, None)

    def drop(self, key: Hashable) -> None:
        """Forget one thing."""
        self._made.pop(key, None)

    def names(self, kind: str) -> tuple[str, ...]:
        return tuple(str(key[1]) for key in tuple(self._made) if isinstance(key, tuple) and key[0] == kind)


class _OneAtATime:
    """An encoder that several threads may call: a second encoding beside the first would only slow both.

    The last single text is remembered: panes that share a model ask for the same query.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self._lock = Lock()
        self._last: tuple[str, Role] | None = None
        self._vector: NDArray[np.float32] | None = None

    def encode(
        self,
        texts: Sequence[str],
        role: Role,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> NDArray[np.float32]:
        with self._lock:
            if len(texts) != 1:
                return self._encoder.encode(texts, role, progress=progress, cancelled=cancelled)
            if self._vector is None or self._last != (texts[0], role):
                self._vector = self._encoder.encode(texts, role, progress=progress, cancelled=cancelled)
                self._last = (texts[0], role)
            return self._vector


class Service:
    """Answers what the app and the commands ask; safe to use from several threads.

    Unknown names raise UsageError, damaged files DataError.
    """

    def __init__(self, index: IndexKind = "flat") -> None:
        self._index = index
        self._store = EmbeddingStore()
        self._once = _Once()
        self._used: dict[str, None] = {}
        self._using = Lock()
        self._stamps: dict[str, tuple[int, ...]] = {}
        self.bias = Bias(self._store, self.encoder)
        """What is measured by pair of languages."""
        self.summaries = Summaries()
        """What kept evaluations come to."""

    @cached_property
    def trainings(self) -> TrainingRunner:
        """The trainings of this user."""
        # Only here, as it is not needed to search.
        from hybrid_tui.engine.trainings import TrainingRunner

        return TrainingRunner()

    def collections(self) -> tuple[CollectionInfo, ...]:
        """Return the collections of the catalog."""
        return tuple(
            CollectionInfo(entry.name, tuple(entry.languages), entry.queries, entry.passages)
            for entry in catalog.entries()
        )

    def models(self) -> tuple[ModelInfo, ...]:
        """Return the models that can be named."""
        return tuple(
            ModelInfo(
                spec.name,
                spec.summary,
                spec.available,
                spec.note,
                str(spec.source.facts().get("sampler", "")),
            )
            for spec in model.specs()
        )

    def questions(self, data: str, lang: str, text: str, limit: int) -> tuple[tuple[Question, ...], int]:
        """Return the first `limit` queries of a language that contain `text` in any case, and how many do."""
        found = self._collection(data).queries.filter(
            pl.col("lang") == lang,
            pl.col("text").str.to_lowercase().str.contains(text.lower(), literal=True),
        )
        rows = found.head(limit).iter_rows(named=True)
        return tuple(
            Question(row["query_id"], row["lang"], row["text"], row["topic"] or "", row["item_id"])
            for row in rows
        ), len(found)

    def relevant(self, data: str, query_id: str, langs: Sequence[str]) -> set[str]:
        """Return the passages of `langs` that answer one of the collection's queries; none for no query."""
        collection = self._collection(data)
        answers = collection.judgements.filter(pl.col("query_id") == query_id).select("passage_id")
        if set(langs) != set(collection.languages):
            inside = collection.passages.filter(pl.col("lang").is_in(langs))
            answers = answers.join(inside, on="passage_id", how="semi")
        return set(answers["passage_id"])

    def pool(self, data: str, langs: Sequence[str]) -> dict[str, int]:
        """Return the number of passages in each of some languages."""
        collection = self._collection(data)
        return {lang: len(collection.passage_rows(lang)) for lang in langs}

    def retriever(self, data: str, name: str, correction: str = "none", fit_on: str = "") -> Retriever:
        """Return the retriever of a collection, a model and a correction; nothing is encoded yet.

        fit_on: the collection that the correction is fitted on, `data` by default.
        """
        spec = corrections.parse(correction)
        for each in (data, name, fit_on):
            self._renew(each)
        key = ("retriever", data, name, spec, fit_on)
        return self._once.get(key, lambda: self._retriever(data, name, spec, fit_on or data))

    def encoder(self, name: str) -> Encoder:
        """Return the model's encoder, loaded; heads share their backbone's.

        The one that was used longest ago makes room, to be loaded again when it is needed; heads take none.
        """
        self._renew(name)
        found = self._once.get(("encoder", name), lambda: self._encoder(model.resolve(name)))
        if not isinstance(found, HeadEncoder):
            self._make_room(name)
        return found

    def _make_room(self, name: str) -> None:
        with self._using:
            self._used.pop(name, None)
            self._used[name] = None
            while len(self._used) > MOST_LOADED:
                oldest = next(iter(self._used))
                del self._used[oldest]
                self._once.drop(("encoder", oldest))

    def _renew(self, name: str) -> None:
        """Forget what was made of a model or a collection that is another since: trained or added anew."""
        stamp = registry.changed(name), catalog.changed(name)
        if self._stamps.setdefault(name, stamp) != stamp:
            self._stamps[name] = stamp
            self._once.forget(name)

    def _encoder(self, spec: ModelSpec) -> Encoder:
        if spec.base and spec.matrix is not None:
            return HeadEncoder(self.encoder(spec.base.name), spec.matrix, spec.fingerprint)
        return _OneAtATime(model.load(spec))

    def loaded(self) -> tuple[str, ...]:
        """Return the names of the models whose encoder is loaded."""
        return self._once.names("encoder")

    def _collection(self, data: str) -> Collection:
        self._renew(data)
        return self._once.get(("collection", data), lambda: catalog.load(data))

    def _retriever(self, data: str, name: str, correction: Correction, fit_on: str) -> Retriever:
        return Retriever(
            self._collection(data),
            model.resolve(name),
            self._store,
            lambda: self.encoder(name),
            self._index,
            correction,
            self._collection(fit_on),
        )
