"""Which questions the panes answer most differently."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from hybrid_tui.comparison.overlap import jaccard, rbo
from hybrid_tui.engine import messages


class DisagreementMeasure(NamedTuple):
    """How alike two rankings are, 1 for the same: its name, a few words, the function of their ids."""

    name: str
    note: str
    alike: Callable[[Sequence[str], Sequence[str]], float]


MEASURES = {
    measure.name: measure
    for measure in (
        DisagreementMeasure("RBO", "rank-biased overlap, p = .9", rbo),
        DisagreementMeasure("Jaccard", "share of passages in common", jaccard),
    )
}


class QuestionDisagreement(NamedTuple):
    """A question, and how alike the panes answer it: the mean over those that are compared to the first."""

    question: messages.Question
    alike: float


def furthest_apart(
    base: messages.Rankings, others: Sequence[messages.Rankings], name: str
) -> list[QuestionDisagreement]:
    """Order questions by a measure, those answered least alike first; equal ones in their own order.

    base, others: the rankings of the same questions under different models; one other or more.
    """
    alike = MEASURES[name].alike
    found = [
        QuestionDisagreement(
            question,
            sum(alike(base.passages[at], other.passages[at]) for other in others) / len(others),
        )
        for at, question in enumerate(base.questions)
    ]
    return sorted(found, key=lambda apart: apart.alike)
