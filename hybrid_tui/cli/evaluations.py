"""`hybrid-tui evaluations`: what was evaluated and is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import output

if TYPE_CHECKING:
    from hybrid_tui.evaluation.results import Evaluation

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

    from hybrid_tui.corpus import catalog
    from hybrid_tui.evaluation import metric_tables, results

    found = results.kept(data)
    if data and not found:
        catalog.load(data)  # a name that is not there is told
    if json:
        output.as_json([{**to_builtins(each.manifest), "folder": str(each.folder)} for each in found])
        return
    columns = tuple(
        f"{setting.removesuffix('lingual').rstrip('-')}-\nlingual" for setting in metric_tables.SETTINGS
    )
    table = output.table("collection", "system", *columns, "made", numeric=columns)
    for evaluation in found:
        manifest = evaluation.manifest
        table.add_row(manifest.collection, manifest.system, *_figures(evaluation), manifest.made[:10])
    if not found:
        output.console().print("none yet: hybrid-tui evaluate makes one")
        return
    output.console().print("mAP in every setting", table, sep="\n")


def _figures(evaluation: Evaluation) -> list[str]:
    """Return mAP in every setting, empty where there is none."""
    from hybrid_tui.comparison.number_format import figure
    from hybrid_tui.errors import DataError
    from hybrid_tui.evaluation import metric_tables

    try:
        summary = metric_tables.summary(evaluation.values)
    except DataError:
        return ["damaged"] * len(metric_tables.SETTINGS)
    return [figure(summary[each]["mAP"], 3) if each in summary else "" for each in metric_tables.SETTINGS]


@app.command()
def remove(
    system: Annotated[str, typer.Argument(help="Model, or MODEL+CORRECTION.")],
    data: Annotated[str | None, typer.Option("--data", "-d", help="Collection. [default: starter]")] = None,
) -> None:
    """Remove the evaluations of a system on a collection; they are made again when they are needed.

    Example: hybrid-tui evaluations remove me5-small+center --data xquad-r
    """
    from hybrid_tui.evaluation import results
    from hybrid_tui.settings import load_config

    name = data or load_config().data
    results.named(system, name)
    for evaluation in results.kept(name):
        if evaluation.manifest.system == system:
            results.remove(evaluation)
            output.console().print(f"removed {evaluation.folder}", soft_wrap=True)
