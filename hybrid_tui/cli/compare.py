"""`hybrid-tui compare`: is the difference between two systems real?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.evaluate import evaluated
from hybrid_tui.cli.options import Data, Draws, Family, GroupBy, Json, Margin, Seed

if TYPE_CHECKING:
    import polars as pl

    from hybrid_tui.evaluation.compare import Line
    from hybrid_tui.evaluation.results import Evaluation

MOST_DIFFERENT = 5


def compare(
    a: Annotated[str, typer.Argument(help="MODEL, MODEL+CORRECTION or an imported run.")],
    b: Annotated[str, typer.Argument(help="The other one: what is told is B less A.")],
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
    json: Json = False,
) -> None:
    """Compare two systems: difference, interval, p, and a verdict against a margin.

    Example: hybrid-tui compare me5-small me5-small+center --data xquad-r
    """
    from hybrid_tui.errors import DataError
    from hybrid_tui.evaluation import compare as comparing
    from hybrid_tui.evaluation.metric_tables import SETTINGS
    from hybrid_tui.evaluation.significance import PairedTest

    settings = setting or list(SETTINGS)
    metric = comparing.check_names(metric, [*settings, *(family or [])])
    names = _seeded(a, seeds), _seeded(b, seeds)
    every = evaluated([*names[0], *names[1]], data)
    of_a, of_b = every[: len(names[0])], every[len(names[0]) :]
    test = PairedTest(margin=margin, draws=draws, seed=seed, group_by=group_by)
    overall = comparing.lines(of_a, of_b, metric, settings, test=test, family=family or ())
    if not overall:
        raise DataError(
            f"nothing to compare: {a} or {b} has no {metric} in {', '.join(settings)}",
            "choose another --setting, or a collection with several languages",
        )
    by_language = comparing.lines(
        of_a, of_b, metric, settings, by_language=True, test=test, family=family or ()
    )
    items = {
        line.setting: _with_question(
            of_a[0],
            comparing.most_different(of_a[0], of_b[0], metric, line.setting, MOST_DIFFERENT),
        )
        for line in overall
    }
    if json:
        output.as_json(_plain(a, b, of_a[0], metric, overall, by_language, items))
        return
    _print(a, b, metric, overall, by_language, items)


def _seeded(name: str, seeds: str) -> list[str]:
    from hybrid_tui.errors import UsageError

    if not seeds:
        return [name]
    if "{seed}" not in name:
        raise UsageError(
            f"--seeds {seeds}: {name!r} has no {{seed}} to put them in", "name it like runs/hybrid-{seed}"
        )
    return [name.replace("{seed}", seed.strip()) for seed in seeds.split(",") if seed.strip()]


def _with_question(evaluation: Evaluation, items: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the items with their question, in English where there is one."""
    from hybrid_tui.corpus import catalog

    queries = catalog.load(evaluation.manifest.collection).queries
    found = []
    for row in items.iter_rows(named=True):
        versions = queries.filter(item_id=row["item_id"])
        texts = dict(versions.select("lang", "text").iter_rows())
        first = next(iter(texts.values()), row["item_id"])  # the id where the collection has changed since
        found.append(row | {"question": texts.get("en", first)})
    return found


def _plain(
    a: str,
    b: str,
    evaluation: Evaluation,
    metric: str,
    overall: list[Line],
    by_language: list[Line],
    items: dict[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    from hybrid_tui.comparison.verdicts import rule
    from hybrid_tui.evaluation.sentences import in_words

    settings = {}
    for line in overall:
        settings[line.setting] = {
            **line.comparison.plain(),
            "left_out": line.left_out,
            "words": in_words(line.comparison, a, b),
            "by_language": {
                each.language: each.comparison.plain() for each in by_language if each.setting == line.setting
            },
            "most_different": items[line.setting],
        }
    return {
        "collection": evaluation.manifest.collection,
        "a": a,
        "b": b,
        "metric": metric,
        "rule": rule(overall[0].comparison.margin),
        "settings": settings,
    }


def _print(
    a: str,
    b: str,
    metric: str,
    overall: list[Line],
    by_language: list[Line],
    items: dict[str, list[dict[str, Any]]],
) -> None:
    from rich.text import Text

    from hybrid_tui.comparison.verdicts import rule
    from hybrid_tui.evaluation.sentences import counted, in_words

    console = output.console()
    drawn = ", ".join(dict.fromkeys(counted(each.comparison.units, each.comparison.unit) for each in overall))
    console.print(f"{metric}, {b} less {a}: macro means over languages, drawn by {drawn}")
    for line in overall:
        left = f"; {line.left_out:,} queries that one of them lacks left out" if line.left_out else ""
        console.print(f"{line.setting}: {in_words(line.comparison, a, b)}{left}")
    console.print(rule(overall[0].comparison.margin))
    console.print(_table("setting", [(line.setting, line) for line in overall]))
    for first in overall:
        rows = [(each.language, each) for each in by_language if each.setting == first.setting]
        console.print(_table(first.setting, rows))
    for setting, found in items.items():
        columns = ("A", "B", "B - A")
        table = output.table(*columns, f"{setting}: most different", numeric=columns)
        for item in found:
            table.add_row(
                *(_figures(item[key], signed=key == "difference") for key in ("a", "b", "difference")),
                Text(item["question"]),
            )
        console.print(table)


def _figures(*values: float, signed: bool = False) -> str:
    """Return values as short as they can be told: .640, or 1,214 for ranks."""
    from hybrid_tui.comparison.number_format import figure

    digits = 3 if max(map(abs, values)) <= 1 else 0
    return " ".join(figure(value, digits, signed=signed) for value in values)


def _table(title: str, rows: list[tuple[str, Line]]) -> Any:
    """Return a table of comparisons that is told whole in 80 columns."""
    from hybrid_tui.comparison.number_format import p_text

    first = rows[0][1].comparison
    p = "p\nexploratory" if first.exploratory else f"Holm p\nover {first.family}"
    columns = ("A", "B", "B - A", "95 %", p)
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
