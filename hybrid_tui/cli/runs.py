"""`hybrid-tui runs`: TREC run files, ours for other tools and any system's for ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hybrid_tui.cli import completion, escaping, output, spending
from hybrid_tui.cli.options import Data, Json, Yes, listed

app = typer.Typer(help="TREC run files and qrels.", no_args_is_help=True, rich_markup_mode=None)
Setting = Annotated[
    str,
    typer.Option(help="multilingual, monolingual, or a passage language: which passages are ranked."),
]


@app.command("list")
def list_runs(json: Json = False) -> None:
    """List the runs that were imported: what each is called here and in its file, and how deep it ranks.

    Example: hybrid-tui runs list
    """
    from msgspec import to_builtins

    from hybrid_tui.api import runs

    found = runs.list_runs()
    if json:
        output.as_json(to_builtins(found))
    elif not found:
        escaping.say("none yet: hybrid-tui runs import keeps one")
    else:
        rows = [
            (run.name, run.collection, run.tag, f"{run.depth:,}" if run.depth else "all", f"{run.queries:,}")
            for run in found
        ]
        columns = ("run", "collection", "tag", "depth", "queries")
        escaping.table(columns, rows, numeric=("depth", "queries"), name="run")


@app.command()
def export(
    system: Annotated[
        str,
        typer.Argument(help="MODEL, MODEL+CORRECTION or an imported run.", autocompletion=completion.system),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Run file; gzipped when it ends in .gz.")],
    data: Data = None,
    setting: Setting = "multilingual",
    k: Annotated[int | None, typer.Option("-k", min=1, help="Passages a query. [default: all]")] = None,
    qrels: Annotated[Path | None, typer.Option(help="Write which passages are relevant as well.")] = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Write a ranking of every query as a TREC run.

    Example: hybrid-tui runs export me5-small --data xquad-r --out me5.run.gz --qrels xquad-r.qrels
    """
    from hybrid_tui.api.runs import export_run

    with spending.agreed([system], data, yes=yes), output.progress() as progress:
        found = export_run(system, out, data, setting=setting, k=k, qrels=qrels, progress=progress)
    files = [str(path) for path in found.files]
    if json:
        output.as_json({"collection": found.collection, "files": files, "queries": found.queries})
    output.say(f"wrote {' and '.join(files)}: {found.queries:,} queries")


@app.command("import")
def import_run(
    run: Annotated[Path, typer.Argument(help="TREC or JSON run, gzipped or not.")],
    name: Annotated[str, typer.Option("--name", "-n", help="What the system is to be called.")],
    data: Data = None,
    langs: Annotated[
        str, typer.Option(help="Passage languages that were searched, such as de,en. [default: those seen]")
    ] = "",
    json: Json = False,
) -> None:
    """Evaluate any system's ranking and keep it under a name, to be compared like a model.

    Example: hybrid-tui runs import bm25.run --name anserini --data xquad-r
    """
    from msgspec import to_builtins

    from hybrid_tui.api import runs

    with output.progress() as progress:
        found = runs.import_run(run, name, data, langs=listed(langs), progress=progress)
    about = found.manifest
    if json:
        output.as_json({**to_builtins(about), "unanswered": found.unanswered})
        return
    missing = f", {found.unanswered:,} without a line" if found.unanswered else ""
    output.console().print(
        f"kept {name} on {about.collection}: {about.queries:,} queries{missing}", soft_wrap=True
    )
    output.note(found.notes)
