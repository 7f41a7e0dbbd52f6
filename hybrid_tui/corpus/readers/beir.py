"""BEIR's form: corpus.jsonl, queries.jsonl and qrels/test.tsv.

Either one folder, whose corpus and queries say their language in `lang` (or `language`), or one
sub-folder per language, named by its code. A title is put before its text. Queries without a judgement
above zero are left out. The item of a query is its `item_id`, or else its `_id`: in sub-folders the
same `_id` means the same question in several languages.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hybrid_tui.corpus.readers.files import Tables, checked, content, numbered, table
from hybrid_tui.errors import DataError

NAME = "beir"
LOOKS_FOR = (
    "corpus.jsonl, queries.jsonl and qrels/test.tsv (BEIR's form), or sub-folders de, en, … with these"
)


def fits(path: Path) -> bool:
    """Tell whether `path`, or a folder in it, holds a corpus.jsonl."""
    return path.is_dir() and bool(_folders(path))


def read(path: Path) -> Tables:
    """Read the folder; ids are led by the language where it has sub-folders.

    Raises DataError for a file that is missing, broken or lacks a field.
    """
    parts = [_read_folder(folder, lang) for folder, lang in _folders(path)]
    return Tables(*(pl.concat(frames, how="diagonal") for frames in zip(*parts, strict=True)))


def _folders(path: Path) -> list[tuple[Path, str | None]]:
    if (path / "corpus.jsonl").exists():
        return [(path, None)]
    return [(inner, inner.name) for inner in sorted(path.iterdir()) if (inner / "corpus.jsonl").exists()]


def _read_folder(folder: Path, lang: str | None) -> Tables:
    required = ["_id", "text"] if lang else ["_id", "text", "lang"]
    corpus = table(folder / "corpus.jsonl", required, ["title"])
    queries = table(folder / "queries.jsonl", required, ["item_id"])
    if lang:
        corpus, queries = (frame.with_columns(lang=pl.lit(lang)) for frame in (corpus, queries))
    key = pl.format("{}-{}", "lang", "_id") if lang else pl.col("_id")
    if "item_id" not in queries.columns:
        queries = queries.with_columns(item_id="_id")
    queries = queries.with_columns(query_id=key)
    relevance = _qrels(folder).join(
        queries.select("_id", known="item_id"), on="_id", how="left", maintain_order="left"
    )
    passage_id = pl.concat_str(pl.lit(f"{lang}-" if lang else ""), "passage_id")
    relevance = relevance.select(item_id=pl.coalesce("known", "_id"), passage_id=passage_id, where="where")
    asked = queries.join(relevance, on="item_id", how="semi", maintain_order="left")
    return Tables(
        asked.select("query_id", "item_id", "lang", "text", "where"),
        corpus.select(key.alias("passage_id"), "lang", _titled(corpus), "where"),
        relevance,
    )


def _titled(corpus: pl.DataFrame) -> pl.Expr:
    if "title" not in corpus.columns:
        return pl.col("text")
    title = pl.col("title").str.strip_chars()
    there = title.is_not_null() & (title != "")
    return pl.when(there).then(pl.format("{} {}", title, "text")).otherwise("text").alias("text")


def _qrels(folder: Path) -> pl.DataFrame:
    """Read the judgements above zero: _id (of the query), passage_id, where."""
    files = sorted((folder / "qrels").glob("*.tsv"))
    wanted = folder / "qrels" / "test.tsv"
    if wanted not in files and len(files) != 1:
        there = ", ".join(file.name for file in files) or "nothing"
        raise DataError(f"{wanted} is missing; there is {there}", "put the judgements to use into test.tsv")
    file = wanted if wanted in files else files[0]
    content(file)
    try:
        frame = pl.read_csv(file, separator="\t", quote_char=None, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise DataError(f"{file}: {error}") from error
    placed = frame.with_columns(where=numbered(f"{file}, line ", first=2))
    frame = checked(placed, str(file), ["query-id", "corpus-id", "score"], [])
    score = pl.col("score").cast(pl.Float64, strict=False)
    bad = frame.filter(score.is_null())
    if len(bad):
        row = bad.row(0, named=True)
        raise DataError(f"{row['where']}: score {row['score']!r} is no number")
    return frame.filter(score > 0).select(_id="query-id", passage_id="corpus-id", where="where")
