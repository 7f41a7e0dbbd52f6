"""Reader of tables: files of pairs, or a folder of queries, passages and relevance.

Pairs have item_id, lang, query and passage (or the usual other names, see `columns.USUAL`), and may have
topic, split, context, and article, document, paragraph or group, by which items are grouped. Other columns
are left aside. Rows without an item_id are questions of their own.
A folder of such files is read as one, as is a data set that `datasets` saved (`save_to_disk`).
The tables of a folder have the columns of `collection.Collection`.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hybrid_tui.corpus import groups
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers import judgements
from hybrid_tui.corpus.readers.columns import with_items
from hybrid_tui.corpus.readers.files import Tables, table
from hybrid_tui.corpus.readers.language_codes import standardised
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.table_files import is_table, split_name
from hybrid_tui.errors import DataError

NAME = "tables"
LOOKS_FOR = (
    "pairs (.jsonl, .json, .parquet, .csv or .tsv, also .gz, .zst or .bz2, with item_id, lang, query, "
    "passage), "
    "or a folder with queries.*, passages.* and relevance.*"
)
EXAMPLE = """\
# pairs.jsonl (or .json, .csv, .tsv, .parquet; also .gz, .zst, .bz2): one line for each question and language
{"item_id": "nile", "lang": "en", "query": "Where is the Nile?", "passage": "The Nile flows through Africa."}
{"item_id": "nile", "lang": "de", "query": "Wo ist der Nil?", "passage": "Der Nil fließt durch Afrika."}
{"item_id": "bees", "lang": "en", "query": "What do bees collect?", "passage": "Bees collect nectar."}
{"item_id": "bees", "lang": "de", "query": "Was sammeln Bienen?", "passage": "Bienen sammeln Nektar."}"""
REQUIRED = ["item_id", "lang", "query", "passage"]
OPTIONAL = ["topic", "split", "context", *groups.COLUMNS]
_TABLES = {
    "queries": (["query_id", "item_id", "lang", "text"], ["topic", "split", *groups.COLUMNS]),
    "passages": (["passage_id", "lang", "text"], ["context"]),
    "relevance": (["item_id", "passage_id"], ["version", "grade"]),
}


def fits(path: Path) -> bool:
    """Return whether `path` is, or holds, files whose names end as tables do."""
    return bool(_files(path))


def read(path: Path, options: ReadOptions, notes: Notes) -> Tables:
    """Read a file of pairs, a folder of them, or a folder of queries, passages and relevance.

    Raises DataError for files that are broken or lack a column.
    """
    files = _files(path)
    named = {split_name(file)[0]: file for file in files}
    tables = path.is_dir() and named.keys() >= _TABLES.keys()
    used = [file for file in files if split_name(file)[0] in _TABLES] if tables else files
    if path.is_dir():
        notes.unread(file for file in path.iterdir() if is_table(file) and file not in used)
    if tables:
        if len(used) > len(_TABLES):
            there = ", ".join(file.name for file in used)
            raise DataError(f"{path}: a table is there twice: {there}", "leave one of each in the folder")
        found = (table(named[name], *columns, options, notes) for name, columns in _TABLES.items())
        queries, passages, relevance = standardised(list(found), notes)
        if "grade" in relevance.columns:
            bare = relevance.filter(pl.col("grade").is_null())
            notes.rows("judgement", "without a grade, which counts as 1", bare, fault=False)
            scored = relevance.with_columns(pl.col("grade").fill_null("1").alias("score"))
            relevance = judgements.with_grades(judgements.scored(scored, notes), notes)
        return Tables(queries, passages, relevance)
    return read_pairs(files, options, notes)


def read_pairs(files: list[Path], options: ReadOptions, notes: Notes) -> Tables:
    """Read files of pairs as one source; raises DataError for files that are broken or lack a column."""
    frames = []
    for file in files:
        frame = table(file, REQUIRED[1:], [REQUIRED[0], *OPTIONAL], options, notes)
        split = file.parent.name if file.suffix == ".arrow" else ""
        if split and "split" not in frame.columns and len({each.parent for each in files}) > 1:
            frame = frame.with_columns(split=pl.lit(split))
        frames.append(frame)
    return tables_of(pl.concat(frames, how="diagonal"), notes)


def tables_of(pairs: pl.DataFrame, notes: Notes) -> Tables:
    """Turn rows of pairs into tables; columns lang, query, passage, `where`, and any of item_id and OPTIONAL.

    The same query of an item and language, and the same passage text of a language, count once; the
    passage is relevant to each item that it stands beside.
    """
    (pairs,) = standardised([pairs], notes)
    pairs = with_items(pairs, "query", notes)
    there = [column for column in ("topic", "split", *groups.COLUMNS) if column in pairs.columns]
    pairs = _once(pairs, there, notes)
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


def _once(pairs: pl.DataFrame, about: list[str], notes: Notes) -> pl.DataFrame:
    """Return rows of pairs without repeats; note these, and of what a query or passage has two of."""
    key = ["item_id", "lang", "query", "passage"]
    once = pairs.unique(key, keep="first", maintain_order=True)
    if once.height < pairs.height:
        again = pairs.filter(~pl.struct(key).is_first_distinct())
        notes.rows("row", "with the query and passage of an earlier one, counted once", again)
    for columns, owner in ((about, key[:3]), (["context"] if "context" in pairs.columns else [], key[1::2])):
        for column in columns:
            differ = pairs.unique([*owner, column], maintain_order=True)
            differ = differ.filter(~pl.struct(owner).is_first_distinct())
            notes.rows(
                "row", f"with another {column} than an earlier one, of which the first is taken", differ
            )
    return once


def _files(path: Path) -> list[Path]:
    """Return the tables that a path is or holds; of JSON files only where there are no others."""
    if not path.is_dir():
        return [path] if is_table(path) else []
    found = [file for file in sorted(path.iterdir()) if is_table(file)]
    found = [file for file in found if split_name(file)[1] != "json"] or found
    if any((path / name).exists() for name in ("dataset_dict.json", "dataset_info.json")):
        return sorted([*path.glob("*.arrow"), *path.glob("*/*.arrow")])
    return found
