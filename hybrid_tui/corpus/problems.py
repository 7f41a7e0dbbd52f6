"""Problems of a source, collected and raised as one error."""

from __future__ import annotations

import polars as pl

from hybrid_tui.errors import DataError

SHOWN = 20
"""How many problems a message spells out; the rest are counted."""

_HINT = "mend the source, then try `hybrid-tui data check` on it"


class Problems:
    """Problems found so far: all counted, the first ones spelled out."""

    def __init__(self) -> None:
        self.total = 0
        self.shown: list[str] = []

    def add(self, where: str, what: str) -> None:
        """Note one problem: the place (file, line or row), and the field with what is wrong with it."""
        self.total += 1
        if len(self.shown) < SHOWN:
            self.shown.append(f"{where}: {what}")

    def add_rows(self, rows: pl.DataFrame, what: str) -> None:
        """Note one problem a row; `what` may name columns in braces. The row's place is its `where`."""
        self.total += len(rows)
        for row in rows.head(SHOWN - len(self.shown)).iter_rows(named=True):
            self.shown.append(f"{row['where']}: {what.format(**row)}")

    def take(self, others: Problems) -> None:
        """Note the problems that were found elsewhere."""
        self.total += others.total
        self.shown += others.shown[: SHOWN - len(self.shown)]

    def raise_any(self, source: str, hint: str = _HINT) -> None:
        """Raise one DataError that holds every problem noted; do nothing when there is none."""
        if not self.total:
            return
        count = "1 problem" if self.total == 1 else f"{self.total:,} problems"
        rest = self.total - len(self.shown)
        lines = [f"{source}: {count}", *self.shown, *([f"… and {rest:,} more"] if rest else [])]
        raise DataError("\n  ".join(lines), hint)
