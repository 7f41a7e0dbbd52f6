"""A matrix for other programs, and for people to read on."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from hybrid_tui.comparison.cell_certainty import MARK, MARK_MEANS, CellCertainty, MatrixCertainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.means import MEAN, Means
from hybrid_tui.comparison.neutral_text import csv_cell, markdown_paragraph, markdown_text
from hybrid_tui.comparison.number_format import figure

MARKED = f"\\{MARK}"
"""The mark, where a bare one would begin an emphasis."""


def matrix_csv(matrix: Matrix, certainty: MatrixCertainty | None = None, *, raw: bool = False) -> str:
    """Return CSV with one line a cell: row, column, value (unrounded, empty where absent), count.

    Where it is known how sure the cells are, the ends of their intervals, p and its adjusted value follow,
    and what these were drawn from: unit and units.
    raw: whether names stay as they are, even where a spreadsheet takes them for formulas.
    """
    named = str if raw else csv_cell
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    sure = (*CellCertainty._fields, "unit", "units") if certainty else ()
    writer.writerow(("row", "column", "value", "count", *sure))
    for row, values, counts in zip(matrix.rows, matrix.values, matrix.counts, strict=True):
        for column, value, count in zip(matrix.columns, values, counts, strict=True):
            known = (*certainty.at(row, column), *certainty.drawn[:2]) if certainty else ()
            writer.writerow((named(row), named(column), value, count, *known))
    return text.getvalue()


def matrix_markdown(
    matrix: Matrix,
    name: str,
    marks: frozenset[tuple[int, int]] = frozenset(),
    drawn: str = "",
    *,
    signed: bool = False,
) -> str:
    """Return a table under a heading of name and title, with the means of rows and columns.

    marks: the rows and columns of the significant cells. drawn: what they were drawn from. signed: whether
    what is above zero has a sign.
    """
    means = Means.of(matrix)
    rows = [*matrix.values, means.columns]
    labels = [*matrix.rows, MEAN]
    head = ["", *matrix.columns]
    if means.rows:
        head.append(MEAN)
        rows = [(*cells, mean) for cells, mean in zip(rows, (*means.rows, means.whole), strict=True)]
    title, axes = f"{name}: {matrix.title}", f"rows: {matrix.row_axis}, columns: {matrix.column_axis}"
    lines = [f"# {markdown_text(title)}", "", markdown_paragraph(axes), ""]
    lines += [_line(map(markdown_text, head)), _line(["---", *["--:"] * (len(head) - 1)])]
    for at, (label, cells) in enumerate(zip(labels, rows, strict=True)):
        numbers = [figure(cell, matrix.digits, signed=signed) for cell in cells]
        marked = [f"{MARKED * ((at, place) in marks)}{number}" for place, number in enumerate(numbers)]
        lines.append(_line([markdown_text(label), *marked]))
    foot = [f"{MARKED} {MARK_MEANS}"] if marks else []
    foot += [markdown_paragraph(drawn)] if drawn else []
    return "\n".join([*lines, *([""] if foot else []), *foot, ""])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
