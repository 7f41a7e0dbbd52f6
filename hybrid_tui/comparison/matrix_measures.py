"""What a matrix by pair of languages can tell."""

from __future__ import annotations

from typing import NamedTuple


class MatrixMeasure(NamedTuple):
    """A kind of matrix: the name that commands take, a title, and what its figures count.

    higher_is_better: None where more is neither better nor worse. alone: a cell ranks the passages of its
    column's language alone, not those of every language. answers: the column is that of a query's answer.
    needs_embeddings: whether the ranks of a kept evaluation are not enough.
    """

    name: str
    title: str
    unit: str
    higher_is_better: bool | None = None
    alone: bool = False
    answers: bool = False
    needs_embeddings: bool = False

    @property
    def lowest_first(self) -> bool:
        """Whether the worst of a cell's queries are those of the lowest value; else of the highest."""
        return bool(self.higher_is_better)


MEASURES = {
    measure.name: measure
    for measure in (
        MatrixMeasure("map", "mAP", "average precision", higher_is_better=True, alone=True, answers=True),
        MatrixMeasure("rank-gap", "rank gap", "ranks behind the best", higher_is_better=False, answers=True),
        MatrixMeasure(
            "displacement",
            "displacement by query language",
            "irrelevant passages in front",
            higher_is_better=False,
        ),
        MatrixMeasure(
            "displacement-answer",
            "displacement by answer language",
            "irrelevant passages in front",
            higher_is_better=False,
        ),
        MatrixMeasure("mix", "language mix", "share of the first 10"),
        MatrixMeasure("preference", "preference", "share of the best answers", answers=True),
        MatrixMeasure(
            "mrc", "MRC@10", "rank correlation × 100", higher_is_better=True, needs_embeddings=True
        ),
    )
}
"""The measures by name, in the order in which a screen goes through them."""
