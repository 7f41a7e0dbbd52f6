"""Counts of a collection, and remarks on it."""

from __future__ import annotations

from typing import Any

import polars as pl

from hybrid_tui.corpus.collection import Collection


def describe(collection: Collection) -> dict[str, Any]:
    """Return languages, counts in all and by language, splits and fingerprint, ready for JSON.

    `documents` is there where passages are chunks.
    """
    splits = {
        name: collection.queries.filter(pl.col("split") == name)["item_id"].n_unique()
        for name in collection.splits
    }
    documents = collection.passages["document"].n_unique() if collection.chunked else 0
    return {
        "name": collection.name,
        "languages": collection.languages,
        "items": collection.queries["item_id"].n_unique(),
        "queries": _counts(collection.queries),
        "passages": _counts(collection.passages),
        **({"documents": documents} if documents else {}),
        "topics": sorted(collection.queries["topic"].drop_nulls().unique()),
        "splits": splits,
        "with_context": collection.with_context,
        "fingerprint": collection.fingerprint,
    }


def remarks(collection: Collection) -> list[str]:
    """Return what is no fault, but good to know before measuring on the collection."""
    found = []
    versions = collection.queries.group_by("item_id").agg(pl.col("lang").n_unique())
    partial = versions.filter(pl.col("lang") < len(collection.languages)).height
    if partial:
        found.append(f"{partial:,} of {versions.height:,} items do not have a query in every language")
    unasked = collection.passages.join(collection.relevance, on="passage_id", how="anti").height
    if unasked:
        found.append(f"{unasked:,} of {collection.passages.height:,} passages are relevant to no query")
    text = "digest" if "digest" in collection.passages.columns else "text"
    twins = collection.passages.height - collection.passages.n_unique(["lang", text])
    if twins:
        found.append(f"{twins:,} passages have the same text as an earlier one of their language")
    return found


def _counts(frame: pl.DataFrame) -> dict[str, Any]:
    by_language = frame.group_by("lang").len().sort("lang")
    return {"total": frame.height, "by_language": dict(by_language.iter_rows())}
