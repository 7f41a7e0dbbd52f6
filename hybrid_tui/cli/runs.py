"""`hybrid-tui runs`: TREC run files, ours for other tools and any system's for ours."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.options import Data, Json

if TYPE_CHECKING:
    from hybrid_tui.evaluation.ranks import Ranks

app = typer.Typer(help="TREC run files and qrels.", no_args_is_help=True, rich_markup_mode=None)
Setting = Annotated[
    str,
    typer.Option(help="multilingual, monolingual, or a passage language: which passages are ranked."),
]


@app.command()
def export(
    system: Annotated[str, typer.Argument(help="MODEL, MODEL+CORRECTION or an imported run.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Run file; gzipped when it ends in .gz.")],
    data: Data = None,
    setting: Setting = "multilingual",
    k: Annotated[int | None, typer.Option("-k", min=1, help="Passages a query. [default: all]")] = None,
    qrels: Annotated[Path | None, typer.Option(help="Write which passages are relevant as well.")] = None,
    json: Json = False,
) -> None:
    """Write a ranking of every query as a TREC run.

    Example: hybrid-tui runs export me5-small --data xquad-r --out me5.run.gz --qrels xquad-r.qrels
    """
    from hybrid_tui.corpus import catalog
    from hybrid_tui.evaluation import evaluate, trec
    from hybrid_tui.settings import load_config

    name = data or load_config().data
    collection = catalog.load(name)
    wanted = evaluate.asked([system], name)[0]
    with output.steps(system) as step:
        if isinstance(wanted, evaluate.System):
            pools: Iterable[Ranks] = evaluate.ranked(wanted, top=k, setting=setting, step=step)
        else:
            pools = [wanted.ranks]
        queries = trec.write_run(out, pools, collection, system, setting)
    if qrels:
        trec.write_qrels(qrels, collection, setting)
    files = [str(path) for path in (out, qrels) if path]
    if json:
        output.as_json({"collection": collection.name, "files": files, "queries": queries})
    output.console(stderr=True).print(f"wrote {' and '.join(files)}: {queries:,} queries", soft_wrap=True)


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

    Example: hybrid-tui runs import bm25.run --name bm25 --data xquad-r
    """
    from msgspec import to_builtins

    from hybrid_tui.corpus import catalog
    from hybrid_tui.evaluation import evaluate, run_depth
    from hybrid_tui.settings import load_config

    collection = catalog.load(data or load_config().data)
    languages = [code.strip() for code in langs.split(",") if code.strip()]
    evaluation, unanswered = evaluate.imported(run, name, collection, languages)
    about = evaluation.manifest
    if json:
        output.as_json({**to_builtins(about), "unanswered": unanswered})
        return
    missing = f", {unanswered:,} without a line" if unanswered else ""
    output.console().print(
        f"kept {name} on {about.collection}: {about.queries:,} queries{missing}", soft_wrap=True
    )
    if told := run_depth.note(evaluation):
        typer.echo(f"note: {told}", err=True)
