"""`hybrid-tui bias`: which languages a model favours, as a heatmap, and the queries behind a cell."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.options import Alpha, Corrections, Data, Json, Models, Pivot, Rank, systems
from hybrid_tui.comparison.matrix_measures import MEASURES

if TYPE_CHECKING:
    from hybrid_tui.api.bias_matrices import BiasMatrices
    from hybrid_tui.cli.bias_view import NamedHeatmap


class OrderChoice(StrEnum):
    """How the languages are ordered."""

    code = "code"
    family = "family"
    value = "value"


class ColoursChoice(StrEnum):
    """The colours from low to high."""

    cividis = "cividis"
    viridis = "viridis"
    magma = "magma"


def bias(
    data: Data = None,
    model: Models = None,
    correction: Corrections = None,
    pivot: Pivot = "",
    alpha: Alpha = None,
    rank: Rank = None,
    matrix: Annotated[
        str, typer.Option(help=f"What a cell tells: {', '.join(MEASURES)}, or a metric such as nDCG@20.")
    ] = "rank-gap",
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(help="Two models, each MODEL or MODEL+CORRECTION: the second less the first."),
    ] = None,
    pair: Annotated[
        str, typer.Option(help="ROW,COLUMN as de,th: list the queries of that cell, worst first.")
    ] = "",
    best: Annotated[bool, typer.Option("--best", help="The best of --pair first.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Queries of --pair.")] = 10,
    order: Annotated[OrderChoice, typer.Option(help="How the languages are ordered.")] = OrderChoice.code,
    colours: Annotated[ColoursChoice, typer.Option(help="Colours from low to high.")] = ColoursChoice.cividis,
    own_scale: Annotated[bool, typer.Option("--own-scale", help="A scale for each heatmap.")] = False,
    svg: Annotated[Path | None, typer.Option(help="Write the heatmap as SVG; one model or --diff.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the cells as CSV; one model or --diff.")] = None,
    json: Json = False,
) -> None:
    """Show which languages a model favours: a heatmap for each, or of the difference between two.

    Example: hybrid-tui bias --data xquad-r --diff me5-small me5-small+center --matrix rank-gap
    """
    from hybrid_tui.api.bias_matrices import BiasMatrices
    from hybrid_tui.api.workspace import Workspace
    from hybrid_tui.cli import bias_view
    from hybrid_tui.engine.messages import ListCellQueries
    from hybrid_tui.errors import UsageError
    from hybrid_tui.evaluation.evaluate import asked
    from hybrid_tui.settings import load_config

    names = list(diff) if diff else systems(model, correction, pivot, alpha, rank)
    if (svg or csv) and (pair or (len(names) > 1 and not diff)):
        raise UsageError("--svg and --csv write one heatmap", "name one --model, or two by --diff")
    if best and not pair:
        raise UsageError("--best orders the queries of a cell", "name it by --pair, such as --pair de,th")
    data = data or load_config().data
    asked(names, data)  # a wrong name is told before anything is measured
    measured = BiasMatrices(Workspace())
    if pair:
        row, column = _labels(pair)
        groups = [tuple(names)] if diff else [(name,) for name in names]
        wanted = [
            ListCellQueries(
                data=data,
                systems=group,
                measure=matrix,
                row=row,
                column=column,
                limit=limit,
                best_first=best,
            )
            for group in groups
        ]
        lists = [bias_view.queries(measured, each) for each in wanted]
        bias_view.tell_queries(lists, json=json)
        return
    shown = _shown(measured, data, names, matrix, difference=diff is not None, ordered=order)
    for path, text in ((svg, bias_view.svg), (csv, bias_view.csv)):
        if path:
            _write(path, text(shown[0], colours.value))
    if json:
        output.as_json([each.plain() for each in shown])
    elif not (svg or csv):
        bias_view.show(shown, colours.value, own_scale=own_scale)


def _shown(
    measured: BiasMatrices,
    data: str,
    names: list[str],
    matrix: str,
    *,
    difference: bool,
    ordered: OrderChoice,
) -> list[NamedHeatmap]:
    """Return the heatmaps to show, all in the order of the first."""
    from hybrid_tui.cli import bias_view

    found = {name: bias_view.matrix(measured, data, name, matrix) for name in names}
    if difference:
        return [bias_view.difference(measured, data, names, found, matrix, ordered.value)]
    return bias_view.arranged(found, ordered.value)


def _labels(pair: str) -> tuple[str, str]:
    from hybrid_tui.errors import UsageError

    parts = [part.strip() for part in pair.split(",")]
    if len(parts) != 2 or not all(parts):
        raise UsageError(f"{pair!r} is no pair", "name a row and a column, as --pair de,th")
    return parts[0], parts[1]


def _write(path: Path, text: str) -> None:
    from hybrid_tui.settings import replacing

    with replacing(path, shared=True) as file:
        file.write(text)
    output.console(stderr=True).print(f"wrote {path}", soft_wrap=True)
