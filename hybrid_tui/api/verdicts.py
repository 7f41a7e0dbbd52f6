"""The question that started the project, answered: does hybrid training cost monolingual accuracy?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from hybrid_tui.api.defaults import data_name
from hybrid_tui.api.evaluations import evaluate
from hybrid_tui.api.progress import Cancelled, Progress
from hybrid_tui.comparison.verdicts import MARGIN
from hybrid_tui.corpus import catalog
from hybrid_tui.evaluation import results
from hybrid_tui.evaluation import verdict as judging
from hybrid_tui.evaluation.resampling import DRAWS
from hybrid_tui.evaluation.significance import PairedTest
from hybrid_tui.evaluation.verdict import Judgement

COLUMNS = ("collection", "backbone", "setting", "metric", "baseline", "candidate", "source", "indicative")
TESTED = ("verdict", "unit", "units", "design_effect", "p", "smallest_p", "holm")


@dataclass(frozen=True)
class VerdictResult:
    """Judgements, a setting and baseline each; answers: what they come to, in sentences.

    notes: what is to be kept in mind.
    """

    answers: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pl.DataFrame:
        """A row a judgement: what was compared, what was drawn, the p values, and the judgement in words."""
        return pl.DataFrame(
            [
                {name: getattr(each, name) for name in COLUMNS}
                | {name: getattr(each.comparison, name) for name in TESTED}
                | {"words": each.sentence()}
                for each in self.judgements
            ]
        )

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


def verdict(
    systems: tuple[str, str] | None = None,
    data: Sequence[str] = (),
    *,
    trained: bool = False,
    published: bool = True,
    margin: float = MARGIN,
    draws: int = DRAWS,
    seed: int = 0,
    group_by: str = "",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> VerdictResult:
    """Judge hybrid against mono and cross in what is kept, or any two systems, B against A.

    data: collections, all that are kept by default; of two systems the configured one. trained: judge
    models that were trained on these questions as well. published: judge the paper's own figures
    as well. margin, draws, seed, group_by: as in `compare`.
    Raises UsageError for unknown names.
    """
    test = PairedTest(margin=margin, draws=draws, seed=seed, group_by=group_by)
    if systems:
        return _of_pair(*systems, list(data) or [data_name(None)], test, progress, cancelled)
    for name in data:
        if not results.kept(name):
            catalog.load(name)  # a name that is not there is told
    kept = [each for name in data or [""] for each in results.kept(name)]
    fair, left = (kept, []) if trained else judging.fair(kept)
    judgements = judging.of_kept(fair, test)
    answers = [f"your evaluations: {judging.answer(judgements)}", *judging.overview(judgements), *left]
    if published:
        theirs = judging.of_published(test)
        answers.append(f"the paper's figures, indicative: {judging.answer(theirs)}")
        judgements += theirs
    return VerdictResult(tuple(answers), tuple(judgements))


def _of_pair(
    a: str,
    b: str,
    data: Sequence[str],
    test: PairedTest,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> VerdictResult:
    judgements: list[Judgement] = []
    notes: list[str] = []
    for name in data:
        found = evaluate([a, b], name, progress=progress, cancelled=cancelled)
        first, last = found.evaluations[0], found.evaluations[-1]
        judgements += judging.of_pair([first], [last], a, b, test=test)
        notes += found.notes
    judgements += judging.of_mteb(a, b, test)
    answers = tuple(judging.overview(judgements))
    return VerdictResult(answers, tuple(judgements), tuple(dict.fromkeys(notes)))
