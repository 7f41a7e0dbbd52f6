"""A system on a collection: what its written form makes, and what names its evaluation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from hybrid_tui.comparison.retriever_names import is_model
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.documents import fitting
from hybrid_tui.encoders import model
from hybrid_tui.encoders.model import ModelSpec, Provenance
from hybrid_tui.errors import UsageError
from hybrid_tui.retrieval.corrections import NO_CORRECTION
from hybrid_tui.systems import pairs, written
from hybrid_tui.systems.dense import DenseScores
from hybrid_tui.systems.embedded import EmbeddedTexts
from hybrid_tui.systems.query_forms import AskedInForms, QueryForms
from hybrid_tui.systems.resources import Resources
from hybrid_tui.systems.retrievers import SCORERS
from hybrid_tui.systems.scorer import Needed, Scorer
from hybrid_tui.systems.stages.correct import Correct
from hybrid_tui.systems.stages.dim import Dim
from hybrid_tui.systems.stages.fuse import Fuse, Fused
from hybrid_tui.systems.stages.query import QueryVariant
from hybrid_tui.systems.stages.rerank import Rerank, Reranked
from hybrid_tui.systems.written import SystemName


@dataclass(frozen=True, eq=False)
class System:
    """A system on a collection: all that decides the figures.

    `texts` are its embeddings where these alone decide; else None, and `scorer` gives its scores.
    """

    collection: Collection
    written: SystemName
    resources: Resources

    @cached_property
    def spec(self) -> ModelSpec | None:
        """The dense model that it begins with; None for another retriever."""
        return None if not is_model(self.written.retriever) else model.resolve(self.written.retriever)

    @cached_property
    def texts(self) -> EmbeddedTexts | None:
        """What gives its embeddings; None where scores are made of more than one product of them."""
        variant = self.written.stage(QueryVariant)
        if self.spec is None or self.written.stage(Fuse) or self.written.stage(Rerank):
            return None
        if variant and variant.how == "rrf":
            return None
        return self._embedded(variant)

    @cached_property
    def scorer(self) -> Scorer:
        """What gives its scores."""
        found = self._first()
        variant, fuse = self.written.stage(QueryVariant), self.written.stage(Fuse)
        if variant and variant.how == "rrf":
            whole = QueryVariant(variant.variant, weight=1.0)
            forms = QueryForms(self.collection, whole)
            found = Fused((found, self._dense(whole) if self.spec else AskedInForms(found, forms)), "query")
        if fuse:
            other = System(self.collection, SystemName(fuse.retriever), self.resources)
            found = Fused((found, other.scorer))
        if rerank := self.written.stage(Rerank):
            scores = self.resources.share(("pairs", rerank.model), lambda: pairs.of(rerank.model))
            found = Reranked(self.collection, found, rerank, scores)
        return found

    @property
    def name(self) -> str:
        """What it is called: the written form, without a collection to fit on where that is this one."""
        return str(self.written)

    @cached_property
    def provenance(self) -> Provenance:
        """Where its model comes from; the retriever's name alone where that is none."""
        return self.spec.provenance if self.spec else Provenance(self.written.retriever, "untrained")

    @property
    def correction(self) -> str:
        """Its correction, with its parameters; `none` for none."""
        correct = self.written.stage(Correct)
        return str(correct.correction if correct else NO_CORRECTION)

    @cached_property
    def fitted_on(self) -> str:
        """What the correction is fitted on: `name@fingerprint`, and which texts of it; empty for none."""
        correct = self.written.stage(Correct)
        if not correct:
            return ""
        fit_on = self._fit_on
        basis = correct.correction.basis(fit_on)
        return f"{fit_on.name}@{fit_on.fingerprint}" + (f" ({basis})" if basis else "")

    @cached_property
    def fingerprint(self) -> str:
        """What names the model, or the scorer where there are other parts."""
        if self.texts:
            return self.texts.spec.fingerprint
        return hashlib.sha256(self.scorer.fingerprint.encode()).hexdigest()[:32]

    @cached_property
    def parts(self) -> str:
        """What else decides the figures of embeddings: dimensions, the form of queries and its texts."""
        told = [str(each) for each in self.written.stages if not isinstance(each, Correct)]
        return "+".join([*told, self.texts.form_fingerprint if self.texts else ""]) if told else ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of its figures must know, a sentence each."""
        return (*(self.texts.notes if self.texts else self.scorer.notes), *self._fitting[1])

    def needed(self, langs: Sequence[str] = (), *, asked: bool = True) -> Sequence[Needed]:
        """Return what must be encoded to search, in the order in which it is.

        langs: of passages, all by default. asked: for all queries of the collection, too.
        """
        langs = list(langs) or sorted(self.collection.passages["lang"].unique())
        if self.texts:
            return [*self.texts.needed(langs), *(self.texts.queries_needed() if asked else [])]
        return self.scorer.needed(langs, asked=asked)

    @property
    def _fit_on(self) -> Collection:
        return self._fitting[0]

    @cached_property
    def _fitting(self) -> tuple[Collection, tuple[str, ...]]:
        """Return what the correction is fitted on, and what must be known of that."""
        correct = self.written.stage(Correct)
        if not correct or not correct.fit_on:
            return self.collection, ()
        if fitting.is_path(correct.fit_on):
            found, told = fitting.texts(correct.fit_on)
        else:
            found, told = self.resources.collection(correct.fit_on), ()
        lacking = sorted({*self.collection.languages} - {*found.languages})
        if lacking:
            told = (*told, f"no text in {', '.join(lacking)}: fitted there as over all of its languages")
        return found, tuple(f"{correct}: {each}" for each in told)

    def _first(self) -> Scorer:
        """Return the retriever's scores, of queries in another form where a stage asks for one."""
        variant = self.written.stage(QueryVariant)
        alone = variant if variant and variant.how != "rrf" else None
        if self.spec is not None:
            return self._dense(alone)
        kind, _, argument = self.written.retriever.partition(":")
        if kind not in SCORERS:
            raise UsageError(f"{self.name}: {kind} cannot be searched with", f"known: {', '.join(SCORERS)}")
        for stage in self.written.stages:
            if isinstance(stage, Dim | Correct):
                raise self._no_embeddings(stage, f"me5-small+{stage}")
        found = self.resources.share(
            (self.written.retriever, self.collection.fingerprint),
            lambda: SCORERS[kind](self.collection, argument, self.resources),
        )
        if alone and alone.how == "mix" and alone.weight < 1:
            raise self._no_embeddings(
                alone, f"query:{alone.variant}:concat, :rrf, or :1 in the query's place"
            )
        return AskedInForms(found, QueryForms(self.collection, alone)) if alone else found

    def _no_embeddings(self, stage: object, instead: str) -> UsageError:
        retriever = self.written.retriever
        return UsageError(
            f"{self.name}: {stage} changes embeddings, and {retriever} has none", f"write {instead}"
        )

    def _dense(self, variant: QueryVariant | None) -> DenseScores:
        return DenseScores(self._embedded(variant))

    def _embedded(self, variant: QueryVariant | None) -> EmbeddedTexts:
        assert self.spec
        dim, correct = self.written.stage(Dim), self.written.stage(Correct)
        return EmbeddedTexts(
            self.collection,
            self.spec,
            self.resources.store,
            partial(self.resources.encoder, self.spec.name),
            dim.size if dim else 0,
            correct.correction if correct else NO_CORRECTION,
            self._fit_on,
            QueryForms(self.collection, variant) if variant else None,
            self.resources.share,
        )


def names_system(text: str) -> bool:
    """Tell whether a text is the written form of a system whose retriever there is."""
    try:
        name = written.parse(text)
    except UsageError:
        return False
    return not is_model(name.retriever) or model.is_named_by(name.retriever)


def system(named: str, data: str, resources: Resources) -> System:
    """Find what a written form names on a collection; nothing is loaded or encoded yet.

    Raises UsageError for what cannot be read, and for a retriever, a stage or a collection that is not there.
    """
    collection = resources.collection(data)
    found = System(collection, _shortest(written.parse(named), collection.name), resources)
    found.texts or found.scorer  # noqa: B018  (what is not there is told)
    return found


def _shortest(name: SystemName, data: str) -> SystemName:
    """Return a name that does not say of what is searched that a correction is fitted on it."""
    stages = tuple(
        Correct(each.correction) if isinstance(each, Correct) and each.fit_on == data else each
        for each in name.stages
    )
    return SystemName(name.retriever, stages)
