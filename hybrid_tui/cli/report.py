"""`hybrid-tui report`: what kept evaluations say, as a document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hybrid_tui.cli import completion, output
from hybrid_tui.cli.options import Data, Draws, GroupBy, Json, Margin, Seed


def report(
    out: Annotated[Path, typer.Option("--out", "-o", help="FILE.md, FILE.html or FILE.tex.")],
    data: Data = None,
    system: Annotated[
        list[str] | None,
        typer.Option(
            "--system",
            "-s",
            help="MODEL or MODEL+CORRECTION, the first to compare with. [default: all kept]",
            autocompletion=completion.evaluated,
        ),
    ] = None,
    figures: Annotated[
        Path | None, typer.Option(help="Folder of the SVG figures of md and tex. [default: FILE-figures]")
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            help="mAP, nDCG@20, Success@5 and the like; may be given again, the first is what is tested."
        ),
    ] = None,
    margin: Margin = 0.01,
    draws: Draws = 10_000,
    seed: Seed = 0,
    group_by: GroupBy = "",
    json: Json = False,
) -> None:
    """Write tables with significance marks, heatmaps, the verdict and what is needed to run it again.

    Example: hybrid-tui report --data xquad-r --out RESULTS.md
    """
    from hybrid_tui.api import reports

    reports.check_suffix(out)
    metrics = metric or reports.SHOWN
    made = reports.report(
        data, system or (), metrics=metrics, margin=margin, draws=draws, seed=seed, group_by=group_by
    )
    files = made.write(out, figures)
    if json:
        output.as_json({"collection": made.collection, "files": [str(path) for path in files]})
    output.say(f"wrote {out}, {len(made.figures)} figures")
