"""Queries as they come: of the collection, by their id, or typed, in a language that is told or found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from hybrid_tui import languages
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.variants import QueryForm
from hybrid_tui.errors import unknown
from hybrid_tui.systems.asked import Asked

AUTO = "auto"


def asked(
    collection: Collection, query: str, query_id: str, query_lang: str, forms: Mapping[str, QueryForm]
) -> Asked:
    """Return a query of a collection by its id, else one that was typed.

    query_lang: its language, or "auto" to detect it among the collection's. Raises UsageError for an unknown
    language or query id.
    """
    if query_id:
        rows = collection.queries.filter(pl.col("query_id") == query_id)
        if rows.is_empty():
            raise unknown(f"query in {collection.name}", query_id, [], "list them with `hybrid-tui explore`")
        own = rows.row(0, named=True)
        return Asked(own["text"], own["lang"], query_id, forms)
    return Asked(query, _language(collection, query, query_lang), "", forms)


def checked(collection: Collection, langs: Sequence[str] | None) -> list[str]:
    """Return passage languages of a collection, sorted, all by default; UsageError for an unknown one."""
    there = sorted(collection.passages["lang"].unique())
    for lang in langs or []:
        if lang not in there:
            raise unknown(f"passage language in {collection.name}", lang, there)
    return [lang for lang in there if not langs or lang in langs]


def _language(collection: Collection, query: str, told: str) -> str:
    if told == AUTO:
        return languages.detect(query, collection.languages)
    if told in collection.languages:
        return told
    return languages.language(told).code
