"""Handlers of requests for measurements."""

from __future__ import annotations

from hybrid_tui.engine import messages
from hybrid_tui.engine.dispatch import Context, answers
from hybrid_tui.engine.service import Service
from hybrid_tui.training.log_reader import finished_log


@answers(messages.MeasureMatrices)
def matrices(service: Service, request: messages.MeasureMatrices, context: Context) -> messages.Measured:
    """Measure a system by pair of languages."""
    found = service.bias.matrices(
        request.data, request.system, request.measures, context.progress, context.cancelled
    )
    return messages.Measured(matrices=found)


@answers(messages.JudgeCells)
def certainty(service: Service, request: messages.JudgeCells, context: Context) -> messages.Judged:
    """Tell how sure the cells of a matrix are."""
    sure = service.bias.certainty(
        request.data, request.systems, request.measure, context.progress, context.cancelled
    )
    return messages.Judged(certainty=sure)


@answers(messages.ListCellQueries)
def queries(service: Service, request: messages.ListCellQueries, context: Context) -> messages.CellQueryList:
    """List the questions behind a cell."""
    found, total = service.bias.queries(request, context.progress, context.cancelled)
    return messages.CellQueryList(queries=found, total=total)


@answers(messages.ListEvaluations)
def evaluations(
    service: Service, request: messages.ListEvaluations, context: Context
) -> messages.Evaluations:
    """List the systems that were evaluated on a collection."""
    return messages.Evaluations(systems=service.summaries.systems(request.data))


@answers(messages.Summarise)
def summary(service: Service, request: messages.Summarise, context: Context) -> messages.SystemSummary:
    """Summarise a kept evaluation."""
    return messages.SystemSummary(
        figures=service.summaries.figures(request.data, request.system, request.base)
    )


@answers(messages.GetCurve)
def curve(service: Service, request: messages.GetCurve, context: Context) -> messages.Curve:
    """Read the losses of a model's training."""
    log = finished_log(request.model)
    return messages.Curve(losses=tuple(log.losses), held_out=tuple(log.validations))
