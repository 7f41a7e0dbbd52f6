"""Builder of collections whose passages are too many for memory, batch by batch."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl

from hybrid_tui.corpus import self_passages, validate
from hybrid_tui.corpus.cleaning import answered, clean_relevance
from hybrid_tui.corpus.collection import QUERY_SCHEMA, RELEVANCE_SCHEMA, SELF_SCHEMA, Collection, filled
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.problems import SHOWN, Problems
from hybrid_tui.corpus.readers.files import Stream
from hybrid_tui.corpus.text_shards import ShardedTexts, TextWriter, digests


def build(name: str, tables: Stream, folder: Path | None = None, notes: Notes | None = None) -> Collection:
    """Make a valid collection whose texts are written to `folder`, which must not be there yet.

    Without a folder nothing is kept, and the collection's texts cannot be read. In memory are the queries,
    the relevance, and of each passage its id, language and digest: some 80 bytes, and 200 while they are
    compared. What is left out is noted. Raises DataError that names every problem found (see `validate`),
    HybridTuiError when the system refuses to write.
    """
    problems, notes = Problems(), notes or Notes()
    passages, selves = _distinct(tables, folder, problems, notes)
    relevance = clean_relevance(tables.queries, passages, tables.relevance, notes)
    queries = filled(answered(tables.queries, relevance, notes), "queries", QUERY_SCHEMA)
    relevance = filled(relevance, "relevance", RELEVANCE_SCHEMA)
    if "document" not in passages.columns:
        passages = passages.with_columns(document=pl.lit(None, pl.String))
    validate.check_relations(queries, passages, relevance, problems)
    problems.raise_any(name)
    return Collection(
        name,
        queries.sort("lang", maintain_order=True).drop("where"),
        passages,
        relevance.drop("where"),
        texts=ShardedTexts(folder, passages["digest"]) if folder else None,
        self_passages=selves,
    )


def _distinct(
    tables: Stream, folder: Path | None, problems: Problems, notes: Notes
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what is kept of every passage, those that are there twice with the same text once; and selves.

    The source is read again only where there are such, or ids with several texts, to tell where.
    """
    passages, selves = _passages(tables.passages(), folder, problems)
    said = ["passage_id", "lang", "digest"]
    if passages["passage_id"].n_unique() == passages.height:
        return passages, selves
    again = passages.select(~pl.struct(said).is_first_distinct()).to_series()
    rows = np.flatnonzero(again.to_numpy())
    if len(rows) and not problems.total:
        first = _placed(tables, pl.DataFrame({"row": rows[:1]}))["where"][0]
        notes.count("passage", "there twice with the same text, taken once", len(rows), first)
        if folder:
            shutil.rmtree(folder)
        passages, selves = _passages(_without(tables.passages(), again), folder, problems)
    twice = validate.repeated(passages.select("passage_id", row=pl.int_range(pl.len())), "passage_id")
    if twice.height:
        told = (
            _placed(tables, twice.head(SHOWN))
            if len(rows) == 0
            else twice.head(SHOWN).with_columns(where=pl.lit("passages"))
        )
        problems.add_rows(told, "passage passage_id {passage_id!r} is there already with another text")
        problems.total += twice.height - told.height
    return passages, selves


def _passages(
    batches: Iterable[pl.DataFrame], folder: Path | None, problems: Problems
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return passage_id, lang and digest of passages, and selves; write texts while there is no problem."""
    writer = TextWriter(folder) if folder else None
    parts = [pl.DataFrame(schema=dict.fromkeys(("passage_id", "lang", "digest"), pl.String))]
    selves = [pl.DataFrame(schema=SELF_SCHEMA)]
    for batch in batches:
        if self_passages.MARK in batch.columns:
            selves.append(self_passages.found(batch))
        validate.check_texts(batch, "passage", validate.PASSAGE, problems)
        digest = pl.lit("").alias("digest") if problems.total else digests(batch["text"])
        documents = [name for name in ("document",) if name in batch.columns]
        parts.append(batch.select("passage_id", "lang", digest, *documents))
        if problems.total:
            continue
        if writer:
            writer.add(batch["text"])
    passages = pl.concat(parts, rechunk=True, how="diagonal")
    if writer:
        writer.close()
    if not passages["lang"].is_sorted():
        raise ValueError("passages must come by language, in the order of the codes")
    return passages, pl.concat(selves)


def _without(batches: Iterable[pl.DataFrame], left_out: pl.Series) -> Iterator[pl.DataFrame]:
    start = 0
    for batch in batches:
        yield batch.filter(~left_out[start : start + batch.height])
        start += batch.height


def _placed(tables: Stream, rows: pl.DataFrame) -> pl.DataFrame:
    """Return some rows of the source with their `where`; `row` is their number."""
    places, start = [], 0
    for batch in tables.passages():
        inside = rows.filter(pl.col("row").is_between(start, start + batch.height - 1))["row"]
        places.append(batch["where"].gather(inside - start))
        start += batch.height
    return rows.with_columns(pl.concat(places).alias("where"))
