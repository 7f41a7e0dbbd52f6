"""A collection: parallel queries and passages of one data set in several languages, with relevance."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

QUERY_SCHEMA = {"query_id": pl.String, "item_id": pl.String, "lang": pl.String, "text": pl.String, "topic": pl.String, "split": pl.String}
PASSAGE_SCHEMA = {"passage_id": pl.String, "lang": pl.String, "text": pl.String, "context": pl.String}
RELEVANCE_SCHEMA = {"item_id": pl.String, "passage_id": pl.String}


@dataclass(frozen=True)
class Collection:
    """Items, queries, passages and relevance over languages.

    An item is one question with its versions in every language; a passage that is relevant to an item
    is relevant to each version of its question. Row order is the fixed index that ties are broken by:
    languages in alphabetical order of their codes, and the order of the source within a language.

    queries: query_id, item_id, lang, text; topic and split may be null.
    passages: passage_id, lang, text; context (the paragraph around the passage) may be null.
    relevance: item_id, passage_id.
    with_context: whether a passage is encoded together with its context.
    """

    name: str
    queries: pl.DataFrame
    passages: pl.DataFrame
    relevance: pl.DataFrame
    with_context: bool = False
