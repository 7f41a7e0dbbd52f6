"""`hybrid-tui evaluate`: how well models retrieve, in every setting."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.options import Alpha, Corrections, Data, FitOn, Json, Models, Pivot, Rank, systems

if TYPE_CHECKING:
    from hybrid_tui.comparison.matrix import Matrix
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
    metric: Annotated[
        list[str] | None,
        typer.Option(help="mAP, R@10, nDCG@20, MRR, Success@5, TLR@10 and the like; may be given again."),
    ] = None,
    memory: Annotated[int, typer.Option(min=64, help="MiB that ranking may take.")] = 1024,
    again: Annotated[bool, typer.Option("--again", help="Compute anew what is kept.")] = False,
    json: Json = False,
) -> None:
    """Rank every passage for every query, exactly, and keep what comes out.

    Example: hybrid-tui evaluate --data xquad-r -m me5-small -c none -c center --by pair
    """
    from hybrid_tui.evaluation import metrics

    shown = metrics.names(metric or metrics.SHOWN)
    names = systems(model, correction, pivot, alpha, rank)
    found = evaluated(names, data, fit_on=fit_on, memory=memory << 20, again=again)
    if json:
        name = found[0].manifest.collection
        output.as_json({"collection": name, "results": [_plain(each, shown) for each in found]})
        return
    _print(found, shown)
    if by is By.language:
        for each in shown if metric else shown[:1]:
            _print_languages(found, each)
    if by is By.pair:
        from hybrid_tui.cli import heatmap

        names = [each.manifest.system for each in found]
        for measure in shown if metric else shown[:1]:
            heatmap.show([_by_pair(each, measure) for each in found], names)


def evaluated(
    names: Sequence[str], data: str | None, *, fit_on: str = "", memory: int = 1 << 30, again: bool = False
) -> list[Evaluation]:
    """Return the evaluation of each system, with a progress bar while it is made."""
    from hybrid_tui.evaluation import run_depth
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
    notes = [*(note(each.manifest) for each in found), *map(run_depth.note, found)]
    for words in dict.fromkeys(notes):
        if words:
            typer.echo(f"note: {words}", err=True)
    return found


def _by_pair(evaluation: Evaluation, metric: str) -> Matrix:
    from hybrid_tui.evaluation.observations import of_metric

    return of_metric(evaluation.values_of([metric]), metric).matrix


def _plain(evaluation: Evaluation, metrics: Sequence[str]) -> dict[str, Any]:
    """Return an evaluation for JSON; what one language alone does not have is absent."""
    from hybrid_tui.evaluation import metric_tables, run_depth
    from hybrid_tui.evaluation.contamination import shared_items
    from hybrid_tui.evaluation.metrics import METRICS

    manifest = evaluation.manifest
    pairs: dict[str, dict[str, dict[str, float | int | None]]] = {}
    names = tuple(dict.fromkeys([*METRICS, *metrics]))
    for metric in names:
        matrix = _by_pair(evaluation, metric)
        for row, values, counts in zip(matrix.rows, matrix.values, matrix.counts, strict=True):
            for column, value, count in zip(matrix.columns, values, counts, strict=True):
                if count:
                    pairs.setdefault(row, {}).setdefault(column, {"queries": count})[metric] = value
    table = evaluation.values_of(names)
    return {
        "model": manifest.model,
        "correction": manifest.correction,
        "trained_on_questions": shared_items(manifest),
        **metric_tables.summary(table),
        **manifest.bias,
        **run_depth.plain(evaluation, names),
        "by_language": metric_tables.by_language(table),
        "by_pair": pairs,
        "seconds": manifest.seconds,
    }


def _print(evaluations: list[Evaluation], shown: Sequence[str]) -> None:
    """Print a table per setting, the bias beside the multilingual one."""
    from hybrid_tui.evaluation import metric_tables, run_depth
    from hybrid_tui.evaluation.contamination import marked

    console = output.console()
    manifest = evaluations[0].manifest
    console.print(
        f"{manifest.collection}: {manifest.queries:,} queries in "
        f"{evaluations[0].values['query_lang'].n_unique()} languages, {sum(manifest.pool):,} passages in "
        f"{len(manifest.languages)}, ranked without a cut-off"
        + (" but where told" if any(each.manifest.depth for each in evaluations) else "")
    )
    summaries = [metric_tables.summary(evaluation.values_of(shown)) for evaluation in evaluations]
    for setting in metric_tables.SETTINGS:
        if not any(setting in values for values in summaries):
            continue
        biased = setting == "multilingual"
        columns = (*shown, "rank\ndistance") if biased else tuple(shown)
        table = output.table(setting, *columns, numeric=columns)
        for evaluation, values in zip(evaluations, summaries, strict=True):
            told = run_depth.counts(evaluation.values_of(shown)).get(setting, {})
            cells = [_cell(values.get(setting), metric, told.get(metric)) for metric in shown]
            distance = evaluation.manifest.bias.get("rank_distance")
            if biased:
                cells.append("" if distance is None else f"{distance:,.1f}{run_depth.told_of(evaluation)}")
            table.add_row(marked(evaluation.manifest), *cells)
        console.print(table)


def _print_languages(evaluations: list[Evaluation], metric: str) -> None:
    """Print one metric by query language, a table per setting, a column per system."""
    from hybrid_tui.evaluation import metric_tables
    from hybrid_tui.evaluation.contamination import marked

    tables = [metric_tables.by_language(evaluation.values_of([metric])) for evaluation in evaluations]
    names = tuple(marked(evaluation.manifest).replace("+", "\n+", 1) for evaluation in evaluations)
    for setting in metric_tables.SETTINGS:
        langs = sorted({lang for each in tables for lang, settings in each.items() if setting in settings})
        if not langs:
            continue
        table = output.table(f"{setting}\n{metric}", *names, numeric=names)
        for lang in langs:
            table.add_row(lang, *(_cell(each.get(lang, {}).get(setting), metric) for each in tables))
        output.console().print(table)


def _cell(values: dict[str, float] | None, metric: str, told: tuple[int, int] | None = None) -> str:
    """Return a metric's value; empty where a system has none, as that of a run in one language.

    told: how many queries tell it, of how many; shown where they are not all.
    """
    from hybrid_tui.comparison.number_format import figure

    some = f" (n={told[0]})" if told and told[0] < told[1] else ""
    return figure(values.get(metric), 3) + some if values else ""
