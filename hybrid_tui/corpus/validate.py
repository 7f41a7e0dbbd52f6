"""Checks of the tables of a collection."""

from __future__ import annotations

from difflib import get_close_matches

import polars as pl

from hybrid_tui.corpus.problems import Problems
from hybrid_tui.languages import LANGUAGES, known

PASSAGE = ["passage_id", "lang", "text"]
"""What every passage must have."""


def check_shape(frame: pl.DataFrame, table: str, required: list[str], problems: Problems) -> None:
    """Note each required column that `frame` lacks, and each column that is not text."""
    for column in required:
        if column not in frame.columns:
            problems.add(table, f"column {column} is missing; there are {', '.join(frame.columns)}")
    for column, kind in frame.schema.items():
        if kind not in {pl.String, pl.Null} and not (column == "grade" and kind.is_numeric()):
            problems.add(table, f"column {column} holds {kind}, not text")


def check_content(
    queries: pl.DataFrame, passages: pl.DataFrame, relevance: pl.DataFrame, problems: Problems
) -> None:
    """Note what is wrong inside tables of the right shape, whose column `where` tells each row's place.

    Empty or missing values, unknown languages, ids that are there twice, an item in two
    splits, queries without a relevant passage, relevance to what does not exist.
    """
    check_texts(passages, "passage", PASSAGE, problems)
    problems.add_rows(repeated(passages, "passage_id"), "passage passage_id {passage_id!r} is there already")
    check_relations(queries, passages, relevance, problems)


def check_relations(
    queries: pl.DataFrame, passages: pl.DataFrame, relevance: pl.DataFrame, problems: Problems
) -> None:
    """Note all of that but what is wrong inside passages, of which `passage_id` is enough."""
    for table, frame in (("queries", queries), ("passages", passages), ("relevance", relevance)):
        if frame.is_empty():
            problems.add(table, "none found")
    check_texts(queries, "query", ["query_id", "item_id", "lang", "text"], problems)
    problems.add_rows(repeated(queries, "query_id"), "query query_id {query_id!r} is there already")
    check_texts(relevance, "relevance", ["item_id", "passage_id"], problems)
    _check_splits(queries, problems)
    _check_relevance(queries, passages, relevance, problems)


def repeated(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return the rows whose id an earlier row has."""
    return frame.filter(pl.col(key).is_not_null() & ~pl.col(key).is_first_distinct())


def check_texts(frame: pl.DataFrame, kind: str, required: list[str], problems: Problems) -> None:
    """Note empty and missing values, and unknown languages."""
    for field in required:
        problems.add_rows(frame.filter(pl.col(field).is_null()), f"{kind} {field} is missing")
        blank = pl.col(field).str.strip_chars() == ""
        problems.add_rows(frame.filter(blank), f"{kind} {field} is empty")
    if "lang" in required:
        _check_languages(frame, kind, problems)


def _check_languages(frame: pl.DataFrame, kind: str, problems: Problems) -> None:
    """Note each code that is no language once, with the number of its rows and the nearest code."""
    blank = pl.col("lang").str.strip_chars() == ""
    rows = frame.filter(~blank).group_by("lang", maintain_order=True).agg(pl.len(), pl.col("where").first())
    for lang, count, where in rows.iter_rows():
        if known(lang) is None:
            near = get_close_matches(lang, list(LANGUAGES), n=1, cutoff=0)
            further = f" (so in {count:,} rows)" if count > 1 else ""
            what = f"{kind} lang {lang!r} is no language code{further}: {near[0]} is the nearest"
            problems.add(where, f"{what}; use ISO 639 or BCP 47 codes such as de, deu_Latn or zh-Hant")


def _check_splits(queries: pl.DataFrame, problems: Problems) -> None:
    """Note items whose versions are in different splits: what is tested on would have been trained on."""
    first = pl.col("split").first().over("item_id")
    torn = queries.with_columns(_first=first).filter(pl.col("split").ne_missing(pl.col("_first")))
    problems.add_rows(torn, "query split {split!r} of item {item_id!r} is {_first!r} elsewhere")


def _check_relevance(
    queries: pl.DataFrame, passages: pl.DataFrame, relevance: pl.DataFrame, problems: Problems
) -> None:
    lost = queries.filter(pl.col("item_id").is_not_null()).join(
        relevance, on="item_id", how="anti", maintain_order="left"
    )
    problems.add_rows(lost, "query of item {item_id!r} has no relevant passage")
    for field, there in (("item_id", queries), ("passage_id", passages)):
        stray = relevance.filter(pl.col(field).is_not_null()).join(
            there, on=field, how="anti", maintain_order="left"
        )
        kind = "query" if field == "item_id" else "passage"
        problems.add_rows(stray, f"relevance {field} {{{field}!r}} belongs to no {kind}")
