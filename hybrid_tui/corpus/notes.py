"""Notes on what a source held beside what is used of it: left out, changed, or good to know, with counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hybrid_tui.corpus.problems import SHOWN
from hybrid_tui.errors import DataError


@dataclass
class _Note:
    what: str
    fault: bool
    count: int = 0
    first: str = ""
    noun: str = ""

    def __str__(self) -> str:
        place = f" (first: {self.first})" if self.first and self.fault else ""
        if not self.noun:
            return f"{self.what}{place}"
        return f"{self.count:,} {self.noun if self.count == 1 else plural(self.noun)} {self.what}{place}"


class Notes:
    """Notes in the order of their first appearance; the same one is counted, not repeated."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], _Note] = {}

    def count(self, noun: str, what: str, count: int = 1, first: str = "", *, fault: bool = True) -> None:
        """Note a number of things: `count("passage", "without text, left out", 3, "a.csv, line 7")`.

        first: the place of the first one. fault: whether a strict reading refuses it. Nothing for 0.
        """
        if count:
            note = self._found.setdefault((noun, what), _Note(what, fault, first=first, noun=noun))
            note.count += count

    def rows(self, noun: str, what: str, rows: pl.DataFrame, *, fault: bool = True) -> None:
        """Note one thing a row; the first one's place is its `where`."""
        first = rows["where"][0] if rows.height and "where" in rows.columns else ""
        self.count(noun, what, rows.height, first or "", fault=fault)

    def say(self, what: str, first: str = "", *, fault: bool = False) -> None:
        """Note something that is not counted."""
        self._found.setdefault(("", what), _Note(what, fault, first=first))

    def unread(self, files: Iterable[Path]) -> None:
        """Note files that lie beside those that are read."""
        names = sorted(file.name for file in files if not file.name.startswith("."))
        if names:
            rest = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
            self.say(f"files that are not read: {', '.join(names[:SHOWN])}{rest}")

    @property
    def lines(self) -> tuple[str, ...]:
        """The notes, one a line."""
        return tuple(map(str, self._found.values()))

    def raise_faults(self, source: str) -> None:
        """Raise one DataError that holds every note of a fault; do nothing when there is none."""
        faults = [str(note) for note in self._found.values() if note.fault]
        if faults:
            lines = [f"{source}: refused, being strict", *faults[:SHOWN]]
            raise DataError("\n  ".join(lines), "mend the source, or read it without --strict")


def plural(noun: str) -> str:
    """Return the plural of a noun in -y, -s or another letter: queries, passages."""
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
