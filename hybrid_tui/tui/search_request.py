"""A search, before it is known of which model it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from hybrid_tui.comparison.query_cleaning import clean_query
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.engine import messages
from hybrid_tui.tui.render.hits import language_name

NO_CATALOG = messages.Catalog(collections=(), models=())
AUTO = "auto"
K = 20


def languages_of(catalog: messages.Catalog, data: str) -> tuple[str, ...]:
    """Return the languages of a collection; empty while they are not known."""
    name = data.partition(":")[0]
    return next((info.languages for info in catalog.collections if info.name == name), ())


def run_on(catalog: messages.Catalog, name: str, data: str) -> str:
    """Return the collection that a system is a run on, `data` where it is one there; empty for no run."""
    found = [run.collection for run in catalog.runs if run.written == name]
    return data if data in found else next(iter(found), "")


def runs_of(catalog: messages.Catalog, data: str) -> dict[str, messages.RunInfo]:
    """Return the runs that were imported on a collection, by their written form."""
    return {run.written: run for run in catalog.runs if run.collection == data}


@dataclass(frozen=True)
class SearchRequest:
    """A query to a collection, without the model.

    question: set when the text is one of the collection's own questions.
    query_lang: a code, or "auto". langs: of the passages; empty for all. forms: other forms of a text that
    was typed, as (variant, text).
    """

    data: str
    text: str = ""
    question: messages.Question | None = None
    query_lang: str = AUTO
    langs: tuple[str, ...] = ()
    forms: tuple[tuple[str, str], ...] = ()

    def of(self, system: str) -> messages.Search:
        """Return the request to a system.

        Raises UsageError for a text that cannot be searched for.
        """
        question = self.question
        return messages.Search(
            data=self.data,
            system=system,
            query=question.text if question else clean_query(self.text),
            query_id=question.query_id if question else "",
            query_lang=question.lang if question else self.query_lang,
            langs=self.langs,
            k=K,
            forms=() if question else self.forms,
        )

    def words(self, ranking: Ranking) -> str:
        """Say what was ranked: "question in English · 1,320 passages in 11 languages"."""
        kind = "question" if self.question else "query"
        detected = "" if self.question or self.query_lang != AUTO else " (detected)"
        langs = ranking.langs
        among = f"{len(langs)} languages" if len(langs) > 1 else language_name(langs[0])
        asked = f"{kind} in {language_name(ranking.query_lang)}{detected}"
        if ranking.missing:
            return f"{asked} · {so_far(ranking)} in {among}"
        return f"{asked} · {ranking.pool:,} passages in {among}"


def so_far(ranking: Ranking) -> str:
    """Return how many passages were ranked of those asked for, where some are not encoded yet."""
    return f"{ranking.pool:,} of {ranking.pool + ranking.missing:,} passages so far"
