"""Heatmaps of how systems retrieve by pair of languages, and the queries behind a cell."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hybrid_tui.api.bias_matrices import BiasMatrices
from hybrid_tui.api.defaults import Names, data_name, system_names
from hybrid_tui.api.evaluations import evaluate
from hybrid_tui.api.progress import Cancelled, Progress
from hybrid_tui.api.records import CellQuery
from hybrid_tui.api.workspace import default
from hybrid_tui.comparison import language_order
from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.colormap import DEFAULT, Scale
from hybrid_tui.comparison.drawn_units import drawn_words
from hybrid_tui.comparison.heatmap_svg import heatmap_svg
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.matrix_measures import MatrixMeasure
from hybrid_tui.comparison.matrix_text import matrix_csv
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.evaluation import heatmaps

MEASURE = "rank-gap"
TABLE = {"system": pl.String, "row": pl.String, "column": pl.String, "value": pl.Float64, "count": pl.Int64}


@dataclass(frozen=True)
class Heatmap:
    """A matrix under the name of its system, or `B − A`; certainty: of a difference.

    label: the name with a mark (†) where a model was trained on these questions.
    """

    name: str
    matrix: Matrix
    label: str
    certainty: MatrixCertainty | None = None

    @property
    def marks(self) -> frozenset[tuple[int, int]]:
        """The rows and columns of the significant cells."""
        return self.certainty.marks(self.matrix) if self.certainty else frozenset()

    @property
    def drawn(self) -> str:
        """What intervals and p values were drawn from, such as "48 articles drawn"; empty for one system."""
        return drawn_words([self.certainty.drawn]) if self.certainty else ""

    def svg(self, colours: str = DEFAULT, scale: Scale | None = None) -> str:
        """Return it as an SVG document, on its own scale unless told otherwise."""
        scale = scale or Scale.of(self.matrix, diverging=self.certainty is not None, colours=colours)
        return heatmap_svg(self.matrix, scale, self.label, self.marks, self.drawn)

    def csv(self, *, raw: bool = False) -> str:
        """Return the cells as CSV."""
        return matrix_csv(self.matrix, self.certainty, raw=raw)


@dataclass(frozen=True)
class BiasResult:
    """Heatmaps of one measure on one collection, their languages in the same order.

    notes: models that were trained on these questions, and runs that do not rank every passage.
    """

    collection: str
    measure: str
    heatmaps: tuple[Heatmap, ...]
    notes: tuple[str, ...]

    @property
    def table(self) -> pl.DataFrame:
        """The cells: system, row, column, value (null where there is nothing) and count of observations."""
        return pl.DataFrame(
            [
                (each.name, row, column, value, count)
                for each in self.heatmaps
                for row, values, counts in zip(
                    each.matrix.rows, each.matrix.values, each.matrix.counts, strict=True
                )
                for column, value, count in zip(each.matrix.columns, values, counts, strict=True)
            ],
            TABLE,
            orient="row",
        )

    def _repr_html_(self) -> str:
        diverging = any(each.certainty for each in self.heatmaps)
        scale = Scale.of(*(each.matrix for each in self.heatmaps), diverging=diverging, colours=DEFAULT)
        return "\n".join(each.svg(scale=scale) for each in self.heatmaps)


@dataclass(frozen=True)
class CellQueries:
    """The first of the `total` queries behind a cell under one system, or two that are compared."""

    systems: tuple[str, ...]
    measure: MatrixMeasure
    row: str
    column: str
    queries: tuple[CellQuery, ...]
    total: int


def bias(
    systems: Names = None,
    data: str | None = None,
    *,
    measure: str = MEASURE,
    difference: bool = False,
    order: str = "code",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> BiasResult:
    """Measure which languages systems favour; what was not evaluated is evaluated on the way.

    measure: a name of `comparison.matrix_measures.MEASURES`, or a metric such as "nDCG@20".
    difference: show the second of two systems less the first, with how sure its cells are. order: of the
    languages, "code", "family" or "value". Raises UsageError for unknown names, DataError where no two
    languages were ranked together.
    """
    names, collection = system_names(systems), data_name(data)
    if difference and systems and not isinstance(systems, str):
        names = list(systems)  # a system less itself is a difference of two as well
    if difference and len(names) != 2:
        raise UsageError(f"a difference is of two systems, not of {len(names)}")
    evaluate(names, collection, progress=progress, cancelled=cancelled)
    measured = BiasMatrices(default())
    found: dict[str, Matrix] = {}
    for name in names:
        matrices = measured.matrices(collection, name, (measure,), progress=progress, cancelled=cancelled)
        if measure not in matrices:
            raise DataError(
                f"{name} ranked no two languages together on {collection}: there is nothing to favour",
                "choose a collection with several languages, or a run over all of them",
            )
        found[name] = matrices[measure]
    known = {name: measured.about(collection, name, progress=progress, cancelled=cancelled) for name in names}
    labels = {name: label for name, (label, _) in known.items()}
    notes = tuple(note for _, each in known.values() for note in each)
    rows, columns = language_order.labels(found[names[0]], order)
    if not difference:
        drawn = [
            Heatmap(name, language_order.arranged(each, rows, columns), labels[name])
            for name, each in found.items()
        ]
        return BiasResult(collection, measure, tuple(drawn), notes)
    one, two = names
    less = language_order.arranged(found[two].minus(found[one]), rows, columns)
    sure = measured.certainty(collection, names, measure, progress=progress, cancelled=cancelled)
    heatmap = Heatmap(f"{two} − {one}", less, f"{labels[two]} − {labels[one]}", sure)
    return BiasResult(collection, measure, (heatmap,), notes)


def cell_queries(
    systems: Names,
    row: str,
    column: str,
    data: str | None = None,
    *,
    measure: str = MEASURE,
    best_first: bool = False,
    limit: int = 10,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> CellQueries:
    """List the queries behind a cell of one system's heatmap, or of two systems' difference, worst first.

    Raises UsageError for unknown names and for a cell that is not there.
    """
    names, collection = system_names(systems), data_name(data)
    evaluate(names, collection, progress=progress, cancelled=cancelled)
    found, total = BiasMatrices(default()).queries(
        collection,
        names,
        measure,
        row,
        column,
        limit=limit,
        best_first=best_first,
        progress=progress,
        cancelled=cancelled,
    )
    return CellQueries(tuple(names), heatmaps.measure(measure), row, column, found, total)
