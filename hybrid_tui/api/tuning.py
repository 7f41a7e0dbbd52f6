"""A strength or a weight of a system, chosen on held-out questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from hybrid_tui.api.defaults import data_name
from hybrid_tui.api.progress import Cancelled, Progress, silent, steps
from hybrid_tui.api.workspace import default
from hybrid_tui.comparison.drawn_units import drawn_words
from hybrid_tui.comparison.verdicts import MARGIN, rule
from hybrid_tui.errors import DataError, unknown
from hybrid_tui.evaluation import evaluate as evaluating
from hybrid_tui.evaluation import metrics, pair_tuning, tuning
from hybrid_tui.evaluation.metric_tables import SETTINGS
from hybrid_tui.evaluation.pair_tuning import PairChoice
from hybrid_tui.evaluation.resampling import DRAWS
from hybrid_tui.evaluation.sentences import in_words
from hybrid_tui.evaluation.significance import Comparison, PairedTest
from hybrid_tui.evaluation.tuning import Tables
from hybrid_tui.systems import blanks
from hybrid_tui.systems.blanks import Blank
from hybrid_tui.systems.system import system as made

VALUES = tuple(round(number * 0.05, 2) for number in range(21))
"""Candidates where none are named."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A number that was tried, on the half that is chosen on.

    system: what it makes, in its written form. figures: the metric by setting, and `rank_distance`; what
    there is not is absent. kept: the setting that is to be kept, less that of 0. allowed: whether it is
    better or not worse there.
    """

    value: float
    system: str
    figures: dict[str, float]
    kept: Comparison
    allowed: bool


@dataclass(frozen=True, eq=False)
class TuneResult:
    """What was tried, what was chosen, and what that costs.

    asked: the system with its open place (?); what: "strength" or "weight". keep, best, metric: as of `tune`.
    candidates: by value. chosen: one of them. cost: chosen less 0 by figure, on the half that it was not
    chosen on. choosing, held_out: questions in each half. seed: of halves and draws. pairs: what is best for
    each pair of languages, where that was asked for.
    """

    collection: str
    asked: str
    what: str
    keep: str
    best: str
    metric: str
    candidates: tuple[Candidate, ...]
    chosen: Candidate
    cost: dict[str, Comparison]
    choosing: int
    held_out: int
    drawn: str
    seed: int
    margin: float
    pairs: tuple[PairChoice, ...] = ()

    @property
    def system(self) -> str:
        """The system with the chosen number, in its written form."""
        return self.chosen.system

    @property
    def base(self) -> str:
        """The system with 0 in the open place."""
        return next(each.system for each in self.candidates if each.value == 0)

    @property
    def table(self) -> pl.DataFrame:
        """The trade-off: a row a candidate, with its figures, and the verdict in the kept setting."""
        names = [name for name in tuning.FIGURES if name in self.chosen.figures]
        return pl.DataFrame(
            [
                {self.what: each.value, "system": each.system}
                | {name: each.figures.get(name) for name in names}
                | {"verdict": each.kept.verdict, "chosen": each is self.chosen}
                for each in self.candidates
            ]
        )

    @property
    def rule(self) -> str:
        """The rule of the verdicts, in words."""
        return rule(self.margin)

    def in_words(self) -> dict[str, str]:
        """Return what the choice changes on the other half, a sentence a figure; empty where 0 is chosen."""
        if not self.chosen.value:
            return {}
        return {name: in_words(each, self.base, self.system) for name, each in self.cost.items()}

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


def tune(
    system: str,
    data: str | None = None,
    *,
    keep: str = SETTINGS[0],
    best: str = SETTINGS[2],
    metric: str = "mAP",
    margin: float = MARGIN,
    values: Sequence[float] = VALUES,
    draws: int = DRAWS,
    seed: int = 0,
    by_pair: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> TuneResult:
    """Choose the strength or the weight that a system leaves open, such as "me5-small+center:?".

    The groups of questions are halved. On the first half the number is chosen that is best in `best`, a
    setting or "rank_distance", among those that are better or not worse than 0 in the setting `keep`, by a
    margin; what it costs is told on the second half. values: candidates; 0 is always among them. draws, seed:
    of the halves and the tests. by_pair: whether to choose for each pair of languages, too. Nothing is kept
    but embeddings. Raises UsageError for unknown names and for a place (?) that is not there or stands for no
    such number, DataError for too few questions.
    """
    blank, name = blanks.read(system), data_name(data)
    if keep not in SETTINGS:
        raise unknown("setting", keep, list(SETTINGS))
    if best not in tuning.FIGURES:
        raise unknown("figure", best, list(tuning.FIGURES))
    (metric,) = metrics.names([metric])
    numbers = sorted({0.0, *(float(value) for value in values)})
    for number in numbers:
        blank.at(number)
    collection = default().collection(name)
    halves = tuning.halved(collection.queries["item_id"], collection.group_levels(), seed, collection.name)
    found = _measured(blank, name, numbers, metric, progress, cancelled)
    for figure in dict.fromkeys((keep, best)):
        if figure not in found[0]:
            raise DataError(f"{collection.name} has no {figure} figure", "keep, or seek, another one")
    test = PairedTest(margin=margin, draws=draws, seed=seed)
    base = found[numbers.index(0.0)]
    told = [tuning.figures(each, halves.choosing) for each in found]
    kept = [tuning.compared(base, each, keep, halves.choosing, halves.groups, test) for each in found]
    place = tuning.best_of(numbers, told, kept, best)
    candidates = tuple(
        Candidate(number, str(blank.at(number)), figures, each, number == 0 or each.verdict in tuning.ALLOWED)
        for number, figures, each in zip(numbers, told, kept, strict=True)
    )
    cost = tuning.costs(base, found[place], halves, test)
    return TuneResult(
        collection.name,
        blank.text,
        blank.what,
        keep,
        best,
        metric,
        candidates,
        candidates[place],
        cost,
        len(halves.choosing),
        len(halves.held_out),
        drawn_words(each.drawn for each in cost.values()),
        seed,
        margin,
        tuple(pair_tuning.choices(numbers, found, halves, test)) if by_pair else (),
    )


def _measured(
    blank: Blank,
    data: str,
    numbers: Sequence[float],
    metric: str,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> list[Tables]:
    """Return the values of the system with each number."""
    tell, found = progress or silent, []
    for place, number in enumerate(numbers):
        system = made(str(blank.at(number)), data, default())
        # Encoding is told as such; once it is done, what is told is which candidate is tried.
        step = steps(progress) if not place else steps(None)
        values, bias_values = evaluating.measured(system, [metric], step=step, cancelled=cancelled)
        found.append(tuning.tables(values, bias_values, metric))
        tell(f"trying {blank.text}", place + 1, len(numbers))
    return found
