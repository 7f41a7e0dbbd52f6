"""`hybrid-tui evaluate`: how well models retrieve, in every setting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.choices import Breakdown
from hybrid_tui.cli import output, spending
from hybrid_tui.cli.options import Corrections, Data, Json, Models, Yes, systems

if TYPE_CHECKING:
    from hybrid_tui.api.evaluations import EvaluationResult


def evaluate(
    data: Data = None,
    model: Models = None,
    correction: Corrections = None,
    by: Annotated[Breakdown | None, typer.Option(help="Break the figures down.")] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(help="mAP, R@10, nDCG@20, MRR, Success@5, TLR@10 and the like; may be given again."),
    ] = None,
    memory: Annotated[int, typer.Option(min=64, help="MiB that ranking may take.")] = 1024,
    again: Annotated[bool, typer.Option("--again", help="Compute anew what is kept.")] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Rank every passage for every query, exactly, and keep what comes out.

    Example: hybrid-tui evaluate --data xquad-r -m me5-small -c none -c center --by pair
    """
    from hybrid_tui.api import evaluations

    shown = evaluations.metric_names(metric or evaluations.SHOWN)
    names = systems(model, correction)
    wanted = (*evaluations.METRICS, *shown) if json else shown
    try:
        with spending.agreed(names, data, yes=yes, again=again), output.progress() as progress:
            found = evaluations.evaluate(
                names,
                data,
                metrics=wanted,
                memory=memory << 20,
                again=again,
                progress=progress,
            )
    except KeyboardInterrupt:
        output.say("what is encoded is kept: the same command, or hybrid-tui jobs resume, goes on with it")
        raise
    output.note(found.notes)
    if json:
        output.as_json(_plain(found))
        return
    _print(found)
    for each in shown if metric else shown[:1]:
        if by == "language":
            _print_languages(found, each)
        if by == "pair":
            from hybrid_tui.cli import heatmap

            matrices = found.matrices(each)
            heatmap.show(list(matrices.values()), list(matrices))


def _plain(found: EvaluationResult) -> dict[str, Any]:
    """Return evaluations for JSON; what one language alone does not have is absent."""
    results = []
    for at, evaluation in enumerate(found.evaluations):
        manifest = evaluation.manifest
        results.append(
            {
                "system": manifest.system,
                "model": manifest.model,
                "correction": manifest.correction,
                "trained_on_questions": found.trained_on_questions[at],
                **found.summaries[at],
                **manifest.bias,
                **found.cut[at],
                **({"left_out": manifest.left_out} if manifest.left_out else {}),
                "by_language": found.language_summaries[at],
                "by_pair": _pairs(found, manifest.system),
                "seconds": manifest.seconds,
            }
        )
    return {"collection": found.evaluations[0].manifest.collection, "results": results}


def _pairs(found: EvaluationResult, system: str) -> dict[str, dict[str, dict[str, float | int]]]:
    pairs: dict[str, dict[str, dict[str, float | int]]] = {}
    for row in found.by_pair.filter(system=system).drop("system").iter_rows(named=True):
        known = {name: value for name, value in row.items() if value is not None}
        pairs.setdefault(known.pop("query_lang"), {})[known.pop("passage_lang")] = known
    return pairs


def _print(found: EvaluationResult) -> None:
    """Print a table per setting, the bias beside the multilingual one."""
    from hybrid_tui.comparison.number_format import told_by

    console = output.console()
    first, shown = found.evaluations[0], found.metrics
    manifest = first.manifest
    console.print(
        f"{manifest.collection}: {manifest.queries:,} queries in "
        f"{first.values['query_lang'].n_unique()} languages, {sum(manifest.pool):,} passages in "
        f"{len(manifest.languages)}, ranked without a cut-off" + (" but where told" if any(found.cut) else "")
    )
    for setting in found.settings:
        biased = setting == "multilingual"
        columns = (*shown, "rank\ndistance") if biased else shown
        table = output.table(setting, *columns, numeric=columns)
        for at, (name, evaluation, values) in enumerate(
            zip(found.marked_systems, found.evaluations, found.summaries, strict=True)
        ):
            told = found.told[at].get(setting, {})
            cells = _cells(values.get(setting), shown)
            if any(cells):
                cells = [cell + told_by(*told[each]) for cell, each in zip(cells, shown, strict=True)]
            distance = evaluation.manifest.bias.get("rank_distance")
            if biased:
                cells.append("" if distance is None else f"{distance:,.1f}{found.ranked_by[at]}")
            table.add_row(name, *cells)
        console.print(table)


def _print_languages(found: EvaluationResult, metric: str) -> None:
    """Print one metric by query language, a table per setting, a column per system."""
    names = tuple(name.replace("+", "\n+", 1) for name in found.marked_systems)
    for setting in found.settings:
        tables = found.language_summaries
        langs = sorted({lang for each in tables for lang, settings in each.items() if setting in settings})
        table = output.table(f"{setting}\n{metric}", *names, numeric=names)
        for lang in langs:
            table.add_row(lang, *(_cells(each.get(lang, {}).get(setting), [metric])[0] for each in tables))
        output.console().print(table)


def _cells(values: dict[str, float] | None, metrics: Sequence[str]) -> list[str]:
    """Return the values of metrics; empty where a system has none, as that of a run in one language."""
    from hybrid_tui.comparison.number_format import figure

    return [figure(values.get(metric), 3) if values else "" for metric in metrics]
