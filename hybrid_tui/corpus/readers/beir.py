"""Reader of BEIR's form: corpus, queries and qrels, in any format of tables.

Either one folder, or one for each language, named by its code. Each of the three is a file
(`corpus.jsonl.gz`) or a folder of files; of several judgements those asked for are used, else those of test,
dev or validation. A title is put before its text. Languages come from folders, a column `lang` or `--lang`.

The item of a query is its `item_id`, where there is one; else every language has its own questions, unless
`parallel_by` is "id". A judgement counts for the query that it names; with `parallel_by` for all versions of
its question. Scores above zero are relevant, and are grades where they differ.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers import judgements
from hybrid_tui.corpus.readers.files import Tables, table
from hybrid_tui.corpus.readers.language_codes import codes, standardised
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.table_files import is_table, split_name
from hybrid_tui.errors import DataError, unknown

NAME = "beir"
LOOKS_FOR = (
    "corpus.jsonl, queries.jsonl and qrels/test.tsv (BEIR's form), or sub-folders de, en, … with these"
)
EXAMPLE = """\
# corpus.jsonl, queries.jsonl and qrels/test.tsv, in one folder (with --lang en) or in one for each language
{"_id": "d1", "title": "Nile", "text": "The Nile flows through Africa."}
{"_id": "q1", "text": "Where is the Nile?"}
query-id\tcorpus-id\tscore
q1\td1\t1"""
_PARTS = ("corpus", "queries", "qrels")


class _Part(NamedTuple):
    """The files of one language, or of all where `lang` is empty."""

    lang: str
    corpus: list[Path]
    queries: list[Path]
    qrels: list[Path]


def fits(path: Path) -> bool:
    """Return whether `path` holds a corpus, in itself or in its folders."""
    return path.is_dir() and bool(_parts(path))


def read(path: Path, options: ReadOptions, notes: Notes) -> Tables:
    """Read the folder; ids are led by the language where each has files of its own.

    Raises DataError for a file that is missing, broken or lacks a field.
    """
    parts = _parts(path, notes)
    told = codes([part.lang for part in parts if part.lang], notes)
    read_parts = [_read(path, part, told.get(part.lang, ""), options, notes) for part in parts]
    queries, passages, relevance = (
        pl.concat(frames, how="diagonal") for frames in zip(*read_parts, strict=True)
    )
    return tables_of(queries, passages, relevance, options, notes)


def tables_of(
    queries: pl.DataFrame, passages: pl.DataFrame, relevance: pl.DataFrame, options: ReadOptions, notes: Notes
) -> Tables:
    """Return the tables of what was read: queries that were judged, as items, and what is relevant to them.

    queries: query_id, _id (the source's), lang, text, where, and item_id where the source has items.
    passages: passage_id, lang, text, where. relevance: query_id, passage_id, grade, where.
    """
    relevance = judgements.with_grades(relevance, notes)
    own = "item_id" not in queries.columns
    item = pl.col("_id") if options.parallel_by == "id" else pl.col("query_id")
    queries = queries.with_columns(item_id=item if own else pl.coalesce("item_id", item))
    relevance = _of_items(relevance, queries, options, notes)
    key, judged = ("query_id", "version") if "version" in relevance.columns else ("item_id", "item_id")
    asked = queries.filter(pl.col(key).is_in(relevance[judged].implode()))
    lost = queries.height - asked.height
    notes.count("query", "without a relevant judgement, not asked", lost, fault=False)
    if own and options.parallel_by != "id":
        _note_same_ids(asked, notes)
    asked = asked.select("query_id", "item_id", "lang", "text", "where")
    return Tables(asked, passages.select("passage_id", "lang", "text", "where"), relevance)


def _of_items(
    relevance: pl.DataFrame, queries: pl.DataFrame, options: ReadOptions, notes: Notes
) -> pl.DataFrame:
    """Return relevance with item ids; with `query_id`, where judgements count for one version of an item."""
    known = queries.select("query_id", "item_id").unique("query_id", keep="first", maintain_order=True)
    found = relevance.join(known, on="query_id", how="left", maintain_order="left")
    found = found.with_columns(item_id=pl.coalesce("item_id", "query_id"))
    if queries["item_id"].n_unique() == queries.height:
        return found.drop("query_id")
    if options.parallel_by:
        grades = found.group_by("item_id", "passage_id").agg(pl.col("grade").n_unique())
        notes.count(
            "judgement",
            "with several grades among the versions of its question, of which the highest is taken",
            grades.filter(pl.col("grade") > 1).height,
            fault=False,
        )
        return (
            found.drop("query_id")
            .sort("grade", descending=True, nulls_last=True, maintain_order=True)
            .unique(["item_id", "passage_id"], keep="first", maintain_order=True)
        )
    notes.say(
        "a judgement counts for the language version of the question that it names; "
        "--parallel-by item_id makes it count for all versions"
    )
    return found.rename({"query_id": "version"})


def _note_same_ids(queries: pl.DataFrame, notes: Notes) -> None:
    langs = queries.group_by("_id").agg(pl.col("lang").n_unique()).filter(pl.col("lang") > 1)
    notes.count(
        "id",
        "of queries in several languages, taken for questions of their own; if they are translations of each "
        "other, say --parallel-by id",
        langs.height,
        fault=False,
    )


def _parts(path: Path, notes: Notes | None = None) -> list[_Part]:
    notes = notes or Notes()
    own = {part: _part_files(path, part) for part in _PARTS}
    if own["corpus"]:
        notes.unread(each for each in sorted(path.iterdir()) if each.is_dir() and _part_files(each, "corpus"))
        return [_Part("", own["corpus"], own["queries"], own["qrels"])]
    inner = [each for each in sorted(path.iterdir()) if _part_files(each, "corpus")]
    return [_Part(each.name, *(_part_files(each, part) for part in _PARTS)) for each in inner]


def _part_files(folder: Path, part: str) -> list[Path]:
    """Return the files of a part: those named by it, or the tables of the folder that is."""
    if not folder.is_dir():
        return []
    inside = [each for each in sorted(folder.iterdir()) if is_table(each) and split_name(each)[0] == part]
    return inside or _tables(folder / part)


def _tables(path: Path) -> list[Path]:
    if path.is_dir():
        return [each for each in sorted(path.iterdir()) if is_table(each)]
    return [path] if is_table(path) else []


def _read(
    path: Path, part: _Part, lang: str, options: ReadOptions, notes: Notes
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    for files, name in ((part.corpus, "corpus.jsonl"), (part.queries, "queries.jsonl")):
        if not files:
            raise DataError(f"{path / part.lang / name}: No such file or directory", "get the folder again")
    said = ["_id", "text"] if lang else ["_id", "text", "lang"]
    corpus = _concat(part.corpus, said, ["title"], options, notes)
    queries = _concat(part.queries, said, ["item_id"], options, notes)
    corpus = titled(corpus)
    if lang:
        corpus, queries = (frame.with_columns(lang=pl.lit(lang)) for frame in (corpus, queries))
    else:
        corpus, queries = standardised([corpus, queries], notes)
    before = f"{lang}-" if lang else ""
    key = pl.concat_str(pl.lit(before), "_id")
    relevance = judgements.read(_qrels(path / part.lang, part.qrels, options.qrels, notes), options, notes)
    return (
        queries.with_columns(query_id=key),
        corpus.select(key.alias("passage_id"), "lang", "text", "where"),
        relevance.with_columns(
            pl.concat_str(pl.lit(before), "query_id").alias("query_id"),
            pl.concat_str(pl.lit(before), "passage_id").alias("passage_id"),
        ),
    )


def titled(corpus: pl.DataFrame) -> pl.DataFrame:
    """Return passages whose text begins with their title, where they have one."""
    if "title" not in corpus.columns:
        return corpus
    title = pl.col("title").str.strip_chars().fill_null("")
    led = pl.when(title != "").then(pl.concat_str(title, pl.lit(" "), "text")).otherwise("text")
    return corpus.with_columns(text=led).drop("title")


def _concat(
    files: Sequence[Path], required: list[str], optional: list[str], options: ReadOptions, notes: Notes
) -> pl.DataFrame:
    return pl.concat([table(file, required, optional, options, notes) for file in files], how="diagonal")


def _qrels(folder: Path, files: list[Path], asked: str, notes: Notes) -> list[Path]:
    """Return the files of judgements to use: those asked for, those called `test`, or the only ones."""
    by_split: dict[str, list[Path]] = {}
    for file in files:
        by_split.setdefault(re.split(r"[-.]\d+", split_name(file)[0])[0], []).append(file)
    if not by_split:
        wanted = folder / "qrels" / "test.tsv"
        raise DataError(f"{wanted} is missing; there is nothing", "get the folder again")
    if asked and asked not in by_split:
        raise unknown("qrels", asked, sorted(by_split))
    return by_split[asked or judgements.split([*by_split], str(folder / "qrels"), notes)]
