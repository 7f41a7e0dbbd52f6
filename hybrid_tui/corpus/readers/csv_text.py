"""Comma- and tab-separated text, read as Python's csv module and pandas read it."""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise
from pathlib import Path

from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.errors import DataError

_DOUBLED = re.compile(r'"(?:[^"]|"")*"')
Lines = list[tuple[int, list[str]]]


def rows(path: Path, text: str, separator: str, notes: Notes) -> Lines:
    """Return the lines that are not blank, each with its number from 1, as fields; all have as many.

    Lines of empty fields alone are left out, and noted. A quoted field that goes on after its closing quote
    is read on, and noted. Tab-separated lines that have as many fields without regard to quotes are read so:
    quotes in them are text, but around a field.
    Raises DataError that names every line with another number of fields, and for a file without content.
    """
    csv.field_size_limit(2**31 - 1)
    found = _plain(text) if separator == "\t" else None
    if found is None:
        try:
            found = _quoted(text, separator, strict=True)
        except csv.Error:
            found, line = _lenient(path, text, separator)
            notes.say(
                "quoted fields that go on after their quote, read as Python's csv does",
                f"{path}, line {line}",
                fault=True,
            )
    held = [(number, fields) for number, fields in found if any(field.strip() for field in fields)]
    if not held:
        raise DataError(f"{path}: all of its fields are empty", "get the file again")
    bare = [number for number, fields in found if len(fields) > 1 and not any(map(str.strip, fields))]
    if bare:
        notes.count(
            "line", "of empty fields alone, left out", len(bare), f"{path}, line {bare[0]}", fault=False
        )
    _check_lengths(path, held)
    return held


def _plain(text: str) -> Lines | None:
    lines = [(number, line.rstrip("\r")) for number, line in enumerate(text.split("\n"), 1)]
    split = [(number, line.split("\t")) for number, line in lines if line]
    if len({len(fields) for _, fields in split if any(map(str.strip, fields))}) != 1:
        return None
    return [(number, [_unquoted(field) for field in fields]) for number, fields in split]


def _unquoted(field: str) -> str:
    return field[1:-1].replace('""', '"') if len(field) > 1 and _DOUBLED.fullmatch(field) else field


def _quoted(text: str, separator: str, *, strict: bool) -> Lines:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    found = []
    start = 1
    for fields in reader:
        if fields:
            found.append((start, fields))
        start = reader.line_num + 1
    return found


def _lenient(path: Path, text: str, separator: str) -> tuple[Lines, int]:
    """Return the lines, and the number of the first one that the strict reading does not take."""
    try:
        found = _quoted(text, separator, strict=False)
    except csv.Error as error:
        raise DataError(f"{path}: {error}", "double the quotes inside quoted fields") from error
    starts = [number for number, _ in found]
    lines = text.split("\n")
    for start, after in pairwise([*starts, len(lines) + 1]):
        try:
            _quoted("\n".join(lines[start - 1 : after - 1]), separator, strict=True)
        except csv.Error:
            return found, start
    return found, starts[-1]


def _check_lengths(path: Path, found: Lines) -> None:
    problems = Problems()
    wanted = len(found[0][1])
    for number, fields in found:
        if len(fields) != wanted:
            what = f"{len(fields)} fields, but {wanted} in the first line"
            problems.add(f"{path}, line {number}", f"{what}; double the quotes inside quoted fields")
    problems.raise_any(str(path))
