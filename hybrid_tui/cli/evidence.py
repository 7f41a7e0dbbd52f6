"""`hybrid-tui evidence`: how much of what answers a question is found, by the language that it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.cli import completion, output
from hybrid_tui.cli.options import Corrections, Data, Draws, GroupBy, Json, Models, Seed, systems

if TYPE_CHECKING:
    from hybrid_tui.api.evidence import EvidenceLine, EvidenceResult


def evidence(
    data: Data = None,
    original: Annotated[
        str,
        typer.Option(
            help="Collection of the same documents before they were translated: the gap to it is told.",
            autocompletion=completion.collection,
            show_default=False,
        ),
    ] = "",
    model: Models = None,
    correction: Corrections = None,
    k: Annotated[
        list[int] | None,
        typer.Option("--k", "-k", min=1, help="Cut-off; may be given again. [default: 5, 100]"),
    ] = None,
    draws: Draws = 10_000,
    seed: Seed = 0,
    group_by: GroupBy = "",
    json: Json = False,
) -> None:
    """Tell the evidence recall: the share of what is relevant to a question that its sub-queries find.

    Sub-queries are the texts that ask a question in one language; what one of them has among its first k is
    found. By language of the evidence, for XBCP and the like.

    Example: hybrid-tui evidence --data xbcp --original xbcp-original --model me5-small
    """
    from hybrid_tui.api import evidence as measuring

    with output.progress() as progress:
        found = measuring.evidence(
            systems(model, correction),
            data,
            original=original,
            k=k or measuring.CUT_OFFS,
            draws=draws,
            seed=seed,
            group_by=group_by,
            progress=progress,
        )
    output.note(found.notes)
    if json:
        output.as_json(_plain(found))
    else:
        _print(found)


def _plain(found: EvidenceResult) -> dict[str, Any]:
    from dataclasses import asdict

    results = {
        system: [asdict(line) | {"gap": line.gap and line.gap.plain()} for line in lines]
        for system, lines in found.lines.items()
    }
    told = {"collection": found.collection, "original": found.original}
    return told | {"items": found.items, "queries": found.queries, "results": results}


def _print(found: EvidenceResult) -> None:
    console = output.console()
    console.print(f"{found.collection}: {found.items:,} questions, asked by {found.queries:,} queries")
    if found.original:
        console.print(f"gap: {found.original} less {found.collection}; {found.drawn}")
    for system, lines in found.lines.items():
        for k in dict.fromkeys(line.k for line in lines):
            console.print(f"{system}, first {k:,}")
            console.print(_table([line for line in lines if line.k == k]))


def _table(lines: list[EvidenceLine]) -> Any:
    """Return a table of one system and cut-off, all evidence first, that is told whole in 80 columns."""
    from hybrid_tui.comparison.number_format import figure, p_text

    gaps = [line.gap for line in lines if line.gap]
    interval = "95 %"
    columns = ["questions", "documents", "recall"]
    columns += ["original", "gap", interval, f"Holm p\nover {gaps[0].family}"] if gaps else [interval]
    table = output.table("evidence", *columns, numeric=tuple(columns))
    for line in lines:
        cells = [line.language or "all", f"{line.items:,}", f"{line.documents:,}", figure(line.recall, 3)]
        if line.gap:
            cells += [figure(line.gap.b, 3), figure(line.gap.difference, 3, signed=True)]
            cells += [_interval(line.gap.low, line.gap.high, signed=True)]
            cells += [p_text(line.gap.p if line.gap.holm is None else line.gap.holm)]
        elif not gaps:
            cells += [_interval(line.low, line.high)]
        table.add_row(*cells)
    return table


def _interval(low: float | None, high: float | None, *, signed: bool = False) -> str:
    from hybrid_tui.comparison.number_format import figure

    if low is None or high is None:
        return ""
    return f"{figure(low, 3, signed=signed)} {figure(high, 3, signed=signed)}"
