"""Measurements: matrices, the queries behind their cells, summaries of kept evaluations, loss curves.

A *system* is a model, MODEL+CORRECTION, or the name of a kept evaluation.
"""

from __future__ import annotations

from hybrid_tui.api.records import CellQuery, EvaluationEstimate
from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.setting_summary import EvaluatedSystem, Point, SettingFigure
from hybrid_tui.engine.messages.base import Reply, Request


class Measured(Reply, frozen=True):
    """Matrices by the name of their measure; a collection of one language has none of bias.

    label: the system's name, with a mark where its model was trained on these questions. notes: on that, and
    on what a run does not tell, a sentence each. estimate: what evaluating the system takes, where it is to
    be asked for first; there is nothing else then.
    """

    matrices: dict[str, Matrix]
    label: str = ""
    notes: tuple[str, ...] = ()
    estimate: EvaluationEstimate | None = None


class MeasureMatrices(Request[Measured], frozen=True):
    """Measure a system by pair of languages.

    Where a job evaluates it, that is waited for, with its `Progress`; what is quickly evaluated is; what
    takes longer is to be started by `StartEvaluation`.
    measures: names of `comparison.matrix_measures`; empty for all that need ranks alone.
    """

    data: str
    system: str
    measures: tuple[str, ...] = ()


class Judged(Reply, frozen=True):
    """Intervals and p values of each cell; None where there is no such matrix."""

    certainty: MatrixCertainty | None


class JudgeCells(Request[Judged], frozen=True):
    """Tell how sure the cells of a matrix are, with `Progress` on the way.

    systems: one, or two for their difference, the second less the first.
    """

    data: str
    systems: tuple[str, ...]
    measure: str


class CellQueryList(Reply, frozen=True):
    """The first of `total` questions behind a cell."""

    queries: tuple[CellQuery, ...]
    total: int


class ListCellQueries(Request[CellQueryList], frozen=True):
    """List the questions behind a cell that contain `text`, worst first.

    systems: one, or two to list by their difference. row, column: the cell's labels. best_first: the other
    way round.
    """

    data: str
    systems: tuple[str, ...]
    measure: str
    row: str
    column: str
    text: str = ""
    limit: int = 500
    best_first: bool = False


class Evaluations(Reply, frozen=True):
    """Evaluated systems by name."""

    systems: tuple[EvaluatedSystem, ...]


class ListEvaluations(Request[Evaluations], frozen=True):
    """List the systems that were evaluated on a collection as it is now."""

    data: str


class SystemSummary(Reply, frozen=True):
    """Figures by setting; what the evaluation does not have is absent."""

    figures: dict[str, SettingFigure]


class Summarise(Request[SystemSummary], frozen=True):
    """Summarise a kept evaluation, held against that of `base` unless this is empty."""

    data: str
    system: str
    base: str = ""


class Curve(Reply, frozen=True):
    """Losses of a training as (step, mean of the steps around it); held_out: of validation pairs."""

    losses: tuple[Point, ...]
    held_out: tuple[Point, ...] = ()


class GetCurve(Request[Curve], frozen=True):
    """Read the losses of a model's training."""

    model: str
