"""Whole documents in lines of JSON or Parquet, each in a language of its own, read language by language."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from hybrid_tui.corpus.readers.batches import batches
from hybrid_tui.corpus.readers.columns import USUAL
from hybrid_tui.corpus.readers.files import decode
from hybrid_tui.corpus.table_files import open_file, read_parquet, split_name
from hybrid_tui.errors import DataError

Row = dict[str, Any]


@dataclass(frozen=True)
class AssignedDocuments:
    """Documents of some files: docid and text, and maybe title and lang, under their usual names.

    langs: the language of each row of each file, in its order, "" for none. stray: assigned languages of
    what is no document. codes: our code of each language, to be told before `passages` is asked.
    """

    files: tuple[Path, ...]
    langs: tuple[tuple[str, ...], ...]
    stray: int
    codes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Sequence[Path], assigned: Mapping[str, str]) -> AssignedDocuments:
        """Find the language of each document: its own, or the one that is assigned to its id; "" for none.

        Raises DataError for a file that cannot be read, and a document without an id.
        """
        left = {*assigned}
        langs: list[tuple[str, ...]] = []
        for file in files:
            own = []
            for where, row in _rows(file):
                left.discard(name := _id(row, where))
                own.append(sys.intern(_named(row, "lang", where) or assigned.get(name, "")))
            langs.append(tuple(own))
        return cls(tuple(files), tuple(langs), len(left))

    @property
    def found(self) -> set[str]:
        """The languages that are told."""
        return {lang for each in self.langs for lang in each} - {""}

    def count(self, lang: str) -> int:
        """Return how many documents are in a language, as the source calls it."""
        return sum(each.count(lang) for each in self.langs)

    def passages(self) -> Iterator[pl.DataFrame]:
        """Yield batches as `files.Stream` has them, by language in the order of the codes."""
        by_code: dict[str, set[str]] = {}
        for told in sorted({lang for each in self.langs for lang in each}):
            by_code.setdefault(self.codes[told], set()).add(told)
        for code in sorted(by_code):
            yield from batches(code, self._in(by_code[code]))

    def _in(self, wanted: set[str]) -> Iterator[tuple[str, str, str]]:
        for file, langs in zip(self.files, self.langs, strict=True):
            for lang, (where, row) in zip(
                langs, _rows(file, [lang in wanted for lang in langs]), strict=True
            ):
                if lang in wanted:
                    title, text = (_named(row, name, where) for name in ("title", "text"))
                    if text is None:
                        raise DataError(f"{where}: {_there(row)}", "get the file again")
                    yield _id(row, where), f"{title or ''} {text}".strip(), where


def _rows(file: Path, wanted: Sequence[bool] = ()) -> Iterator[tuple[str, Row]]:
    """Yield the place and content of each row; {} for those that are not wanted."""
    if split_name(file)[1] == "parquet":
        for number, row in enumerate(read_parquet(file).iter_rows(named=True), 1):
            yield f"{file}, row {number}", row
        return
    found = 0
    with open_file(file) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                where = f"{file}, line {number}"
                skipped = wanted and not wanted[found]
                yield where, {} if skipped else decode(line.removeprefix(b"\xef\xbb\xbf"), Row, where)
                found += 1


def _id(row: Row, where: str) -> str:
    found = next((row[name] for name in USUAL["_id"] if row.get(name) is not None), None)
    if not isinstance(found, str | int) or isinstance(found, bool):
        raise DataError(f"{where}: {_there(row)}", "get the file again")
    return str(found)


def _named(row: Row, name: str, where: str) -> str | None:
    for each in USUAL[name]:
        value = row.get(each)
        if value is not None and not isinstance(value, str):
            raise DataError(f"{where}: {each} is no text", "get the file again")
        if value is not None:
            return value
    return None


def _there(row: Row) -> str:
    return f"no docid and text; there are: {msgspec.json.encode([*row]).decode()}"
