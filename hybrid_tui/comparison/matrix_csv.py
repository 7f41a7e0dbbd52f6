"""A matrix for other programs."""

from __future__ import annotations

import csv
from io import StringIO

from hybrid_tui.comparison.matrix import Matrix


def matrix_csv(matrix: Matrix) -> str:
    """Return CSV with one line a cell: row, column, value (unrounded, empty where absent), count."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("row", "column", "value", "count"))
    for row, values, counts in zip(matrix.rows, matrix.values, matrix.counts, strict=True):
        for column, value, count in zip(matrix.columns, values, counts, strict=True):
            writer.writerow((row, column, value, count))
    return text.getvalue()
