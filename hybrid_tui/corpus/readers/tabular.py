"""Tables: a file of pairs, and a folder of queries, passages and relevance; JSONL, Parquet or CSV.

Pairs have item_id, lang, query and passage, and may have topic, split, context, and article, document,
paragraph or group, by which items are grouped. Other columns, such as source and licence, are left aside.
A folder of such files is read as one.
The tables of a folder have the columns of `collection.Collection`.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hybrid_tui.corpus import groups
from hybrid_tui.corpus.readers.files import TABLE_SUFFIXES, Tables, table

NAME = "tables"
LOOKS_FOR = (
    "pairs (.jsonl, .parquet or .csv with item_id, lang, query, passage), "
    "or a folder with queries.*, passages.* and relevance.*"
)
REQUIRED = ["item_id", "lang", "query", "passage"]
OPTIONAL = ["topic", "split", "context", *groups.COLUMNS]
_TABLES = {
    "queries": (["query_id", "item_id", "lang", "text"], ["topic", "split", *groups.COLUMNS]),
    "passages": (["passage_id", "lang", "text"], ["context"]),
    "relevance": (["item_id", "passage_id"], []),
}


def fits(path: Path) -> bool:
    """Tell whether `path` is, or holds, files whose names end as tables do."""
    return bool(_files(path))


def read(path: Path) -> Tables:
    """Read a file of pairs, a folder of them, or a folder of queries, passages and relevance.

    Raises DataError for files that are broken or lack a column.
    """
    files = _files(path)
    named = {file.stem: file for file in files}
    if path.is_dir() and named.keys() >= _TABLES.keys():
        return Tables(*(table(named[name], *columns) for name, columns in _TABLES.items()))
    return read_pairs(files)


def read_pairs(files: list[Path]) -> Tables:
    """Read files of pairs as one source; raises DataError for files that are broken or lack a column."""
    return tables_of(pl.concat([table(file, REQUIRED, OPTIONAL) for file in files], how="diagonal"))


def tables_of(pairs: pl.DataFrame) -> Tables:
    """Turn rows of pairs into tables; columns REQUIRED, `where`, and any of OPTIONAL.

    The same query of an item and language, and the same passage text of a language, count once; the
    passage is relevant to each item that it stands beside.
    """
    there = [column for column in ("topic", "split", *groups.COLUMNS) if column in pairs.columns]
    queries = pairs.unique(["item_id", "lang", "query"], keep="first", maintain_order=True).select(
        pl.format("{}-{}", "lang", "item_id").alias("query_id"),
        "item_id",
        "lang",
        pl.col("query").alias("text"),
        *there,
        "where",
    )
    # The second passage of an item in a language is `de-nile/2`.
    count = pl.int_range(1, pl.len() + 1).over("lang", "item_id")
    further = pl.when(count > 1).then(pl.format("/{}", count)).otherwise(pl.lit(""))
    passages = pairs.unique(["lang", "passage"], keep="first", maintain_order=True).with_columns(
        passage_id=pl.format("{}-{}{}", "lang", "item_id", further)
    )
    ids = passages.select("lang", "passage", "passage_id")
    relevance = pairs.join(ids, on=["lang", "passage"], maintain_order="left", nulls_equal=True)
    return Tables(
        queries,
        passages.select(
            "passage_id",
            "lang",
            pl.col("passage").alias("text"),
            *(["context"] if "context" in pairs.columns else []),
            "where",
        ),
        relevance.select("item_id", "passage_id", "where").unique(
            ["item_id", "passage_id"], keep="first", maintain_order=True
        ),
    )


def _files(path: Path) -> list[Path]:
    candidates = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in candidates if file.suffix in TABLE_SUFFIXES and file.is_file()]
