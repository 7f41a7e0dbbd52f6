"""Measuring: matrices, the queries behind their cells, what evaluations come to."""

from __future__ import annotations

import msgspec

from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.setting_summary import EvaluatedSystem, Point, SettingFigure
from hybrid_tui.engine.messages.base import Message
from hybrid_tui.engine.messages.searching import Question


class MeasureMatrices(Message, frozen=True):
    """How well does a system retrieve, by pair of languages? Answered by `Measured`, `Progress` on the way.

    system: a model, MODEL+CORRECTION, or the name of a kept evaluation. What is not kept is evaluated,
    which takes time. measures: names of `comparison.measures`; empty for all that ranks are enough for.
    """

    data: str
    system: str
    measures: tuple[str, ...] = ()


class JudgeCells(Message, frozen=True):
    """How sure are the cells of a matrix, or of two systems' difference, the second less the first?

    Answered by `Judged`, with `Progress` on the way. systems: one or two, as in `Measure`.
    """

    data: str
    systems: tuple[str, ...]
    measure: str


class ListCellQueries(Message, frozen=True):
    """Which queries that contain `text` are behind a cell, worst first? Answered by `CellQueries`.

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


class ListEvaluations(Message, frozen=True):
    """Which systems were evaluated on a collection as it is now? Answered by `Evaluations`."""

    data: str


class Summarise(Message, frozen=True):
    """What does a kept evaluation come to, and against that of a base? Answered by `Summary`.

    base: empty to hold it against nothing.
    """

    data: str
    system: str
    base: str = ""


class GetCurve(Message, frozen=True):
    """How did the loss fall in a model's training? Answered by `Curve`."""

    model: str


class Measured(Message, frozen=True):
    """Answer to `Measure`: what there is to show as heatmaps, by name; none of bias for one language."""

    matrices: dict[str, Matrix]


class Judged(Message, frozen=True):
    """Answer to `JudgeCells`; None where there is no such matrix."""

    certainty: MatrixCertainty | None


class CellQuery(msgspec.Struct, frozen=True):
    """A question behind a cell; values and ranks as in `evaluation.worst`, one for each system."""

    question: Question
    values: tuple[float, ...]
    ranks: tuple[int | None, ...]


class CellQueryList(Message, frozen=True):
    """Answer to `ListCellQueries`; `total` counts the matches, of which `queries` are the first."""

    queries: tuple[CellQuery, ...]
    total: int


class Evaluations(Message, frozen=True):
    """Answer to `ListEvaluations`, by name."""

    systems: tuple[EvaluatedSystem, ...]


class SystemSummary(Message, frozen=True):
    """Answer to `Summarise`: figures by setting; what the evaluation does not have is absent."""

    figures: dict[str, SettingFigure]


class Curve(Message, frozen=True):
    """Answer to `GetCurve`: (step, mean loss of the steps around it); held_out: of validation pairs."""

    losses: tuple[Point, ...]
    held_out: tuple[Point, ...] = ()
