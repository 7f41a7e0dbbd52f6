"""Passages that are a query themselves, which may be left out of that query's ranking."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from hybrid_tui.corpus.collection import SELF_SCHEMA, Collection
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.text_shards import digests

MARK = "_self"


def marked(passages: pl.DataFrame, queries: pl.DataFrame) -> pl.DataFrame:
    """Return passages with a column MARK: the ids of the queries that each is, a list, null for none.

    passages, queries: id, lang and text, and more. A passage is a query that has its text in its language, or
    that has its id and what the text ends in: a title stands before it.
    """
    asked = queries.select("query_id", "lang", query="text")
    by_text = passages.join(asked, left_on=["lang", "text"], right_on=["lang", "query"])
    by_id = passages.join(asked.with_columns(passage_id="query_id"), on=["lang", "passage_id"])
    by_id = by_id.filter(pl.col("text").str.ends_with(pl.col("query")))
    pairs = pl.concat(each.select("passage_id", "query_id") for each in (by_text, by_id))
    lists = pairs.group_by("passage_id").agg(pl.col("query_id").unique(maintain_order=True).alias(MARK))
    return passages.join(lists, on="passage_id", how="left", maintain_order="left")


def found(passages: pl.DataFrame) -> pl.DataFrame:
    """Return query_id and passage_id of every query and passage that `marked` brought together."""
    return (
        passages.filter(pl.col(MARK).is_not_null())
        .select("passage_id", query_id=MARK)
        .explode("query_id")
        .select(*SELF_SCHEMA)
    )


def decided(collection: Collection, options: ReadOptions, notes: Notes) -> Collection:
    """Return the collection with those of its `self_passages` that are left out; note all of them.

    collection: has every pair that was `found`. Nothing is left out unless the options say so. A passage that
    is judged relevant to the query stays, save with the query's own id and text: BEIR and mteb leave that out
    whatever is judged, so that it counts as not retrieved.
    """
    pairs = collection.self_passages.join(
        collection.queries, on="query_id", how="semi", maintain_order="left"
    )
    judged = pairs.join(collection.judgements, on=["query_id", "passage_id"], how="semi")
    same = _same(judged, collection)
    kept = judged.join(same, on=["query_id", "passage_id"], how="anti")
    left = pairs.join(kept, on=["query_id", "passage_id"], how="anti")
    said = "left out of its ranking" if options.drop_self else "which finds it first"
    hint = "" if options.drop_self else "; --drop-self leaves it out of that query's ranking"
    unjudged = left.join(same, on=["query_id", "passage_id"], how="anti")
    notes.count("passage", f"with the text of a query, {said}{hint}", _passages(unjudged), fault=False)
    if options.drop_self:
        notes.count(
            "passage",
            "with id and text of a query that it is judged relevant to, left out of its ranking all the "
            "same, so that it counts as not retrieved, as in BEIR and mteb",
            _passages(same),
            fault=False,
        )
        notes.count(
            "passage",
            "with the text of a query that it is judged relevant to, ranked as its answer",
            _passages(kept),
            fault=False,
        )
    none = pl.DataFrame(schema=SELF_SCHEMA)
    return replace(
        collection, self_passages=left.sort("query_id", "passage_id") if options.drop_self else none
    )


def _same(pairs: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """Return the pairs of one id, that of a chunk's document, and one text."""
    asked = pairs.join(collection.queries.select("query_id", query="text"), on="query_id")
    there = asked.join(collection.passages, on="passage_id")
    there = there.filter(pl.col("query_id") == pl.coalesce("document", "passage_id"))
    if "digest" in there.columns:
        there = there.with_columns(text="digest", query=digests(there["query"]))
    return there.filter(pl.col("text") == pl.col("query")).select("query_id", "passage_id")


def _passages(pairs: pl.DataFrame) -> int:
    return pairs["passage_id"].n_unique()
