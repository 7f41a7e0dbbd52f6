"""Handlers of requests for measurements."""

from __future__ import annotations

from hybrid_tui.engine import messages
from hybrid_tui.engine.dispatch import Context, answers
from hybrid_tui.engine.service import Service


@answers(messages.MeasureMatrices)
def measure_matrices(
    service: Service, request: messages.MeasureMatrices, context: Context
) -> messages.Measured:
    """Measure a system by pair of languages, unless evaluating it is to be asked for first."""
    data, system = request.data, request.system
    if estimate := service.evaluations.wait(data, system, context.progress, context.cancelled):
        return messages.Measured(matrices={}, estimate=estimate)
    found = service.bias.matrices(
        data,
        system,
        request.measures,
        progress=context.progress,
        cancelled=context.cancelled,
    )
    label, notes = service.bias.about(data, system, progress=context.progress, cancelled=context.cancelled)
    return messages.Measured(matrices=found, label=label, notes=tuple(notes))


@answers(messages.JudgeCells)
def judge_cells(service: Service, request: messages.JudgeCells, context: Context) -> messages.Judged:
    """Tell how sure the cells of a matrix are."""
    certainty = service.bias.certainty(
        request.data,
        request.systems,
        request.measure,
        progress=context.progress,
        cancelled=context.cancelled,
    )
    return messages.Judged(certainty=certainty)


@answers(messages.ListCellQueries)
def list_cell_queries(
    service: Service, request: messages.ListCellQueries, context: Context
) -> messages.CellQueryList:
    """List the questions behind a cell."""
    found, total = service.bias.queries(
        request.data,
        request.systems,
        request.measure,
        request.row,
        request.column,
        text=request.text,
        limit=request.limit,
        best_first=request.best_first,
        progress=context.progress,
        cancelled=context.cancelled,
    )
    return messages.CellQueryList(queries=found, total=total)


@answers(messages.ListEvaluations)
def list_evaluations(
    service: Service, request: messages.ListEvaluations, context: Context
) -> messages.Evaluations:
    """List the systems that were evaluated on a collection."""
    return messages.Evaluations(systems=service.summaries.systems(request.data))


@answers(messages.Summarise)
def summarise(service: Service, request: messages.Summarise, context: Context) -> messages.SystemSummary:
    """Summarise a kept evaluation."""
    figures = service.summaries.figures(request.data, request.system, request.base)
    return messages.SystemSummary(figures=figures)


@answers(messages.GetCurve)
def get_curve(service: Service, request: messages.GetCurve, context: Context) -> messages.Curve:
    """Read the losses of a model's training."""
    losses, held_out = service.summaries.curve(request.model)
    return messages.Curve(losses=losses, held_out=held_out)
