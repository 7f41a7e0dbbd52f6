"""A matrix for other programs, and for people to read on."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.means import MEAN, Means
from hybrid_tui.comparison.numbers import figure


def matrix_csv(matrix: Matrix) -> str:
    """Return CSV with one line a cell: row, column, value (unrounded, empty where absent), count."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("row", "column", "value", "count"))
    for row, values, counts in zip(matrix.rows, matrix.values, matrix.counts, strict=True):
        for column, value, count in zip(matrix.columns, values, counts, strict=True):
            writer.writerow((row, column, value, count))
    return text.getvalue()


def matrix_markdown(matrix: Matrix, name: str) -> str:
    """Return a table under a heading of name and title, with the means of rows and columns."""
    means = Means.of(matrix)
    rows = [*matrix.values, means.columns]
    labels = [*matrix.rows, MEAN]
    head = ["", *matrix.columns]
    if means.rows:
        head.append(MEAN)
        rows = [(*cells, mean) for cells, mean in zip(rows, (*means.rows, means.whole), strict=True)]
    lines = [f"# {name}: {matrix.title}", "", f"rows: {matrix.row_axis}, columns: {matrix.column_axis}", ""]
    lines += [_line(head), _line(["---", *["--:"] * (len(head) - 1)])]
    for label, cells in zip(labels, rows, strict=True):
        lines.append(_line([label, *(figure(cell, matrix.digits) for cell in cells)]))
    return "\n".join([*lines, ""])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
