"""Small faults of published collections: what cannot be used is left out, and counted in notes."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hybrid_tui.corpus import self_passages
from hybrid_tui.corpus.chunking import chunked
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers.files import Stream, Tables
from hybrid_tui.corpus.readers.options import ReadOptions

LONG = 20_000
"""Characters of a passage that is noted as long."""


def cleaned(tables: Tables, options: ReadOptions, notes: Notes) -> Tables:
    """Return the tables without what has no use, noting each kind with its number.

    Left out: rows that repeat an earlier one, texts that are blank, judgements of queries or passages that
    are not there, queries without a relevant passage. Passages are cut or chunked as `options` say.
    """
    queries = _filled(_distinct(tables.queries, "query", notes), "query", notes)
    whole = self_passages.marked(_distinct(tables.passages, "passage", notes), queries)
    passages = clean_passages(whole, options, notes)
    relevance = clean_relevance(queries, passages, tables.relevance, notes)
    queries = answered(queries, relevance, notes)
    return Tables(queries, passages.drop(self_passages.MARK), relevance, self_passages.found(passages))


def clean_stream(tables: Stream, options: ReadOptions, notes: Notes) -> Stream:
    """Return the same for passages that are read batch by batch; these are noted at the first reading."""
    counted = False
    queries = _filled(_distinct(tables.queries, "query", notes), "query", notes)

    def passages() -> Iterator[pl.DataFrame]:
        nonlocal counted
        heard = Notes() if counted else notes
        counted = True
        for batch in tables.passages():
            yield clean_passages(self_passages.marked(batch, queries), options, heard)

    return Stream(queries, passages, tables.relevance)


def clean_passages(passages: pl.DataFrame, options: ReadOptions, notes: Notes) -> pl.DataFrame:
    """Return the passages that have text, cut or in chunks as `options` say."""
    passages = _filled(passages, "passage", notes)
    length = pl.col("text").str.len_chars()
    most = options.max_chars
    if most:
        long = passages.filter(length > most)
        notes.rows("passage", f"cut after {most:,} characters", long, fault=False)
        passages = passages.with_columns(pl.col("text").str.slice(0, most))
    if options.chunk:
        return _chunks(passages, options, notes)
    if not most:
        long = passages.filter(length > LONG)
        notes.rows(
            "passage",
            f"of more than {LONG:,} characters, of which models read the beginning; --chunk 256 cuts them "
            "into chunks",
            long,
            fault=False,
        )
    return passages


def _chunks(passages: pl.DataFrame, options: ReadOptions, notes: Notes) -> pl.DataFrame:
    found = chunked(passages, options.chunk, options.overlap, options.tokens)
    again = f", {options.overlap:,} of them the last of the one before" if options.overlap else ""
    notes.count(
        "document",
        f"cut into chunks of {options.chunk:,} {options.tokens.name}{again}: the best chunk's score is the "
        "document's",
        found["document"].filter(found["document"].is_duplicated()).n_unique(),
        fault=False,
    )
    return found


def clean_relevance(
    queries: pl.DataFrame, passages: pl.DataFrame, relevance: pl.DataFrame, notes: Notes
) -> pl.DataFrame:
    """Return the judgements of what is there, each once; of all chunks of a document."""
    chunks = "document" in passages.columns
    whole = pl.coalesce("document", "passage_id") if chunks else pl.col("passage_id")
    for key, there, noun in (
        ("item_id", queries["item_id"], "queries"),
        ("version", queries["query_id"], "queries"),
        ("passage_id", passages.select(whole).to_series(), "passages"),
    ):
        if key not in relevance.columns:
            continue
        known = pl.col(key).is_in(there.drop_nulls().implode())
        stray = relevance.filter(~known & pl.col(key).is_not_null())
        notes.rows("judgement", f"of {noun} that are not there, left out", stray)
        relevance = relevance.filter(known | pl.col(key).is_null())
    keys = [column for column in ("item_id", "version", "passage_id") if column in relevance.columns]
    differ = 0
    if "grade" in relevance.columns:
        relevance = relevance.sort("grade", descending=True, nulls_last=True, maintain_order=True)
        several = relevance.filter(pl.col("grade").n_unique().over(keys) > 1)
        differ = several.height - several.n_unique(keys) if several.height else 0
        first = several.unique(keys, maintain_order=True)
        notes.rows("judgement", "with several grades, of which the highest is taken", first)
    once = relevance.unique(keys, keep="first", maintain_order=True)
    again = relevance.height - once.height - differ
    notes.count("judgement", "there twice, counted once", again)
    relevance = once
    if not chunks:
        return relevance
    parts = passages.select("passage_id", document=whole)
    return relevance.join(parts, left_on="passage_id", right_on="document", maintain_order="left").select(
        pl.exclude("passage_id", "passage_id_right"), passage_id="passage_id_right"
    )


def _distinct(rows: pl.DataFrame, noun: str, notes: Notes) -> pl.DataFrame:
    """Return rows without those that say the same as an earlier one; the same id with another text stays."""
    said = [column for column in rows.columns if column != "where"]
    kept = rows.unique(said, keep="first", maintain_order=True)
    again = rows.filter(~pl.struct(said).is_first_distinct()) if kept.height < rows.height else rows.head(0)
    notes.rows(noun, "there twice with the same text, taken once", again)
    return kept


def _filled(rows: pl.DataFrame, noun: str, notes: Notes) -> pl.DataFrame:
    blank = pl.col("text").is_null() | (pl.col("text").str.strip_chars() == "")
    notes.rows(noun, "without text, left out", rows.filter(blank))
    return rows.filter(~blank)


def answered(queries: pl.DataFrame, relevance: pl.DataFrame, notes: Notes) -> pl.DataFrame:
    """Return the queries that have a relevant passage; those without an item id stay, to be told."""
    by_version = "version" in relevance.columns and not relevance["version"].null_count()
    key, judged = ("query_id", "version") if by_version else ("item_id", "item_id")
    there = pl.col(key).is_in(relevance[judged].drop_nulls().implode()) | pl.col(key).is_null()
    notes.rows("query", "without a relevant passage, left out", queries.filter(~there))
    return queries.filter(there)
