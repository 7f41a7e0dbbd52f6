"""Heatmaps of `hybrid-tui bias`, and the queries behind a cell, printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hybrid_tui.api.bias import CellQueries, Heatmap
from hybrid_tui.cli import heatmap, output
from hybrid_tui.comparison.cell_certainty import CellCertainty
from hybrid_tui.comparison.means import Means
from hybrid_tui.comparison.number_format import figure


def plain(shown: Heatmap) -> dict[str, Any]:
    """Return a heatmap for JSON: cells, means and, of a difference, intervals and p values alike."""
    matrix, certainty = shown.matrix, shown.certainty
    means = Means.of(matrix)
    told = {
        "model": shown.name,
        **asdict(matrix),
        "row_means": means.rows,
        "column_means": means.columns,
    }
    if certainty:
        sure = [[certainty.at(row, column) for column in matrix.columns] for row in matrix.rows]
        for field in CellCertainty._fields:
            told[field] = [[getattr(cell, field) for cell in cells] for cells in sure]
        told |= certainty.drawn._asdict() | {"drawn": shown.drawn}
    return told


def show(shown: Sequence[Heatmap], colours: str, *, own_scale: bool) -> None:
    """Print heatmaps on one scale, or on one each."""
    groups = [[each] for each in shown] if own_scale else [list(shown)]
    for group in groups:
        heatmap.show(
            [each.matrix for each in group],
            [each.label for each in group],
            diverging=group[0].certainty is not None,
            colours=colours,
            marks=[each.marks for each in group],
        )
        for drawn in filter(None, (each.drawn for each in group)):
            output.console().print(drawn)


def show_queries(lists: Sequence[CellQueries], *, best_first: bool, json: bool) -> None:
    """Print the queries behind a cell, a list for each system or pair."""
    if json:
        output.as_json([_plain_queries(each) for each in lists])
        return
    for each in lists:
        _show_queries(each, best_first=best_first)


def _plain_queries(found: CellQueries) -> dict[str, Any]:
    return {
        "models": found.systems,
        "matrix": found.measure.name,
        "row": found.row,
        "column": found.column,
        "total": found.total,
        "queries": [
            {
                "query_id": each.question.query_id,
                "item_id": each.question.item_id,
                "lang": each.question.lang,
                "text": each.question.text,
                "values": each.values,
                "ranks": each.ranks,
            }
            for each in found.queries
        ],
    }


def _show_queries(found: CellQueries, *, best_first: bool) -> None:
    measure, systems = found.measure, found.systems
    compared = len(systems) > 1
    values = ["1", "2", "difference"] if compared else ["value"]
    ranks = ["rank 1", "rank 2"] if compared else ["rank"]
    columns = [*values, *(ranks if measure.answers else [])]
    named = [f"{at} {name}" for at, name in enumerate(systems, 1)] if compared else systems
    console = output.console()
    console.print(f"{', '.join(named)}: {measure.title}, {found.row} → {found.column}")
    order = "best" if best_first else "worst"
    console.print(f"{len(found.queries):,} of {found.total:,} queries, {order} first")
    table = output.table(*columns, "query", numeric=tuple(columns))
    digits = 3 if measure.alone or measure.higher_is_better is None else 1
    for query in found.queries:
        cells = [figure(value, digits) for value in query.values]
        if compared:
            cells.append(figure(query.values[1] - query.values[0], digits, signed=True))
        if measure.answers:
            cells += ["" if rank is None else f"{rank:,}" for rank in query.ranks]
        table.add_row(*cells, query.question.text)
    console.print(table)
