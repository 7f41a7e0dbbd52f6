"""The order of questions by how similarly the panes answer them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from hybrid_tui.comparison.overlap import jaccard, rbo
from hybrid_tui.engine import messages


class SimilarityMeasure(NamedTuple):
    """A similarity of two rankings in [0, 1]: its name, a few words, the function of their passage ids."""

    name: str
    note: str
    of: Callable[[Sequence[str], Sequence[str]], float]


MEASURES = {
    measure.name: measure
    for measure in (
        SimilarityMeasure("RBO", "rank-biased overlap, p = .9", rbo),
        SimilarityMeasure("Jaccard", "share of passages in common", jaccard),
    )
}


class QuestionSimilarity(NamedTuple):
    """A question, and how similarly the panes answer it: the mean over those compared with the first."""

    question: messages.Question
    similarity: float


def least_similar_first(
    base: messages.Rankings, others: Sequence[messages.Rankings], name: str
) -> list[QuestionSimilarity]:
    """Order questions by the measure `name`, the least similar first; equal ones in their own order.

    base, others: the rankings of the same questions under different models; one other or more.
    """
    similarity = MEASURES[name].of
    found = [
        QuestionSimilarity(
            question,
            sum(similarity(base.passages[at], other.passages[at]) for other in others) / len(others),
        )
        for at, question in enumerate(base.questions)
    ]
    return sorted(found, key=lambda each: each.similarity)
