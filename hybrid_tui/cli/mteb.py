"""`hybrid-tui mteb`: mteb's own evaluation on our models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.options import Json, Models

if TYPE_CHECKING:
    import polars as pl


def mteb(
    model: Models = None,
    tasks: Annotated[
        list[str] | None,
        typer.Option("--tasks", "-t", help="mteb task, or several with commas; may be given again."),
    ] = None,
    preset: Annotated[
        str,
        typer.Option(
            help="monolingual-retrieval: MIRACL, Belebele, XQuAD; one language each. [default: none]"
        ),
    ] = "",
    langs: Annotated[
        str, typer.Option(help="Only subsets in these, by mteb's codes, such as deu,eng. [default: all]")
    ] = "",
    json: Json = False,
) -> None:
    """Run mteb tasks on models, keep what comes out, and show it.

    Example: hybrid-tui mteb --model me5-small --tasks BelebeleRetrieval --langs deu,eng
    """
    from hybrid_tui.errors import UsageError, unknown
    from hybrid_tui.evaluation import mteb_bridge
    from hybrid_tui.settings import load_config

    names = [name.strip() for each in tasks or [] for name in each.split(",") if name.strip()]
    if preset and preset not in mteb_bridge.PRESETS:
        raise unknown("preset", preset, list(mteb_bridge.PRESETS))
    if bool(names) == bool(preset):
        raise UsageError(
            "tasks and a preset together" if names else "no task to run",
            "name some with --tasks, or --preset monolingual-retrieval",
        )
    wanted = mteb_bridge.tasks(
        names or mteb_bridge.PRESETS[preset],
        [code.strip() for code in langs.split(",") if code.strip()],
        monolingual=bool(preset),
    )
    found = []
    for name in model or load_config().models:
        with output.steps(name) as step:
            found.append(mteb_bridge.run(name, wanted, step))
    if json:
        output.as_json([row for each in found for row in each.iter_rows(named=True)])
    else:
        for each in found:
            _print(each)


def _print(results: pl.DataFrame) -> None:
    table = output.table("model", "task", "split", "subset", "main score", numeric=("main score",))
    for row in results.filter(metric="main_score").iter_rows(named=True):
        table.add_row(row["model"], row["task"], row["split"], row["subset"], f"{row['value']:.4f}")
    output.console().print(table)
