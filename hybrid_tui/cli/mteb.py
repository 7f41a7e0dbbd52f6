"""`hybrid-tui mteb`: mteb's own evaluation on our models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.options import Json, Models, listed

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
    from hybrid_tui.api.mteb import evaluate_mteb

    names = [name for each in tasks or [] for name in listed(each)]
    with output.progress() as progress:
        found = evaluate_mteb(model, names, preset=preset, langs=listed(langs), progress=progress)
    if json:
        output.as_json(found.to_dicts())
        return
    for _, results in found.group_by("model", maintain_order=True):
        _print(results)


def _print(results: pl.DataFrame) -> None:
    table = output.table("model", "task", "split", "subset", "main score", numeric=("main score",))
    for row in results.filter(metric="main_score").iter_rows(named=True):
        table.add_row(row["model"], row["task"], row["split"], row["subset"], f"{row['value']:.4f}")
    output.console().print(table)
