"""Tables of a source as polars frames of text columns, with errors that tell file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import polars as pl

from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers import columns, csv_text
from hybrid_tui.corpus.readers.columns import RawTable
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.table_files import (
    AGAIN,
    BOM,
    content,
    open_file,
    parquet_columns,
    read_arrow,
    read_parquet,
    split_name,
)
from hybrid_tui.errors import DataError

T = TypeVar("T")


class Tables(NamedTuple):
    """Queries, passages and relevance as `collection.build` takes them, with `where` in each.

    self_passages: found by `cleaning`; a reader gives none.
    """

    queries: pl.DataFrame
    passages: pl.DataFrame
    relevance: pl.DataFrame
    self_passages: pl.DataFrame | None = None


class Stream(NamedTuple):
    """The same for passages that are too many for memory.

    passages: reads them anew at each call, batch by batch (passage_id, lang, text, where; all text), by
    language in the order of the codes.
    """

    queries: pl.DataFrame
    passages: Callable[[], Iterator[pl.DataFrame]]
    relevance: pl.DataFrame


def decode(data: bytes, kind: type[T], where: str) -> T:
    """Return JSON as a value of `kind`; raises DataError with the position or field and what is wrong."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise DataError(f"{where}: {error}", AGAIN) from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        match = re.search(r"\(byte (\d+)\)", str(error))
        before = data[: int(match[1]) if match else None]
        lines = before.count(b"\n")
        place = f"{where}, line {lines + 1}" if lines else where
        raise DataError(f"{place}: {error}{'' if match else f' (byte {len(before)})'}", AGAIN) from error


def table(
    path: Path, required: list[str], optional: list[str], options: ReadOptions, notes: Notes
) -> pl.DataFrame:
    """Read a table in any of `table_files.FORMATS` as `columns.checked` does.

    Raises DataError for a broken file as well.
    """
    return columns.checked(raw(path, options, notes), str(path), required, optional, options, notes)


def raw(path: Path, options: ReadOptions, notes: Notes) -> RawTable:
    """Return a table as the file has it, with the place of each row."""
    form = split_name(path)[1]
    if form in {"csv", "tsv"}:
        return RawTable(_separated(path, "\t" if form == "tsv" else ",", options, notes), {})
    if form in {"jsonl", "ndjson", "json"}:
        return _json(path)
    frame = read_parquet(path) if form == "parquet" else read_arrow(path)
    return RawTable(frame.with_columns(where=numbered(f"{path}, row ")), {})


def column_names(path: Path) -> list[str]:
    """Return the columns of a table by as little of it as tells them: the first line, or the schema.

    Raises DataError for a file that cannot be read, or whose beginning is no table.
    """
    form = split_name(path)[1]
    if form == "parquet":
        return list(parquet_columns(path))
    if form == "json":
        return raw(path, ReadOptions(), Notes()).frame.drop("where").columns
    if form == "arrow":
        return read_arrow(path, n_rows=0).columns
    with open_file(path) as file:
        first = file.readline().removeprefix(BOM)
    if form in {"csv", "tsv"}:
        separator = "\t" if form == "tsv" else ","
        line = first.decode(errors="replace")
        return next(iter(csv_text.rows(path, line, separator, Notes())), (1, [""]))[1] if line.strip() else []
    return list(decode(first, dict[str, Any], str(path)))


def numbered(place: str, first: int = 1) -> pl.Expr:
    """Return an expression for `where`: `place` and the row's number, counted from `first`."""
    return pl.concat_str(pl.lit(place), pl.int_range(first, pl.len() + first).cast(pl.String))


def _separated(path: Path, separator: str, options: ReadOptions, notes: Notes) -> pl.DataFrame:
    found = csv_text.rows(path, content(path).decode(), separator, notes)
    if any(name.isdecimal() for name in options.columns.values()):
        names = [str(number) for number in range(1, len(found[0][1]) + 1)]
    else:
        names = [name.strip() for name in found.pop(0)[1]]
    if len(set(names)) < len(names):
        raise DataError(f"{path}: two columns have the same name", f"there are: {', '.join(names)}")
    data = [[*(field or None for field in fields), f"{path}, line {number}"] for number, fields in found]
    return pl.DataFrame(data, dict.fromkeys([*names, "where"], pl.String), orient="row")


def _json(path: Path) -> RawTable:
    """Read JSON lines, or a list of objects."""
    data = content(path)
    if split_name(path)[1] == "json" and data.lstrip().startswith(b"["):
        listed = decode(data, list[dict[str, Any]], str(path))
        return columns.of_objects((f"{path}, row {n}", row) for n, row in enumerate(listed, 1))
    lines = enumerate(data.split(b"\n"), 1)
    placed = ((f"{path}, line {number}", line) for number, line in lines if line.strip())
    return columns.of_objects((where, decode(line, dict[str, Any], where)) for where, line in placed)
