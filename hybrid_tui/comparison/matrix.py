"""A figure for every pair of languages, as tables and heatmaps show it."""

from __future__ import annotations

from dataclasses import dataclass

from hybrid_tui.errors import UsageError


@dataclass(frozen=True, slots=True)
class Matrix:
    """Values by row and column label, each a mean over so many observations.

    values: one tuple per row; None where there is nothing to measure.
    counts: the observations behind each value, same shape; 0 where the value is None.
    digits: decimal places worth showing.
    """

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    counts: tuple[tuple[int, ...], ...]
    row_axis: str = "query language"
    column_axis: str = "passage language"
    digits: int = 3

    def minus(self, other: Matrix) -> Matrix:
        """Return self - other, None where either is; the counts are the smaller of the two.

        Raises UsageError when the two have different rows or columns.
        """
        for axis, mine, theirs in (
            (self.row_axis, self.rows, other.rows),
            (self.column_axis, self.columns, other.columns),
        ):
            if mine != theirs:
                raise UsageError(
                    f"{self.title} and {other.title} differ in {axis}: "
                    f"{' '.join(mine) or 'none'} against {' '.join(theirs) or 'none'}",
                    "subtract matrices over the same languages: evaluate both on the same collection",
                )
        return Matrix(
            f"{self.title}, difference",
            self.rows,
            self.columns,
            tuple(
                tuple(None if a is None or b is None else a - b for a, b in zip(mine, theirs, strict=True))
                for mine, theirs in zip(self.values, other.values, strict=True)
            ),
            tuple(
                tuple(map(min, mine, theirs)) for mine, theirs in zip(self.counts, other.counts, strict=True)
            ),
            self.row_axis,
            self.column_axis,
            self.digits,
        )
