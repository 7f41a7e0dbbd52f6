"""Tables of variants as users have them: item_id, lang, variant, text."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hybrid_tui import languages, settings
from hybrid_tui.corpus import variants
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.corpus.readers import files, language_codes
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.table_files import FORMATS, is_table, split_name
from hybrid_tui.errors import DataError, UsageError

REQUIRED = [*variants.KEY, "variant", "text"]
OPTIONAL = ["text_lang", *variants.WRITTEN]


def read_table(path: Path, collection: Collection, notes: Notes) -> dict[str, pl.DataFrame]:
    """Return what a table has for a collection, by variant: `variants.SCHEMA`, and `where`.

    Left out and noted: texts that are blank, there twice, or of queries that the collection does not have.
    Raises UsageError for what is no table, DataError that names every problem: names that are not allowed,
    text_lang that is no language, two texts for the same query.
    """
    if not is_table(path):
        what = "no table" if path.exists() else "no such file"
        raise UsageError(f"{path}: {what}", f"variants are read from {', '.join(FORMATS)}, packed or not")
    table = files.table(path, REQUIRED, OPTIONAL, ReadOptions(), notes)
    absent = [pl.lit(None, pl.String).alias(name) for name in OPTIONAL if name not in table.columns]
    rows = _fitting(_spoken(table.with_columns(absent), collection, notes), collection, notes)
    once = rows.unique(pl.exclude("where"), keep="first", maintain_order=True)
    notes.count("text", "there twice, taken once", rows.height - once.height)
    _check(once, str(path))
    if once.is_empty():
        told = "; ".join(notes.lines)
        raise DataError(f"{path}: no text for {collection.name}{': ' if told else ''}{told}")
    parts = once.partition_by("variant", as_dict=True, include_key=False, maintain_order=True)
    return {str(name): part.select(*variants.SCHEMA, "where") for (name,), part in parts.items()}


def write_table(path: Path, collection: str, names: list[str]) -> int:
    """Write kept variants as one table, .jsonl or .parquet by the file's name; return the number of texts.

    Raises UsageError for another ending, DataError for a variant that is damaged.
    """
    form = split_name(path)[1]
    if form not in {"jsonl", "parquet"} or path.suffix.lower() != f".{form}":
        raise UsageError(
            f"{path}: variants are written as .jsonl or .parquet", "give the file such an ending"
        )
    order = ["item_id", "lang", "variant", "text", *OPTIONAL]
    parts = [
        variants.read(collection, name).with_columns(variant=pl.lit(name)).select(order) for name in names
    ]
    table = pl.concat(parts)
    with settings.replacing(path, "wb", shared=True) as file:
        if form == "parquet":
            table.write_parquet(file)
        else:
            table.write_ndjson(file)
    return table.height


def _spoken(table: pl.DataFrame, collection: Collection, notes: Notes) -> pl.DataFrame:
    """Return a table with our codes in `lang` and `text_lang`, as the collection has them."""
    found = {*table["lang"].drop_nulls(), *table["text_lang"].drop_nulls()}
    told = language_codes.codes(found | {*collection.languages}, notes)
    lang = pl.col("lang").replace(told)
    return table.with_columns(lang, text_lang=pl.col("text_lang").replace(told).fill_null(lang))


def _fitting(table: pl.DataFrame, collection: Collection, notes: Notes) -> pl.DataFrame:
    """Return the rows that have text and are of a query of the collection."""
    blank = pl.col("text").is_null() | (pl.col("text").str.strip_chars() == "")
    notes.rows("text", "left out, being blank", table.filter(blank))
    rows = table.filter(~blank)
    queries = collection.queries
    spoken = pl.col("lang").is_in(queries["lang"].unique().implode()).fill_null(value=False)
    strange = rows.filter(~spoken)
    named = ", ".join(sorted(strange["lang"].fill_null("none").unique()))
    notes.rows("text", f"in languages that {collection.name} has no queries in ({named}), left out", strange)
    rows = rows.filter(spoken)
    item = pl.col("item_id").is_in(queries["item_id"].unique().implode()).fill_null(value=False)
    notes.rows("text", f"of items that {collection.name} does not have, left out", rows.filter(~item))
    rows = rows.filter(item)
    fit = rows.join(queries, on=variants.KEY, how="semi", maintain_order="left")
    notes.count(
        "text", "of items in languages that they have no query in, left out", rows.height - fit.height
    )
    return fit


def _check(rows: pl.DataFrame, source: str) -> None:
    problems = Problems()
    for name, where in rows.group_by("variant", maintain_order=True).agg(pl.first("where")).iter_rows():
        problem = variants.name_problem(name or "")
        if problem:
            problems.add(where, f"variant {name!r} {problem}")
    for lang, where in rows.group_by("text_lang", maintain_order=True).agg(pl.first("where")).iter_rows():
        if not languages.known(lang):
            problems.add(where, f"text_lang {lang!r} is no language code")
    again = rows.filter(~pl.struct("variant", *variants.KEY).is_first_distinct())
    problems.add_rows(again, "item {item_id!r} has another text as {variant} in {lang} above")
    problems.raise_any(source, "mend the file, then add it again")
