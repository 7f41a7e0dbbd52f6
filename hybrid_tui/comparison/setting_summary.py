"""What an evaluation comes to, setting by setting, alone and against a base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from hybrid_tui.comparison.drawn_units import NOT_KNOWN, DrawnUnits
from hybrid_tui.comparison.verdicts import Judged, Verdict

RANK_DISTANCE = "rank distance"
FEWEST_SHARES = 3
"""Shares of monolingual batches that make a curve."""

Point = tuple[float, float]


class Difference(msgspec.Struct, frozen=True):
    """A system less the base: the difference of their figures, its 95 % interval, p, and a verdict.

    p: adjusted over the settings (Holm). low, high: None for fewer than two units. verdict, behind: as
    `verdicts.judged` says. items: what both have. left_out: queries that one of the two has no value of.
    """

    difference: float
    low: float | None
    high: float | None
    p: float
    verdict: Verdict
    behind: bool = False
    items: int = 0
    left_out: int = 0

    @property
    def judged(self) -> Judged:
        """Its mark, and the verdict in words."""
        return Judged(self.verdict, self.behind)


class SettingFigure(msgspec.Struct, frozen=True):
    """A mean over items with its 95 % interval, None for fewer than two.

    against: the same less the base; None for the base itself, and where there is none. drawn: what the
    difference, or else the mean, was resampled over.
    """

    value: float
    low: float | None
    high: float | None
    against: Difference | None = None
    drawn: DrawnUnits = NOT_KNOWN


class EvaluatedSystem(msgspec.Struct, frozen=True):
    """A system that was evaluated: MODEL or MODEL+CORRECTION.

    sampler: of its training, "untrained" for a backbone as it is, empty where it is not known. alpha: the
    share of monolingual batches in its training; None where that is not known. sweep: names what systems
    share that differ in this share alone. values: the mean over items by setting; what it does not have is
    absent. logged: whether its training was. seen: how many of the questions it was trained on. languages:
    of the passages that it ranked; only systems with the same ones can be compared. note: what a run that
    does not rank every passage leaves open.
    """

    name: str
    sampler: str = ""
    alpha: float | None = None
    sweep: str = ""
    values: dict[str, float] = {}
    logged: bool = False
    seen: int = 0
    languages: tuple[str, ...] = ()
    note: str = ""


def bases(systems: Iterable[EvaluatedSystem]) -> list[str]:
    """Return the names of the systems that others can be held against, the best first.

    Those that have a figure, and ranked passages of the same languages as another, where there are others;
    first those that the most can be held against, then those with the most figures that were not trained
    on these questions.
    """
    known = [system for system in systems if system.values]
    alike = Counter(system.languages for system in known)
    able = [system for system in known if alike[system.languages] > 1 or len(known) == 1]
    order = sorted(able, key=lambda each: (-alike[each.languages], bool(each.seen), -len(each.values)))
    return [each.name for each in order]


def sweeps(systems: Iterable[EvaluatedSystem]) -> dict[str, dict[str, list[Point]]]:
    """Return {sweep: {setting: (alpha, value), alphas rising}} of sweeps with three shares or more.

    Systems of one share, trained with several seeds, count by their mean.
    """
    values: dict[str, dict[str, dict[float, list[float]]]] = {}
    for system in systems:
        if system.sweep and system.alpha is not None:
            for setting, value in system.values.items():
                shares = values.setdefault(system.sweep, {}).setdefault(setting, {})
                shares.setdefault(system.alpha, []).append(value)
    return {
        sweep: curves
        for sweep, settings in values.items()
        if (
            curves := {
                setting: sorted((alpha, sum(each) / len(each)) for alpha, each in shares.items())
                for setting, shares in settings.items()
                if len(shares) >= FEWEST_SHARES
            }
        )
    }
