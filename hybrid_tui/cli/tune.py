"""`hybrid-tui tune`: a strength or a weight chosen on held-out questions, and what it costs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.cli import completion, output
from hybrid_tui.cli.options import Data, Draws, Json, Margin, listed

if TYPE_CHECKING:
    from hybrid_tui.api.tuning import TuneResult

BAR = 14
"""Characters of the longest bar."""
_DISTANCE = "rank_distance"
_HEADS = {
    "monolingual": "mono-\nlingual",
    "cross-lingual": "cross-\nlingual",
    "multilingual": "multi-\nlingual",
    _DISTANCE: "rank\ndistance",
}


def tune(
    system: Annotated[
        str,
        typer.Option(
            "--system",
            "-s",
            help="A system with ? in the place of a strength or a weight.",
            autocompletion=completion.system,
        ),
    ],
    data: Data = None,
    keep: Annotated[
        str, typer.Option(help="The setting in which it must not be worse than 0.")
    ] = "monolingual",
    best: Annotated[
        str, typer.Option(help="What it is chosen by: a setting, or rank_distance.")
    ] = "multilingual",
    metric: Annotated[str, typer.Option(help="mAP, R@10, nDCG@20, MRR, Success@5 or TLR@10.")] = "mAP",
    values: Annotated[
        str, typer.Option(help="Candidates, such as 0,.5,1,1.5. [default: 0 to 1 by .05]")
    ] = "",
    margin: Margin = 0.01,
    draws: Draws = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the halves and the random draws.")] = 0,
    by_pair: Annotated[
        bool, typer.Option("--by-pair", help="Tell what is best for each pair of languages, too.")
    ] = False,
    json: Json = False,
) -> None:
    """Choose a strength or a weight on half of the questions; tell what it costs on the other half.

    Example: hybrid-tui tune --data starter --system 'me5-small+center:?' --keep monolingual
    """
    from hybrid_tui.api import tuning

    numbers = tuning.VALUES if not values else [_number(each) for each in listed(values)]
    with output.progress() as progress:
        found = tuning.tune(
            system,
            data,
            keep=keep,
            best=best,
            metric=metric,
            margin=margin,
            values=numbers,
            draws=draws,
            seed=seed,
            by_pair=by_pair,
            progress=progress,
        )
    if json:
        output.as_json(_plain(found))
    else:
        _print(found)


def _number(text: str) -> float:
    from hybrid_tui.errors import UsageError

    try:
        return float(text)
    except ValueError:
        raise UsageError(f"--values: {text!r} is no number", "write --values 0,.5,1") from None


def _use(found: TuneResult) -> str:
    """Return a line that uses what was chosen."""
    import shlex

    return f"hybrid-tui evaluate --data {shlex.quote(found.collection)} --model {shlex.quote(found.system)}"


def _plain(found: TuneResult) -> dict[str, Any]:
    told = {
        name: getattr(found, name)
        for name in (
            "collection",
            "asked",
            "what",
            "keep",
            "best",
            "metric",
            "margin",
            "seed",
            "drawn",
            "rule",
        )
    }
    candidates = [
        asdict(each) | {"kept": each.kept.plain(), "chosen": each is found.chosen}
        for each in found.candidates
    ]
    words = found.in_words()
    return told | {
        "chosen": found.chosen.value,
        "system": found.system,
        "base": found.base,
        "choosing": found.choosing,
        "held_out": found.held_out,
        "candidates": candidates,
        "cost": {name: each.plain() | {"words": words.get(name, "")} for name, each in found.cost.items()},
        "use": _use(found),
        "pairs": [each._asdict() | {"gain": each.gain.plain()} for each in found.pairs],
    }


def _print(found: TuneResult) -> None:
    from hybrid_tui.comparison.drawn_units import counted
    from hybrid_tui.comparison.number_format import figure

    console = output.console()
    console.print(
        f"{found.asked} on {found.collection}: {found.metric}, macro means over languages, of the "
        f"{counted(found.choosing, 'question')} that the {found.what} is chosen on (seed {found.seed})"
    )
    console.print(_curve(found))
    value = figure(found.chosen.value, 2)
    ahead = "the lowest" if found.best == _DISTANCE else "the best"
    if found.chosen.value:
        console.print(
            f"chosen: {found.system}, {ahead} {found.best.replace('_', ' ')} of those not worse "
            f"in the {found.keep} setting; on the other {counted(found.held_out, 'question')}:"
        )
        for name, words in found.in_words().items():
            console.print(f"{name.replace('_', ' ')}: {words}")
        console.print(found.rule)
    else:
        console.print(
            f"chosen: {value}, which is {found.base}: no other {found.what} has a better "
            f"{found.best.replace('_', ' ')} and is not worse in the {found.keep} setting"
        )
    if found.pairs:
        _print_pairs(found)
    output.line(f"use it: {_use(found)}")


def _print_pairs(found: TuneResult) -> None:
    """Print which number is best for each pair, in the order of the codes: passages from left to right."""
    from statistics import fmean

    from hybrid_tui.comparison.drawn_units import counted
    from hybrid_tui.comparison.number_format import ABSENT, figure

    pairs = {(each.query_lang, each.passage_lang): each for each in found.pairs}
    asked, answers = (sorted({key[side] for key in pairs}) for side in (0, 1))
    console = output.console()
    console.print(
        f"the best {found.what} for each pair of languages; ▲ ▼ where {found.metric} on the other half is "
        f"above or below that of 0 beyond chance (Holm over {counted(len(pairs), 'pair')})"
    )
    table = output.table("query", *answers, numeric=tuple(answers))
    for lang in asked:
        row = [pairs.get((lang, answer)) for answer in answers]
        table.add_row(
            lang,
            *(f"{figure(each.chosen, 2)}{each.gain.judged.mark}" if each else ABSENT for each in row),
        )
    console.print(table)
    gain = fmean(each.gain.difference for each in found.pairs)
    console.print(
        f"with a {found.what} for each pair {found.metric} changes there by {figure(gain, 3, signed=True)}, "
        "all pairs alike"
    )


def _curve(found: TuneResult) -> Any:
    """Return the trade-off as a table that is told whole in 80 columns."""
    from hybrid_tui.comparison.number_format import figure

    names = [name for name in _HEADS if name in found.chosen.figures]
    heads = [_HEADS[name] for name in names]
    bar = _HEADS[found.best].replace("-\n", "").replace("\n", " ")
    columns = (found.what, *heads)
    table = output.table(*columns, f"{found.keep},\nagainst 0", bar, numeric=columns)
    sought = [each.figures[found.best] for each in found.candidates]
    low, spread = min(sought), max(sought) - min(sought)
    for each in found.candidates:
        share = (each.figures[found.best] - low) / spread if spread else 0.0
        mark = "*" if each is found.chosen else ""
        table.add_row(
            f"{mark}{figure(each.value, 2)}",
            *(figure(each.figures.get(name), 1 if name == _DISTANCE else 3) for name in names),
            " ".join(filter(None, (each.kept.judged.mark, each.kept.verdict))),
            "#" * round(1 + share * (BAR - 1)),
        )
    return table
