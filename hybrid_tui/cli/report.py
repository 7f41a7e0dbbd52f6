"""`hybrid-tui report`: what kept evaluations say, as a document."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.options import Data, Draws, GroupBy, Json, Margin, Seed

SUFFIXES = (".md", ".html", ".tex")


def report(
    out: Annotated[Path, typer.Option("--out", "-o", help="FILE.md, FILE.html or FILE.tex.")],
    data: Data = None,
    system: Annotated[
        list[str] | None,
        typer.Option(
            "--system", "-s", help="MODEL or MODEL+CORRECTION, the first to compare with. [default: all kept]"
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
    from hybrid_tui.corpus import catalog
    from hybrid_tui.errors import UsageError
    from hybrid_tui.evaluation import document, results
    from hybrid_tui.evaluation.metrics import SHOWN
    from hybrid_tui.evaluation.report import report as written
    from hybrid_tui.evaluation.significance import PairedTest
    from hybrid_tui.settings import load_config, replacing

    if out.suffix not in SUFFIXES:
        raise UsageError(f"--out {out}: the format is told by its end", f"one of {', '.join(SUFFIXES)}")
    name = data or load_config().data
    fingerprint = catalog.load(name).fingerprint
    named = [results.named(each, name) for each in system or []]
    found = named or results.current(name, fingerprint)
    if not found:
        raise UsageError(f"no evaluation on {name} is kept", f"hybrid-tui evaluate --data {name} makes one")
    parts = written(
        found, PairedTest(margin=margin, draws=draws, seed=seed, group_by=group_by), metric or SHOWN
    )
    folder = figures or out.with_name(f"{out.stem}-figures")
    drawn = [part for part in parts if isinstance(part, document.Figure)]
    files: dict[Path, str] = {}
    if out.suffix == ".html":
        files[out] = document.html(parts, f"Results on {name}")
    else:
        link = Path(os.path.relpath(folder, out.parent)).as_posix()
        files = {folder / f"{part.name}.svg": part.svg for part in drawn}
        files[out] = document.markdown(parts, link) if out.suffix == ".md" else document.latex(parts, link)
    for path, text in files.items():
        with replacing(path, shared=True) as file:
            file.write(text)
    if json:
        output.as_json({"collection": name, "files": [str(path) for path in files]})
    output.console(stderr=True).print(f"wrote {out}, {len(drawn)} figures", soft_wrap=True)
