"""Builder of collections whose passages are too many for memory, batch by batch."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hybrid_tui.corpus import validate
from hybrid_tui.corpus.collection import QUERY_SCHEMA, RELEVANCE_SCHEMA, Collection, filled
from hybrid_tui.corpus.problems import SHOWN, Problems
from hybrid_tui.corpus.readers.files import Stream
from hybrid_tui.corpus.text_shards import ShardedTexts, TextWriter, digests


def build(name: str, tables: Stream, folder: Path | None = None) -> Collection:
    """Make a valid collection whose texts are written to `folder`, which must not be there yet.

    Without a folder nothing is kept, and the collection's texts cannot be read. In memory are the queries,
    the relevance, and of each passage its id, language and digest: some 80 bytes, and 200 while they are
    compared. Texts may be of any length. Raises DataError that names every problem found (see `validate`),
    HybridTuiError when the system refuses to write.
    """
    problems = Problems()
    queries = filled(tables.queries, "queries", QUERY_SCHEMA)
    relevance = filled(tables.relevance, "relevance", RELEVANCE_SCHEMA)
    passages = _passages(tables, TextWriter(folder) if folder else None, problems)
    validate.check_relations(queries, passages, relevance, problems)
    problems.raise_any(name)
    return Collection(
        name,
        queries.sort("lang", maintain_order=True).drop("where"),
        passages,
        relevance.drop("where").unique(maintain_order=True),
        texts=ShardedTexts(folder, passages["digest"]) if folder else None,
    )


def _passages(tables: Stream, writer: TextWriter | None, problems: Problems) -> pl.DataFrame:
    """Return passage_id, lang and digest of every passage; write the texts while there is no problem."""
    parts = [pl.DataFrame(schema=dict.fromkeys(("passage_id", "lang", "digest"), pl.String))]
    for batch in tables.passages():
        validate.check_texts(batch, "passage", validate.PASSAGE, problems, longest=None)
        if problems.total:
            parts.append(batch.select("passage_id", "lang", digest=pl.lit("")))
            continue
        parts.append(batch.select("passage_id", "lang", digests(batch["text"])))
        if writer:
            writer.add(batch["text"])
    passages = pl.concat(parts, rechunk=True)
    if writer:
        writer.close()
    if not passages["lang"].is_sorted():
        raise ValueError("passages must come by language, in the order of the codes")
    _check_ids(passages, tables, problems)
    return passages


def _check_ids(passages: pl.DataFrame, tables: Stream, problems: Problems) -> None:
    """Note the ids that are there twice; only then is the source read again, to tell where."""
    twice = validate.repeated(passages.select("passage_id", row=pl.int_range(pl.len())), "passage_id")
    if twice.is_empty():
        return
    told = twice.head(SHOWN)
    places, start = [], 0
    for batch in tables.passages():
        rows = told.filter(pl.col("row").is_between(start, start + batch.height - 1))["row"]
        places.append(batch["where"].gather(rows - start))
        start += batch.height
    where = pl.concat(places)
    problems.add_rows(told.with_columns(where), "passage passage_id {passage_id!r} is there already")
    problems.total += twice.height - told.height
