"""Reading of text, JSON and table files into polars frames, with errors that tell file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import polars as pl

from hybrid_tui.corpus.problems import Problems
from hybrid_tui.errors import DataError

T = TypeVar("T")
TABLE_SUFFIXES = (".jsonl", ".parquet", ".csv")
_BOM = b"\xef\xbb\xbf"
_AGAIN = "mend the file, or get it again"


class Tables(NamedTuple):
    """Queries, passages and relevance as `collection.build` takes them, with `where` in each."""

    queries: pl.DataFrame
    passages: pl.DataFrame
    relevance: pl.DataFrame


class Stream(NamedTuple):
    """The same for passages that are too many for memory.

    passages: reads them anew at each call, batch by batch (passage_id, lang, text, where; all text), by
    language in the order of the codes.
    """

    queries: pl.DataFrame
    passages: Callable[[], Iterator[pl.DataFrame]]
    relevance: pl.DataFrame


def content(path: Path) -> bytes:
    """Return a text file's bytes, valid UTF-8 without a byte order mark.

    Raises DataError for a file that cannot be read, is empty or is not UTF-8 (with line and byte).
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"{path}, line {line}: byte {error.start} ({data[error.start]:#04x}) is not UTF-8"
        raise DataError(what, "convert the file to UTF-8") from error
    data = data.removeprefix(_BOM)
    if not data.strip():
        raise DataError(f"{path}: the file is empty", _AGAIN)
    return data


def decode(data: bytes, kind: type[T], where: str) -> T:
    """Return JSON as a value of `kind`; raises DataError with the position or field and what is wrong."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise DataError(f"{where}: {error}", _AGAIN) from error
    except msgspec.DecodeError as error:
        match = re.search(r"\(byte (\d+)\)", str(error))
        before = data[: int(match[1]) if match else None]
        lines = before.count(b"\n")
        place = f"{where}, line {lines + 1}" if lines else where
        raise DataError(f"{place}: {error}{'' if match else f' (byte {len(before)})'}", _AGAIN) from error


def table(path: Path, required: list[str], optional: list[str]) -> pl.DataFrame:
    """Read JSONL, Parquet or CSV as `checked` does; raises DataError for a broken file as well."""
    if path.suffix == ".jsonl":
        frame = _jsonl(path, [*required, *optional])
    else:
        frame = _columns(path).with_columns(where=numbered(f"{path}, row "))
    return checked(frame, str(path), required, optional)


def checked(frame: pl.DataFrame, source: str, required: list[str], optional: list[str]) -> pl.DataFrame:
    """Return the named columns that are there, as text, and `where`; `language` serves as `lang`.

    Raises DataError for each required column that is missing and each column that is not text.
    """
    if "language" in frame.columns and "lang" not in frame.columns:
        frame = frame.rename({"language": "lang"})
    problems = Problems()
    there = ", ".join(column for column in frame.columns if column != "where") or "none"
    for column in required:
        if column not in frame.columns:
            problems.add(source, f"field {column} is missing; there are: {there}")
    kept = [column for column in [*required, *optional, "where"] if column in frame.columns]
    for column in kept:
        if frame.schema[column] not in {pl.String, pl.Null}:
            problems.add(source, f"field {column} holds {frame.schema[column]}, not text")
    problems.raise_any(source)
    return frame.select(pl.col(kept).cast(pl.String))


def numbered(place: str, first: int = 1) -> pl.Expr:
    """Return an expression for `where`: `place` and the row's number, counted from `first`."""
    return pl.concat_str(pl.lit(place), pl.int_range(first, pl.len() + first).cast(pl.String))


def _columns(path: Path) -> pl.DataFrame:
    if path.suffix == ".csv":
        content(path)
    try:
        if path.suffix == ".csv":
            return pl.read_csv(path, infer_schema=False)
        return pl.read_parquet(path)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from error
    except pl.exceptions.PolarsError as error:
        raise DataError(f"{path}: {error}", _AGAIN) from error


def _jsonl(path: Path, fields: list[str]) -> pl.DataFrame:
    """Read the wanted fields of each line; all lines whose fields are not text are told at once."""
    problems = Problems()
    wanted = [*fields, "language"] if "lang" in fields else fields
    columns: dict[str, list[str | None]] = {field: [] for field in wanted}
    places: list[str] = []
    for number, line in enumerate(content(path).split(b"\n"), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        row = decode(line, dict[str, Any], where)
        places.append(where)
        for field in wanted:
            value = row.get(field)
            if value is not None and not isinstance(value, str):
                problems.add(where, f"{field} is {msgspec.json.encode(value)[:40].decode()}, not text")
                value = None
            columns[field].append(value)
    problems.raise_any(str(path))
    there = {field: values for field, values in columns.items() if any(v is not None for v in values)}
    return pl.DataFrame({**there, "where": places})
