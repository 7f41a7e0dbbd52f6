"""How `hybrid-tui bias` measures, and shows what it has found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hybrid_tui.api.bias_matrices import BiasMatrices
from hybrid_tui.api.records import CellQuery
from hybrid_tui.cli import heatmap, output
from hybrid_tui.comparison import language_order
from hybrid_tui.comparison.cell_certainty import CellCertainty, MatrixCertainty
from hybrid_tui.comparison.colormap import Scale
from hybrid_tui.comparison.heatmap_svg import heatmap_svg
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.matrix_text import matrix_csv
from hybrid_tui.comparison.means import Means
from hybrid_tui.comparison.number_format import figure
from hybrid_tui.engine.messages import ListCellQueries
from hybrid_tui.errors import DataError


@dataclass(frozen=True)
class NamedHeatmap:
    """A heatmap under its name; certainty, of a difference."""

    name: str
    matrix: Matrix
    certainty: MatrixCertainty | None = None

    @property
    def marks(self) -> frozenset[tuple[int, int]]:
        """The rows and columns of the significant cells."""
        return self.certainty.marks(self.matrix) if self.certainty else frozenset()

    def plain(self) -> dict[str, Any]:
        """Return it for JSON: cells, means and, of a difference, intervals and p values in the same shape."""
        means = Means.of(self.matrix)
        told = {
            "model": self.name,
            **asdict(self.matrix),
            "row_means": means.rows,
            "column_means": means.columns,
        }
        if self.certainty:
            sure = [
                [self.certainty.at(row, column) for column in self.matrix.columns] for row in self.matrix.rows
            ]
            for field in CellCertainty._fields:
                told[field] = [[getattr(cell, field) for cell in cells] for cells in sure]
        return told


def matrix(bias: BiasMatrices, data: str, name: str, measure: str) -> Matrix:
    """Measure a system. Raises DataError where there is nothing to favour."""
    with output.steps_told(name) as progress:
        found = bias.matrices(data, name, (measure,), progress=progress)
    if measure not in found:
        raise DataError(
            f"{name} ranked no two languages together on {data}: there is nothing to favour",
            "choose a collection with several languages, or a run over all of them",
        )
    return found[measure]


def arranged(found: Mapping[str, Matrix], by: str) -> list[NamedHeatmap]:
    """Return heatmaps in an order of languages, that of the first."""
    rows, columns = language_order.labels(next(iter(found.values())), by)
    return [NamedHeatmap(name, language_order.arranged(each, rows, columns)) for name, each in found.items()]


def difference(
    bias: BiasMatrices, data: str, names: Sequence[str], found: Mapping[str, Matrix], measure: str, by: str
) -> NamedHeatmap:
    """Return the heatmap of the second less the first, with how sure its cells are."""
    one, two = names
    name = f"{two} − {one}"
    less = found[two].minus(found[one])
    with output.steps_told(name) as progress:
        certainty = bias.certainty(data, names, measure, progress=progress)
    return NamedHeatmap(
        name, language_order.arranged(less, *language_order.labels(found[one], by)), certainty
    )


def show(shown: Sequence[NamedHeatmap], colours: str, *, own_scale: bool) -> None:
    """Print heatmaps on one scale, or on one each."""
    groups = [[each] for each in shown] if own_scale else [list(shown)]
    for group in groups:
        heatmap.show(
            [each.matrix for each in group],
            [each.name for each in group],
            diverging=group[0].certainty is not None,
            colours=colours,
            marks=[each.marks for each in group],
        )


def svg(shown: NamedHeatmap, colours: str) -> str:
    """Return the heatmap as SVG."""
    scale = Scale.of(shown.matrix, diverging=shown.certainty is not None, colours=colours)
    return heatmap_svg(shown.matrix, scale, shown.name, shown.marks)


def csv(shown: NamedHeatmap, _colours: str) -> str:
    """Return the cells as CSV."""
    return matrix_csv(shown.matrix, shown.certainty)


# --- the queries of a cell ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """The first of the queries behind a cell under some systems, and how many there are."""

    asked: ListCellQueries
    queries: tuple[CellQuery, ...]
    total: int

    def plain(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "models": self.asked.systems,
            "matrix": self.asked.measure,
            "row": self.asked.row,
            "column": self.asked.column,
            "total": self.total,
            "queries": [
                {
                    "query_id": each.question.query_id,
                    "item_id": each.question.item_id,
                    "lang": each.question.lang,
                    "text": each.question.text,
                    "values": each.values,
                    "ranks": each.ranks,
                }
                for each in self.queries
            ],
        }


def queries(bias: BiasMatrices, asked: ListCellQueries) -> Listed:
    """List the queries behind a cell. Raises UsageError for a cell that is not there."""
    with output.steps_told(" and ".join(asked.systems)) as progress:
        found, total = bias.queries(
            asked.data,
            asked.systems,
            asked.measure,
            asked.row,
            asked.column,
            limit=asked.limit,
            best_first=asked.best_first,
            progress=progress,
        )
    return Listed(asked, found, total)


def tell_queries(lists: Sequence[Listed], *, json: bool) -> None:
    """Print the queries behind a cell, a list for each system or pair."""
    if json:
        output.as_json([each.plain() for each in lists])
        return
    for each in lists:
        _tell(each)


def _tell(listed: Listed) -> None:
    from hybrid_tui.evaluation import heatmaps

    asked, measure = listed.asked, heatmaps.measure(listed.asked.measure)
    compared = len(asked.systems) > 1
    values = ["1", "2", "difference"] if compared else ["value"]
    ranks = ["rank 1", "rank 2"] if compared else ["rank"]
    columns = [*values, *(ranks if measure.answers else [])]
    named = [f"{at} {name}" for at, name in enumerate(asked.systems, 1)] if compared else asked.systems
    console = output.console()
    console.print(f"{', '.join(named)}: {measure.title}, {asked.row} → {asked.column}")
    order = "best" if asked.best_first else "worst"
    console.print(f"{len(listed.queries):,} of {listed.total:,} queries, {order} first")
    table = output.table(*columns, "query", numeric=tuple(columns))
    digits = 3 if measure.alone or measure.higher_is_better is None else 1
    for query in listed.queries:
        cells = [figure(value, digits) for value in query.values]
        if compared:
            cells.append(figure(query.values[1] - query.values[0], digits, signed=True))
        if measure.answers:
            cells += ["" if rank is None else f"{rank:,}" for rank in query.ranks]
        table.add_row(*cells, query.question.text)
    console.print(table)
