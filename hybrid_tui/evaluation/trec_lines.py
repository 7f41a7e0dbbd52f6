"""The lines of TREC run files: which ids they name, and what is wrong with them."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import compress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.encoders.encoder import Progress
from hybrid_tui.errors import DataError

COLUMNS = ("query", "Q0", "passage", "rank", "score", "tag")
_BLOCK = 1 << 24
"""Bytes of a run that are parsed at a time."""
_SPACE = r"[\s\x1c-\x1f]"
"""White space as str.split knows it; Unicode's does not include the separators 1c to 1f."""
_BLANKS = bytes.maketrans(b"\t\r\v\f", b"    ")


class Names(NamedTuple):
    """How ids are written: queries has query_id and query, passages the name of each row.

    Chunks are called as their document, which is what is ranked.
    """

    queries: pl.DataFrame
    passages: pl.Series


def names_of(collection: Collection) -> Names:
    """Return how the ids of a collection are written; raises DataError when two are written alike."""
    ids = (
        collection.queries["query_id"],
        collection.passages["document" if collection.chunked else "passage_id"],
    )
    queries, passages = (
        series.replace({name: encoded(name) for name in series.filter(series.str.contains(_SPACE))})
        for series in ids
    )
    for own, names in zip(ids, (queries, passages), strict=True):
        distinct = names.filter(own.is_first_distinct())
        if not distinct.is_unique().all():
            twice = distinct.filter(distinct.is_duplicated())[0]
            raise DataError(f"{collection.name}: two ids would be written as {twice!r}", "rename one of them")
    return Names(pl.DataFrame({"query_id": ids[0], "query": queries}), passages.alias("passage"))


def encoded(name: str) -> str:
    """Return an id without white space: percent-encoded if it has any, else as it is."""
    return re.sub(r"[\s%]", lambda found: quote(found[0]), name) if re.search(_SPACE, name) else name


class Reader:
    """Parses the lines of one run, block by block, and collects what is wrong with them.

    progress: hears of (bytes read, bytes of the file).
    """

    def __init__(
        self,
        path: Path,
        collection: Collection,
        languages: Sequence[str],
        progress: Progress | None = None,
    ) -> None:
        self._progress = progress
        self.tag = ""
        self.digest = hashlib.sha256(f"{sorted(set(languages))}\n".encode())
        self._path, self._collection, self._problems = path, collection, Problems()
        names = names_of(collection)
        queries, passages = names.queries["query"], names.passages
        self._names = {"query": names.queries["query_id"], "passage": passages}
        self._queries, self._passages = (_Known.of(each) for each in (queries, passages))
        searched = collection.passages["lang"].is_in(list(languages) or collection.languages)
        self._raw = [
            _without_language(self._collection.queries, queries, []),
            _without_language(self._collection.passages, passages, languages),
        ]
        self._stray = (~searched).arg_true().cast(pl.Int32).implode()

    def lines(self) -> pl.DataFrame:
        """Return line (its number), query, passage (rows in the collection), rank, score (Float64).

        Raises DataError that names every problem found.
        """
        parts, first = [], 1
        for block in _blocks(self._path, self._progress):
            self.digest.update(block)
            text, numbers = self._whole(*_tidy(block), first)
            if numbers.size:
                self.tag = self.tag or text.split(b"\n", 1)[0].split(b" ")[-1].decode(errors="replace")
                parts.append(self._parsed(text, numbers))
            first += block.count(b"\n")
        if not parts and not self._problems.total:
            raise DataError(f"{self._path}: the file is empty", "a run has a line for each passage retrieved")
        if parts:
            self._note_twice(lines := pl.concat(parts))
        try:
            self._problems.raise_any(str(self._path))
        except DataError as error:
            error.hint = f"a line is: {' '.join(COLUMNS)}; ids are those of {self._collection.name}, "
            error.hint += f"such as {self._queries.ids.categories[0]} and {self._passages.ids.categories[0]}"
            raise
        return lines

    def _whole(
        self, text: bytes, places: NDArray[np.int64], columns: NDArray[np.int32], first: int
    ) -> tuple[bytes, NDArray[np.int64]]:
        """Return the lines of a tidy text that have all columns, and their numbers."""
        numbers, whole = places + first, columns == len(COLUMNS)
        if whole.all():
            return text, numbers
        for number, found in zip(numbers[~whole], columns[~whole], strict=True):
            self._problems.add(f"line {number}", f"{found} columns, not {len(COLUMNS)}")
        return b"\n".join(compress(text.split(b"\n"), whole)), numbers[whole]

    def _parsed(self, text: bytes, numbers: NDArray[np.int64]) -> pl.DataFrame:
        """Return the good lines of a tidy text whose lines have all columns."""
        rows = pl.read_csv(
            text,
            separator=" ",
            has_header=False,
            quote_char=None,
            encoding="utf8-lossy",
            schema=dict.fromkeys(COLUMNS, pl.String),
            columns=[0, 2, 3, 4],
        ).with_columns(
            pl.Series("line", numbers, pl.UInt32),
            query_row=_row("query", self._queries, self._raw[0]),
            passage_row=_row("passage", self._passages, self._raw[1]),
            rank_value=pl.col("rank").cast(pl.Float64, strict=False),
            score_value=pl.col("score").cast(pl.Float64, strict=False),
        )
        for problem, bad in {
            "unknown query id {query!r}": pl.col("query_row").is_null(),
            "unknown passage id {passage!r}": pl.col("passage_row").is_null(),
            "passage {passage!r} is in no language searched": pl.col("passage_row").is_in(self._stray),
            "rank {rank!r} is no number": ~pl.col("rank_value").is_finite().fill_null(False),
            "score {score!r} is no finite number": ~pl.col("score_value").is_finite().fill_null(False),
        }.items():
            self._note(rows.filter(bad), problem)
        return (
            rows.select(
                "line", query="query_row", passage="passage_row", rank="rank_value", score="score_value"
            )
            .filter(pl.col("score").is_finite())
            .drop_nulls()
        )

    def _note_twice(self, lines: pl.DataFrame) -> None:
        ids = self._names
        key = pl.col("query").cast(pl.Int64) * 2**32 + pl.col("passage")
        again = lines.filter(~key.is_first_distinct())
        named = again.with_columns(ids[side].gather(again[side]).alias(side) for side in ids)
        self._note(named, "query {query!r} has passage {passage!r} twice")

    def _note(self, rows: pl.DataFrame, what: str) -> None:
        """Note what is wrong with lines, once for all those of which the same is said."""
        said = [each for each in rows.columns if f"{{{each}!r}}" in what]
        more = pl.when(pl.len() > 1).then(pl.format(" and {} more", pl.len() - 1)).otherwise(pl.lit(""))
        alike = rows.group_by(said, maintain_order=True).agg(
            where=pl.format("line {}{}", pl.col("line").first(), more)
        )
        self._problems.add_rows(alike, what)


class _Known(NamedTuple):
    """Ids, and the first row of each."""

    ids: pl.Enum
    rows: pl.Series

    @classmethod
    def of(cls, names: pl.Series) -> _Known:
        first = names.is_first_distinct()
        return cls(pl.Enum(names.filter(first)), first.arg_true().cast(pl.Int32))


def _without_language(table: pl.DataFrame, names: pl.Series, languages: Sequence[str]) -> pl.DataFrame:
    """Return ids as the source has them, without `lang-` before them: `raw` and `row`, those of one row each.

    languages: those to look in, all by default.
    """
    prefix = pl.format("{}-", "lang")
    return (
        table.select("lang", name=names)
        .with_row_index("row")
        .filter(pl.col("name").is_first_distinct())
        .filter(pl.col("name").str.starts_with(prefix), pl.col("lang").is_in(languages) | (not languages))
        .select(raw=pl.col("name").str.strip_prefix(prefix), row=pl.col("row").cast(pl.Int32))
        .filter(pl.col("raw").is_unique())
    )


def _row(column: str, known: _Known, raw: pl.DataFrame) -> pl.Expr:
    """Return the row that an id stands for, null for an unknown one."""
    number = pl.col(column).cast(known.ids, strict=False).to_physical()
    whole = pl.lit(known.rows).gather(number)
    if raw.is_empty():
        return whole
    found = pl.col(column).replace_strict(raw["raw"], raw["row"], default=None, return_dtype=pl.Int32)
    return pl.coalesce(whole, found)


def _json_lines(path: Path, text: bytes) -> bytes:
    """Return the lines of a JSON run; mteb's parts, by subset and split, are taken together."""
    try:
        run = msgspec.json.decode(text, type=dict[str, dict[str, Any]])
        run.pop("mteb_model_meta", None)
        while any(isinstance(each, dict) for scores in run.values() for each in scores.values()):
            run = {query: scores for part in run.values() for query, scores in part.items()}
        rows = [
            f"{encoded(query)} Q0 {encoded(passage)} 0 {score} json\n"
            for query, scores in run.items()
            for passage, score in scores.items()
        ]
    except (msgspec.MsgspecError, AttributeError, UnicodeError, RecursionError) as error:
        raise DataError(
            f"{path}: no run of the form {{query: {{passage: score}}}}: {error}",
            "write a score for each passage of each query",
        ) from error
    return "".join(rows).encode()


def _blocks(path: Path, progress: Progress | None = None) -> Iterator[bytes]:
    """Yield a file, unpacked, in parts that end with a line; raises DataError when it cannot be read."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            source = gzip.GzipFile(fileobj=file) if packed else file
            rest = b""
            start = source.read(1 << 10)
            if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
                yield _json_lines(path, (start + source.read()).removeprefix(codecs.BOM_UTF8))
                return
            source.seek(0)
            while block := source.read(_BLOCK):
                whole, end, rest_of_block = block.rpartition(b"\n")
                if end:
                    yield (rest + whole + end).removeprefix(codecs.BOM_UTF8)
                    rest = b""
                if progress:
                    progress(file.tell(), os.fstat(file.fileno()).st_size)
                rest += rest_of_block
                if len(rest) > _BLOCK:
                    raise DataError(f"{path}: no run: a line is longer than {_BLOCK >> 20} MiB")
            if rest:
                yield rest + b"\n"
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _tidy(block: bytes) -> tuple[bytes, NDArray[np.int64], NDArray[np.int32]]:
    """Return the lines that are not blank with one space between columns, their places, and their columns.

    Places count the block's lines from 0; both arrays have the shape (lines that are not blank,).
    """
    text = block.translate(_BLANKS)
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    text = text.replace(b" \n", b"\n").replace(b"\n ", b"\n").lstrip(b" ")
    chars = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(chars == ord("\n"))
    starts = np.concatenate([[0], ends[:-1] + 1])
    places = np.flatnonzero(ends > starts)
    columns = np.add.reduceat(chars == ord(" "), starts[places], dtype=np.int32) + 1
    while b"\n\n" in text:
        text = text.replace(b"\n\n", b"\n")
    return text.lstrip(b"\n"), places, columns
