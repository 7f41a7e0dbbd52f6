"""The one rule by which a difference is called better, worse, not worse or undecided."""

from __future__ import annotations

from typing import Literal, NamedTuple

from hybrid_tui.comparison.number_format import figure

LEVEL = 0.95
MARGIN = 0.01
"""How much worse is still not worse, where nothing else was asked for."""
Verdict = Literal["better", "not worse", "worse", "undecided"]
UP, DOWN = "▲", "▼"


class Judged(NamedTuple):
    """A verdict, and whether B is behind A beyond chance, by however little."""

    verdict: Verdict
    behind: bool = False

    @property
    def mark(self) -> str:
        """▲ for better, ▼ for behind, else empty."""
        if self.verdict == "better":
            return UP
        return DOWN if self.behind or self.verdict == "worse" else ""

    @property
    def words(self) -> str:
        """The verdict for a table: `undecided, behind`; worse is always behind."""
        return f"{self.verdict}, behind" if self.behind and self.verdict != "worse" else self.verdict


def judged(*, gain: float, p: float, lower: float | None, upper: float | None, margin: float) -> Judged:
    """Judge by how much B is better than A (non-inferiority; Piaggio et al. 2012, JAMA).

    gain: the difference, positive where B is better. p: two-sided, adjusted for its family where it has
    one. lower: the one-sided bound of the gain at LEVEL; upper: the upper end of its two-sided interval;
    None where units are too few. margin: the loss that counts as none, 0 or more.
    """
    sure = p < 1 - LEVEL
    if sure and gain > 0:
        return Judged("better")
    behind = sure and gain < 0
    if lower is not None and lower > -margin:
        return Judged("not worse", behind)
    if behind and upper is not None and upper < -margin:
        return Judged("worse", behind)
    return Judged("undecided", behind)


def rule(margin: float) -> str:
    """Return the rule in words."""
    by = figure(margin, 3)
    return (
        "better: ahead with p < .05, adjusted in its family; behind: the same the other way round; "
        f"worse: behind, and the whole 95 % interval beyond a loss of {by}; not worse: the one-sided "
        f"95 % bound within a loss of {by}; undecided: none of these. {UP} better, {DOWN} behind"
    )
