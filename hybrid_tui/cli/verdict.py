"""`hybrid-tui verdict`: does hybrid batch training cost monolingual accuracy?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import completion, output
from hybrid_tui.cli.options import Draws, GroupBy, Json, Margin, Seed

if TYPE_CHECKING:
    from hybrid_tui.api.verdicts import VerdictResult


def verdict(
    systems: Annotated[
        list[str] | None,
        typer.Argument(
            help="Two systems to judge, A and B. [default: hybrid against mono and cross]",
            autocompletion=completion.system,
        ),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(
            "--data",
            "-d",
            help="Collection; may be given again. [default: all that are kept]",
            autocompletion=completion.collection,
        ),
    ] = None,
    trained: Annotated[
        bool, typer.Option("--trained", help="Judge models that were trained on these questions as well.")
    ] = False,
    published: Annotated[bool, typer.Option(help="Judge the paper's figures as well.")] = True,
    margin: Margin = 0.01,
    draws: Draws = 10_000,
    seed: Seed = 0,
    group_by: GroupBy = "",
    json: Json = False,
) -> None:
    """Say whether hybrid training costs monolingual accuracy, and what it buys; or judge any two systems.

    Example: hybrid-tui verdict, or hybrid-tui verdict me5-small me5-small+center --data xquad-r
    """
    from hybrid_tui.api import verdicts
    from hybrid_tui.comparison.verdicts import rule
    from hybrid_tui.errors import UsageError

    if systems and len(systems) != 2:
        raise UsageError(f"verdict takes two systems or none, not {len(systems)}", "name A and B")
    with output.progress() as progress:
        found = verdicts.verdict(
            (systems[0], systems[1]) if systems else None,
            data or (),
            trained=trained,
            published=published,
            margin=margin,
            draws=draws,
            seed=seed,
            group_by=group_by,
            progress=progress,
        )
    output.note(found.notes)
    if json:
        plain = [
            {**asdict(each), "comparison": each.comparison.plain(), "words": each.sentence()}
            for each in found.judgements
        ]
        output.as_json({"answers": list(found.answers), "rule": rule(margin), "judgements": plain})
    else:
        _print(found, rule(margin))


def _print(found: VerdictResult, rule: str) -> None:
    from rich.padding import Padding

    console = output.console()
    for answer in found.answers:
        console.print(answer)
    if found.judgements:
        console.print(rule)
    last = ""
    for each in found.judgements:
        head = f"{each.heading} ({each.source})"
        if head != last:
            console.print(head, style="bold")
        last = head
        console.print(Padding(each.sentence(), (0, 0, 0, 2), expand=False))
