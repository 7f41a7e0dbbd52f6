"""`hybrid-tui bias`: which languages a model favours, as a heatmap, and the queries behind a cell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hybrid_tui.choices import Colours, Order
from hybrid_tui.cli import completion, output, spending
from hybrid_tui.cli.options import Corrections, Data, Json, Models, Yes, systems
from hybrid_tui.comparison.matrix_measures import MEASURES


def bias(
    data: Data = None,
    model: Models = None,
    correction: Corrections = None,
    matrix: Annotated[
        str, typer.Option(help=f"What a cell tells: {', '.join(MEASURES)}, or a metric such as nDCG@20.")
    ] = "rank-gap",
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(
            help="Two models, each MODEL or MODEL+CORRECTION: the second less the first.",
            autocompletion=completion.system,
        ),
    ] = None,
    pair: Annotated[
        str, typer.Option(help="ROW,COLUMN as de,th: list the queries of that cell, worst first.")
    ] = "",
    best: Annotated[bool, typer.Option("--best", help="The best of --pair first.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Queries of --pair.")] = 10,
    order: Annotated[Order, typer.Option(help="How the languages are ordered.")] = "code",
    colours: Annotated[Colours, typer.Option(help="Colours from low to high.")] = "cividis",
    own_scale: Annotated[bool, typer.Option("--own-scale", help="A scale for each heatmap.")] = False,
    svg: Annotated[Path | None, typer.Option(help="Write the heatmap as SVG; one model or --diff.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the cells as CSV; one model or --diff.")] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Leave names in --csv that a spreadsheet takes for formulas.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Show which languages a model favours: a heatmap for each, or of the difference between two.

    Example: hybrid-tui bias --data xquad-r --diff me5-small me5-small+center --matrix rank-gap
    """
    from hybrid_tui.api import bias as measuring
    from hybrid_tui.cli import bias_view
    from hybrid_tui.errors import UsageError

    names = list(diff) if diff else systems(model, correction)
    if (svg or csv) and (pair or (len(names) > 1 and not diff)):
        raise UsageError("--svg and --csv write one heatmap", "name one --model, or two by --diff")
    if best and not pair:
        raise UsageError("--best orders the queries of a cell", "name it by --pair, such as --pair de,th")
    if pair:
        row, column = _labels(pair)
        with spending.agreed(names, data, yes=yes), output.progress() as progress:
            lists = [
                measuring.cell_queries(
                    group,
                    row,
                    column,
                    data,
                    measure=matrix,
                    best_first=best,
                    limit=limit,
                    progress=progress,
                )
                for group in ([names] if diff else [[name] for name in names])
            ]
        bias_view.show_queries(lists, best_first=best, json=json)
        return
    with spending.agreed(names, data, yes=yes), output.progress() as progress:
        found = measuring.bias(
            names, data, measure=matrix, difference=diff is not None, order=order, progress=progress
        )
    output.note(found.notes)
    if svg:
        _write(svg, found.heatmaps[0].svg(colours))
    if csv:
        _write(csv, found.heatmaps[0].csv(raw=raw))
    if json:
        output.as_json([bias_view.plain(each) for each in found.heatmaps])
    elif not (svg or csv):
        bias_view.show(found.heatmaps, colours, own_scale=own_scale)


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
    output.say(f"wrote {path}")
