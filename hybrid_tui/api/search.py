"""One query under several systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from hybrid_tui.api.defaults import Names, data_name, system_names
from hybrid_tui.api.progress import Cancelled, Progress, Step, silent
from hybrid_tui.api.workspace import default
from hybrid_tui.choices import IndexKind
from hybrid_tui.comparison.query_cleaning import clean_query
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.variants import QueryForm as QueryForm
from hybrid_tui.evaluation.contamination import trained_on as trained_on
from hybrid_tui.languages import detect
from hybrid_tui.settings import load_config


@dataclass(frozen=True)
class SearchResult:
    """The rankings of a query, one a system; index_recalls: the share of the exact top 10 that each found."""

    query: str
    rankings: tuple[Ranking, ...]
    index_recalls: tuple[float, ...]

    @property
    def table(self) -> pl.DataFrame:
        """The passages: system, rank, score, lang, passage_id and text."""
        columns = ("rank", "score", "lang", "passage_id", "text")
        rows = [
            (each.system, *(getattr(hit, key) for key in columns))
            for each in self.rankings
            for hit in each.hits
        ]
        return pl.DataFrame(rows, ["system", *columns], orient="row")

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


def search(
    query: str,
    systems: Names = None,
    data: str | None = None,
    *,
    query_id: str = "",
    query_lang: str = "auto",
    langs: Sequence[str] = (),
    k: int = 10,
    forms: Mapping[str, str] | None = None,
    index: IndexKind = "flat",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> SearchResult:
    """Rank the passages of a collection for a query, under each system in its written form.

    query_id: one of the collection's own queries instead. query_lang: a code, or "auto" to detect it.
    langs: passage languages, all by default. forms: other forms of the query, by variant, such as its English
    version under "en", for systems that take one.
    index: "flat" is exact. Raises UsageError for unknown names, errors.Cancelled when `cancelled()` is true.
    """
    text, name = clean_query(query), data_name(data)
    found = []
    for system in system_names(systems or load_config().panes):
        retriever = default().retriever(name, system, index)
        ranking = retriever.search(
            text,
            query_id=query_id,
            query_lang=query_lang,
            langs=list(langs),
            k=k,
            forms=typed_forms(forms or {}, default().collection(name)),
            step=_told(progress, system),
            cancelled=cancelled,
        )
        found.append((with_training(ranking, default().collection(name)), retriever.recall()))
    rankings, recalls = zip(*found, strict=True)
    return SearchResult(text, rankings, recalls)


def _told(progress: Progress | None, system: str) -> Step:
    """Return what tells of a search: that it begins at once, what it makes on the way only as it comes."""
    tell = progress or silent
    tell(f"{system}: searching", 0, 0)
    return lambda step: partial(tell, f"{system}: {step}")


def typed_forms(forms: Mapping[str, str], collection: Collection) -> dict[str, QueryForm]:
    """Return other forms of a query as typed: in the language that the variant names, else the one detected.

    Raises UsageError for an empty one.
    """
    return {
        variant: QueryForm(
            clean_query(text),
            variant if variant in collection.languages else detect(text, collection.languages),
        )
        for variant, text in forms.items()
    }


def with_training(ranking: Ranking, collection: Collection) -> Ranking:
    """Return a ranking that tells how many of the collection's questions its model was trained on."""
    found = trained_on(ranking.system, collection.name, collection.fingerprint)
    return replace(ranking, trained_on=found) if found else ranking
