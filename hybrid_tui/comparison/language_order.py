"""In which order a matrix shows its languages."""

from __future__ import annotations

from collections.abc import Sequence

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.means import Means
from hybrid_tui.languages import FAMILIES, family

ORDERS = {
    "code": "by code",
    "family": "related languages together",
    "value": "by mean, the greatest first",
}
"""What rows and columns can be ordered by, and a few words on each."""

_LAST = float("inf")


def labels(matrix: Matrix, by: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the rows and the columns of a matrix in an order of ORDERS; equal ones by code.

    By value, the rows and the columns each have their own order, of their means over other languages.
    """
    if by == "value":
        means = Means.of(matrix)
        return _by_mean(matrix.rows, means.rows), _by_mean(matrix.columns, means.columns)
    key = _related if by == "family" else str
    return tuple(sorted(matrix.rows, key=key)), tuple(sorted(matrix.columns, key=key))


def arranged(matrix: Matrix, rows: Sequence[str], columns: Sequence[str]) -> Matrix:
    """Return a matrix with its rows and columns in another order; those not named come last, as they are."""
    down, across = _places(matrix.rows, rows), _places(matrix.columns, columns)
    return Matrix(
        matrix.title,
        tuple(matrix.rows[at] for at in down),
        tuple(matrix.columns[at] for at in across),
        tuple(tuple(matrix.values[row][column] for column in across) for row in down),
        tuple(tuple(matrix.counts[row][column] for column in across) for row in down),
        matrix.row_axis,
        matrix.column_axis,
        matrix.digits,
    )


def _places(labels: Sequence[str], wanted: Sequence[str]) -> list[int]:
    place = {label: at for at, label in enumerate(wanted)}
    return sorted(range(len(labels)), key=lambda at: place.get(labels[at], len(place)))


def _by_mean(labels: Sequence[str], means: Sequence[float | None]) -> tuple[str, ...]:
    if not means:
        return tuple(sorted(labels))
    key = {
        label: (_LAST if mean is None else -mean, label) for label, mean in zip(labels, means, strict=True)
    }
    return tuple(sorted(labels, key=key.__getitem__))


def _related(code: str) -> tuple[int, str]:
    names = tuple(FAMILIES)
    name = family(code)
    return names.index(name) if name in names else len(names), code
