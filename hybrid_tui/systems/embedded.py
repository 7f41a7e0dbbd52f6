"""Embeddings of a collection under a system: encoded, cut, corrected, queries mixed with other forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.text_input import TextInput
from hybrid_tui.encoders.encoder import Encoder, Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.retrieval.corrections import (
    NO_CORRECTION,
    AlignedPassages,
    Correction,
    FittedCorrection,
    FittingSample,
)
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.encoding import HeadRows, stored_embeddings
from hybrid_tui.retrieval.shelves import Shelves
from hybrid_tui.retrieval.stored_rows import StoredRows
from hybrid_tui.systems import stage_times
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.in_memory import EmbeddingsInMemory, Share, alone
from hybrid_tui.systems.query_forms import QueryForms
from hybrid_tui.systems.query_texts import FormTexts, joined
from hybrid_tui.systems.scorer import Cancelled, Steps

Rows = StoredRows | HeadRows
Arrays = dict[str, NDArray[np.float32]]
_NOTHING = 1e-6


@dataclass(eq=False)
class EmbeddedTexts:
    """Gives the embeddings that a model and the stages upon it make of a collection's texts.

    encoder: gives the model's encoder; called only when something is to be encoded.
    dimensions: how many of the first are taken; 0 for all. correction: fitted on the queries and passages of
    `fit_on`, the collection itself by default, when it is first needed. forms: those that queries are mixed
    with or joined to. share: gives what systems with other forms have in memory, too.
    """

    collection: Collection
    spec: ModelSpec
    store: EmbeddingStore
    encoder: Callable[[], Encoder]
    dimensions: int = 0
    correction: Correction = NO_CORRECTION
    fit_on: Collection | None = None
    forms: QueryForms | None = None
    share: Share = alone

    @cached_property
    def memory(self) -> EmbeddingsInMemory:
        """What is in memory of the passages."""
        fitting = self.fitting.fingerprint if self.correction != NO_CORRECTION else ""
        key = (self.collection.fingerprint, self.spec.fingerprint, self.dimensions, self.correction, fitting)
        return self.share(("embeddings", *key), EmbeddingsInMemory)

    @property
    def fitting(self) -> Collection:
        """What the correction is fitted on."""
        return self.fit_on or self.collection

    @property
    def plain(self) -> bool:
        """Whether embeddings are those of the model as they are."""
        return self.correction == NO_CORRECTION and not self.dimensions and not self.forms

    @property
    def fitted(self) -> bool:
        """Whether the correction is fitted, or there is none."""
        return self.correction == NO_CORRECTION or self.memory.fitted is not None

    def shelves(self, collection: Collection, role: Role, langs: Sequence[str]) -> Shelves:
        """Return where the embeddings of a collection's texts are kept."""
        return Shelves.below(self.store, self.spec, collection, role, list(langs))

    def needed(self, langs: Sequence[str]) -> list[Shelves]:
        """Return what must be encoded to rank passages of `langs`: these last."""
        own = self.shelves(self.collection, "passage", langs)
        if self.fitted:
            return [own]
        return [*self._fitting_shelves(), own]

    def queries_needed(self) -> list[Shelves]:
        """Return what must be encoded to ask all queries of the collection, in the order in which it is."""
        langs = _langs(self.collection, "query")
        own = [self.shelves(self.collection, "query", langs)]
        if self.forms:
            texts = self.forms.texts
            spoken = [lang for lang in langs if len(texts.rows(lang))]
            own.append(Shelves.below(self.store, self.spec, texts, "query", spoken))
        return own

    def prepare(
        self,
        langs: Sequence[str],
        step: Steps,
        cancelled: Cancelled | None = None,
    ) -> dict[str, Rows]:
        """Encode what is needed and fit the correction; return the passages of `langs` as they are kept."""
        with self.memory.lock:
            self.fit(step, cancelled)
            return self._stored(self.collection, "passage", langs, step, cancelled)

    def fit(self, step: Steps, cancelled: Cancelled | None = None) -> FittedCorrection:
        """Return the correction, fitted when it is first asked for; what that needs is encoded."""
        if self.correction == NO_CORRECTION:
            return FittedCorrection()
        with self.memory.lock:
            if self.memory.fitted is None:
                sides = [
                    self._stored(each.texts, each.role, each.langs, step, cancelled)
                    for each in self._fitting_shelves()
                ]
                every, asked = (
                    {lang: self._fit_for(rows, lang, role) for lang, rows in side.items()}
                    for role, side in zip(_SIDES, sides, strict=True)
                )
                sample = FittingSample(asked, every, AlignedPassages.of(self.fitting))
                self.memory.fitted = self.correction.fit(sample)
            return self.memory.fitted

    def changed(self, vectors: NDArray[np.float32], role: Role, lang: str) -> NDArray[np.float32]:
        """Return embeddings of a language as the stages change them; `prepare` comes first."""
        cut = self.cut(vectors)
        if self.correction == NO_CORRECTION:
            return cut
        assert self.memory.fitted
        return self.memory.fitted.apply(cut, role, lang)

    def cut(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the first dimensions, of length 1; UsageError where there are no more than these."""
        return cut(vectors, self.dimensions, self.spec.name)

    def query(self, asked: Asked, vector: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return one query as it is compared, shape (1, dimension), float32; `prepare` comes first.

        vector: the kept embedding of its text, where there is one. DataError for one that is not finite.
        """
        form = self.forms.of(asked) if self.forms else None
        how = self.forms.variant.how if self.forms else ""
        with stage_times.stage("encode"):
            if vector is None:
                vector = self._encoded(
                    joined(asked.text, form.text) if form and how == "concat" else asked.text
                )
            if not np.isfinite(vector).all():
                raise not_finite(f"the query's embedding of {self.spec.name}")
            own = self.changed(vector, "query", asked.lang)
        if not form or not self.forms or how != "mix":
            return own
        with stage_times.stage("query"):
            other = self.changed(self._encoded(form.text), "query", form.lang)
            return mixed(own, other, self.forms.variant.weight)

    def stored_queries(
        self, langs: Sequence[str], step: Steps, cancelled: Cancelled | None = None
    ) -> dict[str, Rows]:
        """Return the collection's queries as they are kept, by language; what is missing is encoded."""
        return self._stored(self.collection, "query", langs, step, cancelled)

    def queries(self, langs: Sequence[str], step: Steps, cancelled: Cancelled | None = None) -> Arrays:
        """Return the collection's queries as they are compared, by language; `prepare` comes first."""
        stored = self.stored_queries(langs, step, cancelled)
        found = {
            lang: self.changed(whole(rows, self.collection, "query", lang, self.spec.name), "query", lang)
            for lang, rows in stored.items()
        }
        texts = self.forms.texts if self.forms else None
        if texts and (spoken := [lang for lang in langs if len(texts.rows(lang))]):
            made = self._stored(texts, "query", spoken, step, cancelled)
            for lang in spoken:
                found[lang] = self._with_forms(texts, found[lang], lang, made[lang][:].astype(np.float32))
        return found

    @property
    def notes(self) -> tuple[str, ...]:
        """How many queries lack the form that is asked for, in words."""
        return self.forms.notes if self.forms else ()

    @property
    def form_fingerprint(self) -> str:
        """What names the texts of the other forms; empty where no stage takes one."""
        return self.forms.texts.fingerprint if self.forms else ""

    def _encoded(self, text: str) -> NDArray[np.float32]:
        with stage_times.loading():
            encoder = self.encoder()
        return encoder.encode([text], "query")

    def _with_forms(
        self, texts: FormTexts, own: NDArray[np.float32], lang: str, made: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return queries of a language with what comes of their other forms."""
        mix = texts.variant.how == "mix"
        found, rows, langs = own.copy(), texts.rows(lang), texts.langs(lang)
        for each in dict.fromkeys(langs):
            some = np.array([of == each for of in langs])
            # A joined text is in the query's language as far as it is in any.
            other = self.changed(made[some], "query", each if mix else lang)
            found[rows[some]] = mixed(own[rows[some]], other, texts.variant.weight if mix else 1.0)
        return found

    def _fitting_shelves(self) -> list[Shelves]:
        return [self.shelves(self.fitting, role, _langs(self.fitting, role)) for role in _SIDES]

    def _fit_for(self, rows: Rows, lang: str, role: Role) -> NDArray[np.float32]:
        return self.cut(whole(rows, self.fitting, role, lang, self.spec.name))

    def _stored(
        self, texts: TextInput, role: Role, langs: Sequence[str], step: Steps, cancelled: Cancelled | None
    ) -> dict[str, Rows]:
        return stored_embeddings(
            texts,
            self.spec,
            role,
            list(langs),
            self.store,
            self.encoder,
            progress=step(encoding_step(role, texts)),
            cancelled=cancelled,
        )


def encoding_step(role: Role, texts: TextInput) -> str:
    """Return how encoding texts is called while it lasts."""
    return f"encoding {'queries' if role == 'query' else 'passages'} of {texts.name}"


_SIDES: tuple[Role, Role] = ("passage", "query")


def mixed(own: NDArray[np.float32], other: NDArray[np.float32], weight: float) -> NDArray[np.float32]:
    """Return norm((1 - w) own + w other), row by row, shape (rows, dimension), float32.

    A row that nothing would be left of stays as it is.
    """
    together = np.float32(1 - weight) * own + np.float32(weight) * other
    lengths = np.linalg.norm(together, axis=1, keepdims=True)
    return np.where(lengths > _NOTHING, together / np.maximum(lengths, _NOTHING), own)


def whole(rows: Rows, collection: Collection, role: Role, lang: str, model: str) -> NDArray[np.float32]:
    """Return all rows, float32; DataError that names the first text whose embedding is not finite."""
    found = rows[:].astype(np.float32, copy=False)
    bad = np.flatnonzero(~np.isfinite(found).all(axis=1))
    if bad.size:
        table = (collection.queries if role == "query" else collection.passages).filter(
            pl.col("lang") == lang
        )
        row = int(bad[0])
        name = table[f"{role}_id"][row]
        raise not_finite(f"{lang} {role} {name!r} (row {row + 1:,}): its embedding of {model}")
    return found


def not_finite(what: str) -> DataError:
    """Build the error for an embedding that is not finite."""
    return DataError(f"{what} is not finite", "the model failed on this text, or its weights are broken")


def cut(vectors: NDArray[np.float32], dimensions: int, model: str) -> NDArray[np.float32]:
    """Return the first dimensions of embeddings, of length 1; 0 for all, as they are.

    Raises UsageError where there are no more than these.
    """
    if not dimensions:
        return vectors
    if dimensions >= vectors.shape[1]:
        raise UsageError(
            f"dim:{dimensions}: {model} has {vectors.shape[1]} dimensions",
            "name fewer, or leave the stage out",
        )
    first = vectors[:, :dimensions]
    lengths = np.linalg.norm(first, axis=1, keepdims=True)
    return np.asarray(first / np.maximum(lengths, _NOTHING), np.float32)


def _langs(collection: Collection, role: Role) -> list[str]:
    table = collection.queries if role == "query" else collection.passages
    return sorted(table["lang"].unique())
