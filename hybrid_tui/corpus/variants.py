"""Other texts for a query's need: its versions in other languages, and variants kept beside a collection.

A variant is a Parquet file in the data folder, under the names of its collection and its own; adding,
changing or removing the collection leaves it as it is.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import polars as pl

from hybrid_tui import languages, settings
from hybrid_tui.corpus.collection import Collection, Schema
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.corpus.table_files import read_parquet
from hybrid_tui.errors import DataError, UsageError, cannot, unknown
from hybrid_tui.jobs import locks

KEY = ["item_id", "lang"]
WRITTEN = ("prompt", "prompt_hash", "model")
"""Columns of what a language model wrote; null elsewhere."""
SCHEMA: Schema = dict.fromkeys((*KEY, "text", "text_lang", *WRITTEN), pl.String)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")


class QueryForm(NamedTuple):
    """A text for a query's need; lang: the code of the language that it is in."""

    text: str
    lang: str


class Kept(NamedTuple):
    """What became of texts that were to be kept: new ones, those that were there, those that were others."""

    new: int
    same: int
    replaced: int


def forms(collection: Collection, variant: str) -> dict[str, QueryForm]:
    """Return the texts of a variant by query_id; queries that lack it are absent.

    variant: a query language, for each item's version in it, or the name of a kept variant.
    Raises UsageError for an unknown one, DataError for a file that is damaged.
    """
    queries = collection.queries.select("query_id", *KEY)
    if variant in _query_languages(collection):
        versions = collection.queries.filter(lang=variant).unique(
            "item_id", keep="first", maintain_order=True
        )
        texts = versions.select("item_id", "text", text_lang="lang")
        found = queries.join(texts, on="item_id", maintain_order="left")
    else:
        if variant not in kept_names(collection.name):
            raise unknown("variant", variant, names(collection))
        found = queries.join(read(collection.name, variant), on=KEY, maintain_order="left")
    rows = found.select("query_id", "text", "text_lang").iter_rows()
    return {query: QueryForm(text, lang) for query, text, lang in rows}


def names(collection: Collection) -> list[str]:
    """Return the variants of a collection: its query languages, then those that are kept."""
    return [*_query_languages(collection), *kept_names(collection.name)]


def kept_names(collection: str) -> list[str]:
    """Return the names of the variants that are kept beside a collection, or that of a split, sorted."""
    found = _folder(collection)
    files = found.glob("*.parquet") if found.is_dir() else ()
    return sorted(file.stem for file in files if _NAME.fullmatch(file.stem))


def changed(collection: str) -> int:
    """Return when one of the variants beside a collection was last written or removed, in nanoseconds."""
    folder = _folder(collection)
    if not folder.is_dir():
        return 0
    return max(path.stat().st_mtime_ns for path in (folder, *folder.glob("*.parquet")))


def collections() -> list[str]:
    """Return the names of the collections that variants are kept beside, there or not, sorted."""
    root = _folder("")
    return sorted(each.name for each in root.iterdir() if kept_names(each.name)) if root.is_dir() else []


def read(collection: str, variant: str) -> pl.DataFrame:
    """Return a kept variant: SCHEMA, a row an item and language; empty where there is none.

    Raises DataError for a file that is damaged.
    """
    file = _file(collection, variant)
    if not file.exists():
        return pl.DataFrame(schema=SCHEMA)
    hint = f"hybrid-tui data variants remove {_whole(collection)} {variant}, then add it again"
    try:
        found = read_parquet(file)
    except DataError as error:
        raise DataError(f"the variant {variant} is damaged: {error}", hint) from error
    if found.schema != pl.Schema(SCHEMA):
        raise DataError(f"the variant {variant} is damaged: {file} has other columns", hint)
    return found


def keep(collection: str, variant: str, rows: pl.DataFrame, *, overwrite: bool = False) -> Kept:
    """Keep texts of a variant beside those that it has.

    rows: SCHEMA, each item and language once, and `where`. overwrite: replace what is there by other texts.
    Raises UsageError for a name that is not allowed, DataError that tells each text where another one is.
    """
    check_name(variant)
    try:
        with locks.held(f"{_whole(collection)}-{variant}", "variant"):
            return _merged(collection, variant, rows, overwrite)
    except locks.Held as error:
        raise UsageError(f"another process is writing the variant {variant}", "try again") from error


def _merged(collection: str, variant: str, rows: pl.DataFrame, overwrite: bool) -> Kept:
    there = read(collection, variant)
    both = rows.join(there, on=KEY, how="left", suffix=" there", maintain_order="left")
    known = pl.col("text there").is_not_null()
    new = both.filter(~known).height
    told = ["text", "text_lang", *(WRITTEN if overwrite else ())]
    others = both.filter(
        known & pl.any_horizontal(pl.col(each).ne_missing(pl.col(f"{each} there")) for each in told)
    )
    if others.height and not overwrite:
        problems = Problems()
        problems.add_rows(others, f"item {{item_id!r}} has another text as {variant} in {{lang}}")
        problems.raise_any(_whole(collection), "say --overwrite to replace those texts")
    if new or others.height:
        left = there.join(others, on=KEY, how="anti", maintain_order="left")
        fresh = rows.join(left, on=KEY, how="anti", maintain_order="left").select(*SCHEMA)
        with settings.replacing(_file(collection, variant), "wb") as file:
            pl.concat([left, fresh]).write_parquet(file)
    return Kept(new, rows.height - new - others.height, others.height)


def check_kept(collection: str, variant: str) -> None:
    """Raise UsageError for a variant that is not kept beside a collection."""
    known = kept_names(collection)
    if variant not in known:
        raise unknown("kept variant", variant, known, "" if known else f"{_whole(collection)} has none")


def remove(collection: str, variant: str) -> None:
    """Remove a kept variant, damaged or not; raises UsageError where there is none."""
    check_kept(collection, variant)
    file = _file(collection, variant)
    try:
        file.unlink()
    except OSError as error:
        raise cannot("remove", file, error) from error


def check_name(variant: str) -> None:
    """Raise UsageError for what cannot name a variant: a language names the versions in it."""
    problem = name_problem(variant)
    if problem:
        raise UsageError(f"{variant!r} {problem}", "choose another name, such as expanded")


def name_problem(variant: str) -> str:
    """Return why something cannot name a variant, to follow it in a sentence; "" where it can."""
    if not _NAME.fullmatch(variant):
        return (
            "cannot name a variant: use up to 64 letters, digits, dots, dashes, underscores, a letter first"
        )
    spoken = languages.known(variant)
    return f"is a language ({spoken.english}), which names the versions in it" if spoken else ""


def _query_languages(collection: Collection) -> list[str]:
    return sorted(collection.queries["lang"].unique())


def _whole(collection: str) -> str:
    return collection.partition(":")[0]


def _folder(collection: str) -> Path:
    return settings.data_dir() / "variants" / _whole(collection)


def _file(collection: str, variant: str) -> Path:
    return _folder(collection) / f"{variant}.parquet"
