"""`hybrid-tui verdict`: does hybrid batch training cost monolingual accuracy?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.options import Draws, GroupBy, Json, Margin, Seed

if TYPE_CHECKING:
    from hybrid_tui.evaluation.results import Evaluation
    from hybrid_tui.evaluation.significance import PairedTest
    from hybrid_tui.evaluation.verdict import Judgement


def verdict(
    systems: Annotated[
        list[str] | None,
        typer.Argument(help="Two systems to judge, A and B. [default: hybrid against mono and cross]"),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option("--data", "-d", help="Collection; may be given again. [default: all that are kept]"),
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
    from hybrid_tui.errors import UsageError
    from hybrid_tui.evaluation import verdict as judging
    from hybrid_tui.evaluation.significance import PairedTest

    test = PairedTest(margin=margin, draws=draws, seed=seed, group_by=group_by)
    if systems and len(systems) != 2:
        raise UsageError(f"verdict takes two systems or none, not {len(systems)}", "name A and B")
    if systems:
        judgements = _pairs(systems[0], systems[1], data, test)
        _show(judgements, judging.overview(judgements), margin, json=json)
        return
    kept, left = (_kept(data), []) if trained else judging.fair(_kept(data))
    judgements = judging.of_kept(kept, test)
    answers = [f"your evaluations: {judging.answer(judgements)}", *judging.overview(judgements), *left]
    if published:
        theirs = judging.of_published(test)
        answers.append(f"the paper's figures, indicative: {judging.answer(theirs)}")
        judgements += theirs
    _show(judgements, answers, margin, json=json)


def _kept(data: list[str] | None) -> list[Evaluation]:
    from hybrid_tui.corpus import catalog
    from hybrid_tui.evaluation import results

    for name in data or []:
        if not results.kept(name):
            catalog.load(name)  # a name that is not there is told
    return [each for name in data or [""] for each in results.kept(name)]


def _pairs(a: str, b: str, data: list[str] | None, test: PairedTest) -> list[Judgement]:
    from hybrid_tui.cli.evaluate import evaluated
    from hybrid_tui.evaluation import verdict as judging
    from hybrid_tui.settings import load_config

    judgements = []
    for name in data or [load_config().data]:
        of_a, of_b = evaluated([a, b], name)
        judgements += judging.of_pair([of_a], [of_b], a, b, test=test)
    return judgements + judging.of_mteb(a, b, test)


def _show(judgements: list[Judgement], answers: list[str], margin: float, *, json: bool) -> None:
    from hybrid_tui.comparison.verdicts import rule

    if json:
        plain = [
            {**asdict(each), "comparison": each.comparison.plain(), "words": each.sentence()}
            for each in judgements
        ]
        output.as_json({"answers": answers, "rule": rule(margin), "judgements": plain})
        return
    from rich.padding import Padding
    from rich.text import Text

    console = output.console()
    for answer in answers:
        console.print(Text(answer))
    if judgements:
        console.print(rule(margin))
    last = ""
    for each in judgements:
        head = f"{each.heading} ({each.source})"
        if head != last:
            console.print(Text(head), style="bold")
        last = head
        indented = Padding(Text(each.sentence()), (0, 0, 0, 2), expand=False)
        console.print(indented)
