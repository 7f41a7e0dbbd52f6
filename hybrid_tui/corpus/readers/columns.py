"""Columns of published tables: their usual names, and their values as text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import polars as pl

from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.table_files import split_name
from hybrid_tui.errors import UsageError

USUAL = {
    "item_id": ("item_id", "query_id", "qid", "id", "_id"),
    "_id": ("_id", "id", "docid", "doc_id", "query_id", "qid", "pid", "docno", "query-id", "corpus-id"),
    "lang": ("lang", "language", "locale"),
    "query": ("query", "anchor", "question"),
    "passage": ("passage", "positive", "pos", "positive_passages", "positives", "answer"),
    "negative": ("negative", "neg", "negatives", "negative_passages"),
    "text": ("text", "contents", "body", "sentence"),
    "title": ("title", "headline"),
    "query-id": ("query-id", "query_id", "qid", "topic_id"),
    "corpus-id": ("corpus-id", "corpus_id", "doc_id", "docid", "pid", "passage_id"),
    "score": ("score", "relevance", "label", "rel", "grade"),
}
"""Names that columns have in published data, by ours; the first that is there is taken."""
_SEVERAL = {"passage", "negative"}
"""Columns that may hold lists: a passage each, or all the negatives of a row."""
_NEGATIVES = ("negative_", "neg_", "hard_negative_")
NUMBERS = {"score", "grade"}
_NOT_IDS = {"query", "passage", "text", "context", "title", "negative", "source", "licence"}
Wrong = dict[str, dict[str, Problems]]
"""Values of JSON that are no text, by field and kind: `int`, `float`, `other`."""


class RawTable(NamedTuple):
    """A table as the source has it, with `where`; `wrong` tells its values that are not text."""

    frame: pl.DataFrame
    wrong: Wrong


def checked(
    raw: RawTable, source: str, required: list[str], optional: list[str], options: ReadOptions, notes: Notes
) -> pl.DataFrame:
    """Return the wanted columns that are there, as text, and `where`.

    Names are ours, as `options.columns` or USUAL tell them, which is noted. A passage may be a list, `title`
    and `text`, or the `context` of a question. Negatives, in one column or in `negative_1`, …, become lists.
    `options.lang` is the language where there is no column for it.
    Raises UsageError for a column that is asked for and not there; DataError for each required column that
    is missing and each value that is not text.
    """
    wanted = [*required, *optional]
    frame, chosen = _renamed(raw.frame, wanted, source, options, notes)
    problems = Problems()
    there = ", ".join(column for column in raw.frame.columns if column != "where") or "none"
    for column in required:
        if column not in frame.columns:
            problems.add(
                source, f"field {column} is missing; there are: {there}; say {_hint(column, source)}"
            )
    for ours, theirs in chosen.items():
        for kind, found in raw.wrong.get(theirs, {}).items():
            if not _allowed(ours, kind):
                problems.take(found)
    for column, held in frame.schema.items():
        several = column == "negative" and held == pl.List(pl.String)
        if not (several or _is_text(column, held)):
            problems.add(source, f"field {column} holds {held}, not text")
    problems.raise_any(source)
    kept = [column for column in [*wanted, "where"] if column in frame.columns]
    return frame.select(kept).with_columns(pl.exclude("negative").cast(pl.String))


def _is_text(column: str, kind: pl.DataType) -> bool:
    """Return whether a column of a type can be read as text: categories; numbers that are ids or grades."""
    if kind.is_numeric():
        return _allowed(column, "int" if kind.is_integer() else "float")
    return kind in (pl.String, pl.Null) or isinstance(kind, pl.Categorical | pl.Enum)


def _allowed(ours: str, kind: str) -> bool:
    return ours in NUMBERS if kind == "float" else kind == "int" and ours not in _NOT_IDS


def _hint(column: str, source: str) -> str:
    if column == "lang":
        return "--lang en where all of it is in one language"
    unnamed = split_name(Path(source))[1] in {"csv", "tsv"}
    number = f", or {column}=1 where the file begins without names" if unnamed else ""
    return f"--columns {column}=NAME where it has another name{number}"


def _renamed(
    frame: pl.DataFrame, wanted: list[str], source: str, options: ReadOptions, notes: Notes
) -> tuple[pl.DataFrame, dict[str, str]]:
    """Return the wanted columns under our names, and theirs by ours."""
    there = [column for column in frame.columns if column != "where"]
    chosen = {ours: theirs for ours, theirs in options.columns.items() if ours in wanted}
    for ours, theirs in chosen.items():
        if theirs not in there:
            known = f"there are: {', '.join(there)}"
            raise UsageError(f"{source}: there is no column {theirs!r} for {ours}", known)
    for ours in wanted:
        free = [each for each in USUAL.get(ours, (ours,)) if each in there and each not in chosen.values()]
        if ours not in chosen and free and (free[0] == ours or free[0] not in wanted):
            chosen[ours] = free[0]
    if "passage" in wanted and "passage" not in chosen:
        frame = _with_passage(frame, chosen)
    told = [f"{theirs} as {ours}" for ours, theirs in chosen.items() if theirs != ours]
    if told:
        notes.say(f"columns are read under other names: {', '.join(told)}")
    found = frame.select(*(_texts(frame, theirs).alias(ours) for ours, theirs in chosen.items()), "where")
    if "negative" in wanted:
        found = _with_negatives(found, frame, notes)
    if isinstance(found.schema.get("passage"), pl.List):
        found = found.explode("passage")
    if "lang" in wanted and "lang" not in found.columns and options.lang:
        found = found.with_columns(lang=pl.lit(options.lang))
    return found, chosen


def _with_passage(frame: pl.DataFrame, chosen: dict[str, str]) -> pl.DataFrame:
    """Choose the passage where no column has a name of its own for it: a context, or title and text."""
    if "query" in chosen and "context" in frame.columns:
        chosen["passage"] = chosen.pop("context", "context")
    elif {"title", "text"} <= {*frame.columns}:
        chosen["passage"] = chosen.pop("text", "text")
        if "query" not in chosen:
            chosen["query"] = chosen.pop("title", "title")
        else:
            title = pl.col("title").fill_null("").str.strip_chars()
            return frame.with_columns(text=pl.concat_str(title, "text", separator=" ").str.strip_chars())
    elif "query" in chosen and "text" in frame.columns:
        chosen["passage"] = chosen.pop("text", "text")
    return frame


def _texts(frame: pl.DataFrame, column: str) -> pl.Expr:
    """Return a column; lists of objects with title and text (as Tevatron's) become lists of texts."""
    kind = frame.schema[column]
    inner = kind.inner if isinstance(kind, pl.List) else None
    if isinstance(inner, pl.Struct) and "text" in {each.name for each in inner.fields}:
        parts = [pl.element().struct.field("text")]
        if "title" in {each.name for each in inner.fields}:
            parts.insert(0, pl.element().struct.field("title").fill_null(""))
        return pl.col(column).list.eval(pl.concat_str(parts, separator=" ").str.strip_chars())
    return pl.col(column)


def _with_negatives(found: pl.DataFrame, frame: pl.DataFrame, notes: Notes) -> pl.DataFrame:
    """Return `negative` as a list of all the negatives of a row, however many columns they stand in."""
    more = [each for each in frame.columns if each.startswith(_NEGATIVES)]
    if "negative" not in found.columns and not more:
        return found
    parts = [*(["negative"] if "negative" in found.columns else []), *more]
    both = pl.concat([found.select(set(parts) & {"negative"}), frame.select(more)], how="horizontal")
    lists = [
        pl.col(each).fill_null([]) if isinstance(both.schema[each], pl.List) else _listed(each)
        for each in parts
    ]
    text = pl.element().cast(pl.String)
    given = both.select(negative=pl.concat_list(lists))["negative"]
    kept = given.list.eval(text.filter(text.str.strip_chars() != ""))
    blank = len(given.explode().drop_nulls()) - len(kept.explode().drop_nulls())
    notes.count("hard negative", "without text, left out", blank, fault=False)
    return found.with_columns(kept.alias("negative"))


def _listed(column: str) -> pl.Expr:
    text = pl.col(column).cast(pl.String)
    return pl.concat_list(text).list.drop_nulls()


def with_items(frame: pl.DataFrame, text: str, notes: Notes) -> pl.DataFrame:
    """Return a table with item ids; where the source has none, each `text` of a language is an item."""
    if "item_id" in frame.columns:
        return frame
    notes.say("there is no item_id: no two rows are taken for the same question in two languages")
    number = pl.col(text).rank("dense").over("lang").cast(pl.String).fill_null("")
    return frame.with_columns(item_id=pl.format("{}-{}", pl.col("lang").fill_null(""), number))


def of_objects(objects: Iterable[tuple[str, dict[str, Any]]]) -> RawTable:
    """Return a table of JSON objects, each with its place.

    A list of texts, or of objects with title and text, stays a list where it can be passages or negatives.
    """
    several = {name for ours in _SEVERAL for name in USUAL[ours]}
    fields: dict[str, list[Any]] = {"where": []}
    wrong: Wrong = {}
    for count, (where, found) in enumerate(objects):
        fields["where"].append(where)
        for field, value in found.items():
            kept, kind = _value(value, field in several or field.startswith(_NEGATIVES))
            column = fields.setdefault(field, [])
            column.extend([None] * (count - len(column)))
            column.append(kept)
            if kind:
                shown = msgspec.json.encode(value)[:40].decode(errors="ignore")
                wrong.setdefault(field, {}).setdefault(kind, Problems()).add(
                    where, f"{field} is {shown}, not text"
                )
    total = len(fields["where"])
    columns = []
    for field, values in fields.items():
        full = values + [None] * (total - len(values))
        if any(isinstance(value, list) for value in full):
            lists = [[value] if isinstance(value, str) else value for value in full]
            columns.append(pl.Series(field, lists, pl.List(pl.String)))
        elif any(value is not None for value in full) or field in wrong:
            columns.append(pl.Series(field, full, pl.String))
    return RawTable(pl.DataFrame(columns), wrong)


def _value(value: Any, several: bool) -> tuple[Any, str]:
    """Return a JSON value as text or list of texts, and its kind where it is not text."""
    if value is None or isinstance(value, str):
        return value, ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value), type(value).__name__
    if isinstance(value, dict) and several and isinstance(value.get("text"), str):
        return f"{value.get('title') or ''} {value['text']}".strip(), ""
    if isinstance(value, list) and several:
        parts = [_value(each, several) for each in value]
        if all(isinstance(text, str) and not kind for text, kind in parts):
            return [text for text, _ in parts], ""
    return None, "other"
