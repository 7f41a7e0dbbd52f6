"""`hybrid-tui bias`: which languages a model favours, as a heatmap."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.evaluate import evaluated
from hybrid_tui.cli.options import Alpha, Corrections, Data, Json, Models, Pivot, Rank, systems

if TYPE_CHECKING:
    from hybrid_tui.comparison.matrix import Matrix
    from hybrid_tui.evaluation.results import Evaluation


class MatrixChoice(StrEnum):
    """What a cell of the heatmap tells."""

    map = "map"
    rank_gap = "rank-gap"
    displacement = "displacement"
    displacement_answer = "displacement-answer"
    mix = "mix"
    preference = "preference"


def bias(
    data: Data = None,
    model: Models = None,
    correction: Corrections = None,
    pivot: Pivot = "",
    alpha: Alpha = None,
    rank: Rank = None,
    matrix: Annotated[MatrixChoice, typer.Option(help="What a cell tells.")] = MatrixChoice.rank_gap,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(help="Two models, each MODEL or MODEL+CORRECTION: the second less the first."),
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Write the heatmap as SVG; one model or --diff.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the cells as CSV; one model or --diff.")] = None,
    json: Json = False,
) -> None:
    """Show which languages a model favours: a heatmap for each, or of the difference between two.

    Example: hybrid-tui bias --data xquad-r --diff me5-small me5-small+center --matrix rank-gap
    """
    from dataclasses import asdict

    from hybrid_tui.errors import UsageError

    names = list(diff) if diff else systems(model, correction, pivot, alpha, rank)
    if (svg or csv) and len(names) > 1 and not diff:
        raise UsageError("--svg and --csv write one heatmap", "name one --model, or two by --diff")
    found = {name: _matrix(each, matrix) for name, each in zip(names, evaluated(names, data), strict=True)}
    if diff:
        found = {f"{diff[1]} − {diff[0]}": found[diff[1]].minus(found[diff[0]])}
    for path, write in ((svg, _svg), (csv, _csv)):
        if path:
            _write(path, write(next(iter(found.values())), next(iter(found)), diverging=diff is not None))
    if json:
        output.as_json([{"model": name, **asdict(each)} for name, each in found.items()])
    elif not (svg or csv):
        from hybrid_tui.cli import heatmap

        heatmap.show(list(found.values()), list(found), diverging=diff is not None)


def _matrix(evaluation: Evaluation, kind: MatrixChoice) -> Matrix:
    from hybrid_tui.errors import DataError
    from hybrid_tui.evaluation import matrices, metrics

    if kind is MatrixChoice.map:
        return metrics.by_pair(evaluation.values, "mAP")
    about = evaluation.manifest
    found = matrices.MATRICES[kind.value](evaluation.ranks) if about.bias else None
    if found is None:
        raise DataError(
            f"{about.system} ranked no two languages together on {about.collection}: "
            "there is nothing to favour",
            "choose a collection with several languages, or a run over all of them",
        )
    return found


def _svg(matrix: Matrix, name: str, *, diverging: bool) -> str:
    from hybrid_tui.comparison.colormap import Scale
    from hybrid_tui.comparison.heatmap_svg import heatmap_svg

    return heatmap_svg(matrix, Scale.of(matrix, diverging=diverging), name)


def _csv(matrix: Matrix, _name: str, *, diverging: bool) -> str:  # noqa: ARG001
    from hybrid_tui.comparison.matrix_csv import matrix_csv

    return matrix_csv(matrix)


def _write(path: Path, text: str) -> None:
    from hybrid_tui.settings import replacing

    with replacing(path) as file:
        file.write(text)
    output.console(stderr=True).print(f"wrote {path}", soft_wrap=True)
