"""`hybrid-tui evaluations`: what was evaluated and is kept."""

from __future__ import annotations

from typing import Annotated

import typer

from hybrid_tui.cli import output

app = typer.Typer(help="Evaluations kept on disk.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_evaluations(
    data: Annotated[str, typer.Option("--data", "-d", help="Of this collection only.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the evaluations that are kept.

    Example: hybrid-tui evaluations list --data xquad-r
    """
    from msgspec import to_builtins

    from hybrid_tui.evaluation import metrics, results

    found = results.kept(data)
    if json:
        output.as_json([{**to_builtins(each.manifest), "folder": str(each.folder)} for each in found])
        return
    table = output.table("collection", "system", *metrics.SETTINGS, "made", numeric=metrics.SETTINGS)
    for evaluation in found:
        manifest = evaluation.manifest
        summary = metrics.summary(evaluation.values)
        cells = [f"{summary[s]['mAP']:.3f}" if s in summary else "" for s in metrics.SETTINGS]
        table.add_row(manifest.collection, manifest.system, *cells, manifest.made[:10])
    output.console().print(table if found else "none yet: hybrid-tui evaluate makes one")


@app.command()
def remove(
    system: Annotated[str, typer.Argument(help="Model, or MODEL+CORRECTION.")],
    data: Annotated[str | None, typer.Option("--data", "-d", help="Collection. [default: starter]")] = None,
) -> None:
    """Remove an evaluation; it is made again when it is needed.

    Example: hybrid-tui evaluations remove me5-small+center --data xquad-r
    """
    from hybrid_tui.evaluation import results
    from hybrid_tui.settings import load_config

    evaluation = results.named(system, data or load_config().data)
    results.remove(evaluation)
    output.console().print(f"removed {evaluation.folder}", soft_wrap=True)
