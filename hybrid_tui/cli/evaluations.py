"""`hybrid-tui evaluations`: what was evaluated and is kept."""

from __future__ import annotations

from typing import Annotated

import typer

from hybrid_tui.cli import completion, escaping, output
from hybrid_tui.cli.options import Data, Json

app = typer.Typer(help="Evaluations kept on disk.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_evaluations(
    data: Annotated[
        str,
        typer.Option("--data", "-d", help="Of this collection only.", autocompletion=completion.collection),
    ] = "",
    json: Json = False,
) -> None:
    """List the evaluations that are kept.

    Example: hybrid-tui evaluations list --data xquad-r
    """
    from msgspec import to_builtins

    from hybrid_tui.api import evaluations
    from hybrid_tui.comparison.number_format import figure

    found = evaluations.list_evaluations(data)
    if json:
        kept = [each.evaluation for each in found]
        output.as_json([{**to_builtins(each.manifest), "folder": str(each.folder)} for each in kept])
        return
    settings, rows = evaluations.SETTINGS, []
    for each in found:
        manifest, values = each.evaluation.manifest, each.mean_precision
        known = ["damaged"] * len(settings) if values is None else [""] * len(settings)
        cells = [
            figure(values[setting], 3) if values and setting in values else empty
            for setting, empty in zip(settings, known, strict=True)
        ]
        rows.append((manifest.collection, manifest.system, *cells, manifest.made[:10]))
    if not found:
        escaping.say("none yet: hybrid-tui evaluate makes one")
        return
    output.say("mAP in every setting")
    escaping.table(
        ("collection", "system", *settings, "made"),
        rows,
        numeric=settings,
        name="system",
        spare=("made",),
        heads={each: f"{each.removesuffix('lingual').rstrip('-')}-\nlingual" for each in settings},
    )


@app.command()
def remove(
    system: Annotated[
        str, typer.Argument(help="Model, or MODEL+CORRECTION.", autocompletion=completion.evaluated)
    ],
    data: Data = None,
) -> None:
    """Remove the evaluations of a system on a collection; they are made again when they are needed.

    Example: hybrid-tui evaluations remove me5-small+center --data xquad-r
    """
    from hybrid_tui.api.evaluations import remove_evaluations

    for folder in remove_evaluations(system, data):
        output.console().print(f"removed {folder}", soft_wrap=True)
