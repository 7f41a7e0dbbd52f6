"""`hybrid-tui evaluate`: how well models retrieve, in every setting."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.options import Alpha, Corrections, Data, FitOn, Json, Models, Pivot, Rank, systems

SHOWN = ("mAP", "R@1", "R@10", "nDCG@10", "MRR")

if TYPE_CHECKING:
    from hybrid_tui.evaluation.results import Evaluation


class By(StrEnum):
    """What a further table is broken down by."""

    language = "language"
    pair = "pair"


def evaluate(
    data: Data = None,
    model: Models = None,
    correction: Corrections = None,
    pivot: Pivot = "",
    alpha: Alpha = None,
    rank: Rank = None,
    fit_on: FitOn = "",
    by: Annotated[By | None, typer.Option(help="Break the figures down.")] = None,
    metric: Annotated[str, typer.Option(help="Of --by: mAP, R@1, R@10, R@100, nDCG@10 or MRR.")] = "mAP",
    memory: Annotated[int, typer.Option(min=64, help="MiB that ranking may take.")] = 1024,
    again: Annotated[bool, typer.Option("--again", help="Compute anew what is kept.")] = False,
    json: Json = False,
) -> None:
    """Rank every passage for every query, exactly, and keep what comes out.

    Example: hybrid-tui evaluate --data xquad-r -m me5-small -c none -c center --by pair
    """
    from hybrid_tui.evaluation import metrics

    if metric not in metrics.METRICS:
        from hybrid_tui.errors import unknown

        raise unknown("metric", metric, list(metrics.METRICS))
    names = systems(model, correction, pivot, alpha, rank)
    found = evaluated(names, data, fit_on=fit_on, memory=memory << 20, again=again)
    if json:
        name = found[0].manifest.collection
        output.as_json({"collection": name, "results": [_plain(each) for each in found]})
        return
    _print(found)
    if by is By.language:
        _print_languages(found, metric)
    if by is By.pair:
        from hybrid_tui.cli import heatmap

        names = [each.manifest.system for each in found]
        heatmap.show([metrics.by_pair(each.values, metric) for each in found], names)


def evaluated(
    names: Sequence[str], data: str | None, *, fit_on: str = "", memory: int = 1 << 30, again: bool = False
) -> list[Evaluation]:
    """Return the evaluation of each system, with a progress bar while it is made."""
    from hybrid_tui.evaluation.contamination import note
    from hybrid_tui.evaluation.evaluate import System, asked, evaluate
    from hybrid_tui.settings import load_config

    found = []
    for name, each in zip(names, asked(names, data or load_config().data, fit_on), strict=True):
        if isinstance(each, System):
            with output.steps(name) as step:
                found.append(evaluate(each, memory=memory, again=again, step=step))
        else:
            found.append(each)
    for words in dict.fromkeys(map(note, (each.manifest for each in found))):
        if words:
            typer.echo(f"note: {words}", err=True)
    return found


def _plain(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation for JSON; what one language alone does not have is absent."""
    from hybrid_tui.evaluation import metrics

    manifest = evaluation.manifest
    pairs: dict[str, dict[str, dict[str, float | int | None]]] = {}
    for metric in metrics.METRICS:
        matrix = metrics.by_pair(evaluation.values, metric)
        for row, values, counts in zip(matrix.rows, matrix.values, matrix.counts, strict=True):
            for column, value, count in zip(matrix.columns, values, counts, strict=True):
                if count:
                    pairs.setdefault(row, {}).setdefault(column, {"queries": count})[metric] = value
    return {
        "model": manifest.model,
        "correction": manifest.correction,
        **metrics.summary(evaluation.values),
        **manifest.bias,
        "by_language": metrics.by_language(evaluation.values),
        "by_pair": pairs,
        "seconds": manifest.seconds,
    }


def _print(evaluations: list[Evaluation]) -> None:
    """Print a table per setting, the bias beside the multilingual one."""
    from hybrid_tui.evaluation import metrics

    console = output.console()
    manifest = evaluations[0].manifest
    console.print(
        f"{manifest.collection}: {manifest.queries:,} queries in "
        f"{evaluations[0].values['query_lang'].n_unique()} languages, {sum(manifest.pool):,} passages in "
        f"{len(manifest.languages)}, ranked without a cut-off"
    )
    summaries = [metrics.summary(evaluation.values) for evaluation in evaluations]
    for setting in metrics.SETTINGS:
        if not any(setting in values for values in summaries):
            continue
        biased = setting == "multilingual"
        columns = (*SHOWN, "rank\ndistance") if biased else SHOWN
        table = output.table(setting, *columns, numeric=columns)
        for evaluation, values in zip(evaluations, summaries, strict=True):
            cells = [_cell(values.get(setting), metric) for metric in SHOWN]
            distance = evaluation.manifest.bias.get("rank_distance")
            if biased:
                cells.append("" if distance is None else f"{distance:,.1f}")
            table.add_row(evaluation.manifest.system, *cells)
        console.print(table)


def _print_languages(evaluations: list[Evaluation], metric: str) -> None:
    """Print one metric by query language, a table per setting, a column per system."""
    from hybrid_tui.evaluation import metrics

    tables = [metrics.by_language(evaluation.values) for evaluation in evaluations]
    names = tuple(evaluation.manifest.system.replace("+", "\n+", 1) for evaluation in evaluations)
    for setting in metrics.SETTINGS:
        langs = sorted({lang for each in tables for lang, settings in each.items() if setting in settings})
        if not langs:
            continue
        table = output.table(f"{setting}\n{metric}", *names, numeric=names)
        for lang in langs:
            table.add_row(lang, *(_cell(each.get(lang, {}).get(setting), metric) for each in tables))
        output.console().print(table)


def _cell(values: dict[str, float] | None, metric: str) -> str:
    """Return a metric's value; empty where a system has none, as that of a run in one language."""
    from hybrid_tui.comparison.number_format import figure

    return figure(values[metric], 3) if values else ""
