"""`hybrid-tui compare`: is the difference between two systems real?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.cli import completion, output, spending
from hybrid_tui.cli.options import Data, Draws, Family, GroupBy, Json, Margin, Seed, Yes

if TYPE_CHECKING:
    from hybrid_tui.api.comparisons import ComparisonResult, Line


def compare(
    a: Annotated[
        str,
        typer.Argument(help="MODEL, MODEL+CORRECTION or an imported run.", autocompletion=completion.system),
    ],
    b: Annotated[
        str, typer.Argument(help="The other one: what is told is B less A.", autocompletion=completion.system)
    ],
    data: Data = None,
    metric: Annotated[
        str, typer.Option(help="mAP, R@10, nDCG@20, MRR, Success@5, TLR@10, or rank_distance.")
    ] = "mAP",
    setting: Annotated[
        list[str] | None,
        typer.Option(help="monolingual, cross-lingual or multilingual; may be given again. [default: all]"),
    ] = None,
    margin: Margin = 0.01,
    seeds: Annotated[
        str, typer.Option(help="Training seeds, such as 1,2,3, for {seed} in A and B. [default: none]")
    ] = "",
    draws: Draws = 10_000,
    seed: Seed = 0,
    group_by: GroupBy = "",
    family: Family = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Compare two systems: difference, interval, p, and a verdict against a margin.

    Example: hybrid-tui compare me5-small me5-small+center --data xquad-r
    """
    from dataclasses import replace

    from hybrid_tui.api import comparisons

    first, second = _seeded(a, seeds), _seeded(b, seeds)
    with spending.agreed([*first, *second], data, yes=yes), output.progress() as progress:
        found = comparisons.compare(
            first,
            second,
            data,
            metric=metric,
            settings=setting or comparisons.SETTINGS,
            margin=margin,
            draws=draws,
            seed=seed,
            group_by=group_by,
            family=family or (),
            progress=progress,
        )
    output.note(found.notes)
    found = replace(found, a=a, b=b)  # with {seed}, as typed
    if json:
        output.as_json(_plain(found))
    else:
        _print(found)


def _seeded(name: str, seeds: str) -> list[str]:
    from hybrid_tui.errors import UsageError

    if not seeds:
        return [name]
    if "{seed}" not in name:
        raise UsageError(
            f"--seeds {seeds}: {name!r} has no {{seed}} to put them in", "name it like runs/hybrid-{seed}"
        )
    return [name.replace("{seed}", seed.strip()) for seed in seeds.split(",") if seed.strip()]


def _plain(found: ComparisonResult) -> dict[str, Any]:
    words = found.in_words()
    settings = {
        line.setting: {
            **line.comparison.plain(),
            "left_out": line.left_out,
            "words": words[line.setting],
            "by_language": {
                each.language: each.comparison.plain()
                for each in found.by_language
                if each.setting == line.setting
            },
            "most_different": found.most_different[line.setting],
        }
        for line in found.overall
    }
    told = {
        "collection": found.collection,
        "a": found.a,
        "b": found.b,
        "a_trained_on_questions": found.a_trained,
        "b_trained_on_questions": found.b_trained,
        "metric": found.metric,
        "rule": found.rule,
        "drawn": found.drawn,
    }
    return told | {"settings": settings}


def _print(found: ComparisonResult) -> None:
    console = output.console()
    a, b = found.marked(found.a, found.b)
    title = f"{found.metric}, {b} less {a}"
    console.print(f"{title}: macro means over languages; {found.drawn}")
    words = found.in_words()
    for line in found.overall:
        left = f"; {line.left_out:,} queries that one of them lacks left out" if line.left_out else ""
        console.print(f"{line.setting}: {words[line.setting]}{left}")
    console.print(found.rule)
    sides = found.marked("A", "B")
    console.print(_table("setting", sides, [(line.setting, line) for line in found.overall]))
    for first in found.overall:
        rows = [(each.language, each) for each in found.by_language if each.setting == first.setting]
        console.print(_table(first.setting, sides, rows))
    for setting, items in found.most_different.items():
        columns = (*sides, "B - A")
        table = output.table(*columns, f"{setting}: most different", numeric=columns)
        for item in items:
            table.add_row(
                *(_figures(item[key], signed=key == "difference") for key in ("a", "b", "difference")),
                item["question"],
            )
        console.print(table)


def _figures(*values: float, signed: bool = False) -> str:
    """Return values as short as they can be told: .640, or 1,214 for ranks."""
    from hybrid_tui.comparison.number_format import figure

    digits = 3 if max(map(abs, values)) <= 1 else 0
    return " ".join(figure(value, digits, signed=signed) for value in values)


def _table(title: str, sides: tuple[str, str], rows: list[tuple[str, Line]]) -> Any:
    """Return a table of comparisons that is told whole in 80 columns."""
    from hybrid_tui.comparison.number_format import p_text

    first = rows[0][1].comparison
    p = "p\nexploratory" if first.exploratory else f"Holm p\nover {first.family}"
    columns = (*sides, "B - A", "95 %", p)
    table = output.table(title, *columns, "verdict", numeric=columns)
    for name, line in rows:
        each = line.comparison
        table.add_row(
            name,
            _figures(each.a),
            _figures(each.b),
            _figures(each.difference, signed=True),
            "" if each.low is None or each.high is None else _figures(each.low, each.high, signed=True),
            p_text(each.p if each.holm is None else each.holm),
            " ".join(filter(None, (each.judged.mark, each.judged.words))),
        )
    return table
