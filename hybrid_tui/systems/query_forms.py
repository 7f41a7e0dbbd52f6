"""The other forms of a collection's queries, and of queries that were typed, that a stage asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus import variants
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.variants import QueryForm
from hybrid_tui.errors import UsageError
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.query_texts import FormTexts, joined
from hybrid_tui.systems.scorer import Cancelled, Needed, Scorer, Steps
from hybrid_tui.systems.stages.query import QueryVariant


@dataclass(frozen=True, eq=False)
class QueryForms:
    """The forms of queries of a collection under one variant."""

    collection: Collection
    variant: QueryVariant

    @cached_property
    def kept(self) -> dict[str, QueryForm]:
        """Those of the collection's queries by query_id; of queries that have none, absent."""
        return variants.forms(self.collection, self.variant.variant)

    @cached_property
    def texts(self) -> FormTexts:
        """What is encoded of them."""
        return FormTexts(self.collection, self.kept, self.variant)

    @property
    def notes(self) -> tuple[str, ...]:
        """How many queries have none, in words."""
        total = self.collection.queries.height
        lacking = total - len(self.kept)
        if not lacking:
            return ()
        name = self.variant.variant
        return (f"query:{name}: {lacking:,} of {total:,} queries lack that form and are asked as they are",)

    def of(self, asked: Asked) -> QueryForm | None:
        """Return the form of a query; None where a query of the collection has none.

        Raises UsageError for a typed query whose form was not typed.
        """
        name = self.variant.variant
        if asked.query_id:
            return self.kept.get(asked.query_id)
        if name in asked.forms:
            return asked.forms[name]
        if name == asked.lang:
            return QueryForm(asked.text, asked.lang)
        raise UsageError(f"the query's form {name!r} is not known", f"give it, too: {name}=TEXT")


@dataclass(frozen=True, eq=False)
class AskedInForms:
    """A `Scorer` that is asked in another form of each query: in its place, or joined to it."""

    scorer: Scorer
    forms: QueryForms

    @property
    def pool_bound(self) -> bool:
        """As of the scorer."""
        return self.scorer.pool_bound

    @property
    def fingerprint(self) -> str:
        """What names all that decides the scores."""
        return f"{self.scorer.fingerprint}\n{self.forms.texts.fingerprint}"

    @property
    def notes(self) -> tuple[str, ...]:
        """What the scorer tells, and how many queries lack the form."""
        return (*self.scorer.notes, *self.forms.notes)

    def needed(self, langs: Sequence[str], *, asked: bool = False) -> Sequence[Needed]:
        """Return what the scorer needs."""
        return self.scorer.needed(langs, asked=asked)

    def prepare(
        self, langs: Sequence[str], step: Steps, cancelled: Cancelled | None = None, *, asked: bool = False
    ) -> None:
        """Prepare the scorer."""
        self.scorer.prepare(langs, step, cancelled, asked=asked)

    def scores(self, asked: Sequence[Asked], langs: Sequence[str]) -> NDArray[np.float64]:
        """Return what the scorer gives for the forms."""
        return self.scorer.scores([self._anew(each) for each in asked], langs)

    def _anew(self, asked: Asked) -> Asked:
        form = self.forms.of(asked)
        if form is None:
            return asked
        if self.forms.variant.how == "concat":
            return replace(asked, text=joined(asked.text, form.text), query_id="")
        return replace(asked, text=form.text, lang=form.lang, query_id="")
