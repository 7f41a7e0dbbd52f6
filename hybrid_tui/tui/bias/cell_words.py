"""Values, intervals and differences of a heatmap cell as lines of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hybrid_tui.comparison.cell_certainty import MARK, NOTHING_SURE, CellCertainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.number_format import NOTHING, figure, p_text
from hybrid_tui.tui.render.hits import language_name


def cell_lines(
    row: str, column: str, matrices: Mapping[str, Matrix], sure: Mapping[str, CellCertainty]
) -> list[str]:
    """Return a line for each system: its value with the interval, in the first the cell and its count too.

    matrices, sure: by system; the cell is absent where a matrix has no such labels.
    """
    told = [
        f"{system} {value_words(matrix, row, column, sure.get(system, NOTHING_SURE))}"
        for system, matrix in matrices.items()
    ]
    axes = [matrix.column_axis for matrix in matrices.values()][:1]
    joint = " ⇄ " if axes == ["other query language"] else " → "
    cell = joint.join(map(language_name, (row, column)))
    return [" · ".join([cell, *_count(row, column, matrices), *told[:1]]), *told[1:]]


def value_words(matrix: Matrix, row: str, column: str, sure: CellCertainty) -> str:
    """Return a value with its interval: ".640 [.612, .668]"."""
    value = value_of(matrix, row, column)
    if value is None:
        return NOTHING
    return figure(value, matrix.digits) + interval(sure, matrix.digits)


def difference_line(
    row: str, column: str, matrices: Sequence[Matrix], sure: CellCertainty | None, *, waiting: bool
) -> str:
    """Return the second's value less the first's, with interval and p; empty where one is missing."""
    one, two = (value_of(matrix, row, column) for matrix in matrices)
    if one is None or two is None:
        return ""
    digits = matrices[0].digits
    told = f"difference {figure(two - one, digits, signed=True)}"
    if sure is None:
        return f"{told} · testing" if waiting else told
    told += interval(sure, digits, signed=True)
    if sure.p is None or sure.holm is None:
        return told
    mark = f" {MARK} significant" if sure.significant else ", not significant"
    return f"{told} · p {p_text(sure.p)}, Holm {p_text(sure.holm)}{mark}"


def interval(sure: CellCertainty, digits: int, *, signed: bool = False) -> str:
    """Return " [.612, .668]"; empty where there is none."""
    if sure.low is None or sure.high is None:
        return ""
    ends = ", ".join(figure(end, digits, signed=signed) for end in (sure.low, sure.high))
    return f" [{ends}]"


def value_of(matrix: Matrix, row: str, column: str) -> float | None:
    """Return the value of two labels; None where there is none."""
    if row not in matrix.rows or column not in matrix.columns:
        return None
    return matrix.values[matrix.rows.index(row)][matrix.columns.index(column)]


def _count(row: str, column: str, matrices: Mapping[str, Matrix]) -> list[str]:
    counts = [
        matrix.counts[matrix.rows.index(row)][matrix.columns.index(column)]
        for matrix in matrices.values()
        if row in matrix.rows and column in matrix.columns
    ]
    return [f"n = {min(counts):,}"] if counts else []
