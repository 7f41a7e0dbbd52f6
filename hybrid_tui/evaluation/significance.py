"""Is a difference real? The questions are the sample, not their versions in every language.

The versions of a question share its difficulty, so all that follows works on one number an item: the mean
difference over its versions. A paired test over all rows would find differences where there are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.comparison.number_format import figure, p_text
from hybrid_tui.comparison.setting_summary import BETTER
from hybrid_tui.errors import DataError

Floats = NDArray[np.float64]
Verdict = Literal["not worse", "worse", "undecided"]

DRAWS = 10_000
LEVEL = 0.95
MARGIN = 0.01
SAME = 1e-12
"""Differences below this, relative to the values, are rounding."""
_ENUMERATED = 16
"""So many items or fewer: all sign flips are counted, 65,536 at most, instead of drawn."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """B less A, over items.

    a, b: the two means. difference: mean over items. relative: difference / a, None where a is 0.
    standardised: difference over the standard deviation of the items' differences (Cohen 1988, d_z), None
    where they do not vary. low, high: the BCa bootstrap interval of the difference at LEVEL, and
    percentile_low, percentile_high the percentile interval; None for fewer than two items. worst: the
    one-sided bound at LEVEL on the side where B is worse. p: two-sided sign-flip permutation. holm: p
    adjusted for the family that it was reported in, None outside one. wins, losses, ties: items where B
    is better, worse, equal. margin, verdict: as `verdict` says. higher_is_better: false for a distance.
    """

    items: int
    a: float
    b: float
    difference: float
    relative: float | None
    standardised: float | None
    low: float | None
    high: float | None
    percentile_low: float | None
    percentile_high: float | None
    worst: float | None
    p: float
    wins: int
    losses: int
    ties: int
    margin: float
    verdict: Verdict
    higher_is_better: bool = True
    holm: float | None = None


@dataclass(frozen=True, slots=True)
class PairedTest:
    """How to compare: the margin of non-inferiority, random draws, their seed, and which way is better."""

    margin: float = MARGIN
    draws: int = DRAWS
    seed: int = 0
    higher_is_better: bool = True


DEFAULT = PairedTest()


def compare(a: Floats, b: Floats, test: PairedTest = DEFAULT) -> Comparison:
    """Compare two systems by one value an item each, shape (items,), float64, items in the same order.

    The intervals are narrow where items are few: normal differences are covered by 87, 91, 92 and 94 % of
    the 95 % intervals at 7, 11, 15 and 60 items. Raises DataError for no items, different numbers of them,
    or values that are not finite.
    """
    return compare_seeds(a[None], b[None], test)


def compare_seeds(a: Floats, b: Floats, test: PairedTest = DEFAULT) -> Comparison:
    """Compare two systems trained with several seeds, shapes (seeds of A, items), (seeds of B, items).

    With more than one seed the intervals resample seeds first, then items; p is that of the means over
    seeds, for these seeds alone. Few seeds show too little of how seeds vary: where that is most of the
    variance, 82, 89 and 91 % of the 95 % intervals cover at 2, 3 and 5 seeds. Raises what `compare` raises.
    """
    if a.shape[1] != b.shape[1]:
        raise DataError(
            f"{a.shape[1]:,} items of A cannot be paired with {b.shape[1]:,} of B",
            "compare evaluations of the same items",
        )
    difference = b.mean(axis=0) - a.mean(axis=0)
    if not len(difference) or not np.isfinite(difference).all():
        raise DataError("nothing to compare: no items, or values that are not numbers")
    mean_a, mean_b = float(a.mean()), float(b.mean())
    difference[np.abs(difference) <= SAME * max(1.0, abs(mean_a), abs(mean_b))] = 0.0
    if len(a) == len(b) == 1:
        resampled = bootstrap(difference, draws=test.draws, seed=test.seed)
    else:
        resampled = _bootstrap_seeds(a, b, draws=test.draws, seed=test.seed)
    return _judged(difference, mean_a, mean_b, resampled, test)


def _judged(difference: Floats, a: float, b: float, resampled: Floats, test: PairedTest) -> Comparison:
    """Return what item differences, and the bootstrap distribution of their mean, come to."""
    outer = (1 - LEVEL) / 2
    bounds = low = high = worst = plain_low = plain_high = None
    if len(difference) > 1:
        low, high, lower, upper = bca(difference, resampled, (outer, 1 - outer, 1 - LEVEL, LEVEL)).tolist()
        plain_low, plain_high = np.quantile(resampled, (outer, 1 - outer)).tolist()
        worst = lower if test.higher_is_better else upper
        bounds = (lower, high) if test.higher_is_better else (-upper, -low)
    better = difference if test.higher_is_better else -difference
    wins, losses = int((better > 0).sum()), int((better < 0).sum())
    return Comparison(
        items=len(difference),
        a=a,
        b=b,
        difference=float(difference.mean()),
        relative=(b - a) / abs(a) if a else None,
        standardised=_standardised(difference),
        low=low,
        high=high,
        percentile_low=plain_low,
        percentile_high=plain_high,
        worst=worst,
        p=permutation(difference, draws=test.draws, seed=test.seed),
        wins=wins,
        losses=losses,
        ties=len(difference) - wins - losses,
        margin=test.margin,
        verdict=verdict(bounds, test.margin),
        higher_is_better=test.higher_is_better,
    )


def _standardised(difference: Floats) -> float | None:
    if len(difference) < 2 or _constant(difference):
        return None
    return float(difference.mean() / difference.std(ddof=1))


def _constant(difference: Floats) -> bool:
    """Whether the items differ by rounding alone."""
    return float(np.ptp(difference)) <= SAME * float(np.abs(difference).max())


def _bootstrap_seeds(a: Floats, b: Floats, *, draws: int, seed: int) -> Floats:
    """Return resampled mean differences, shape (draws,): seeds of each system first, then items."""
    rng = np.random.default_rng(seed)
    items = a.shape[1]
    means = np.empty(draws)
    for draw in range(draws):
        rows = rng.integers(items, size=items)
        of_a = a[rng.integers(len(a), size=len(a))].mean(axis=0)
        of_b = b[rng.integers(len(b), size=len(b))].mean(axis=0)
        means[draw] = (of_b - of_a)[rows].mean()
    return means


def verdict(bounds: tuple[float, float] | None, margin: float) -> Verdict:
    """Tell whether B surely loses no more than `margin` to A (non-inferiority; Piaggio et al. 2012, JAMA).

    bounds: the one-sided lower bound at LEVEL and the upper end of the two-sided interval, of how much
    better B is. not worse: the lower bound is above -margin, even where B is surely a little worse.
    worse: else, when the whole interval is below 0: a loss is shown, not that it exceeds the margin.
    undecided: the items allow both.
    """
    if bounds is None:
        return "undecided"
    lower, upper = bounds
    if lower > -margin:
        return "not worse"
    return "worse" if upper < 0 else "undecided"


def permutation(difference: Floats, *, draws: int = DRAWS, seed: int = 0) -> float:
    """Return p = (1 + #{|T*| >= |T|}) / (1 + draws), T the sum, signs flipped at random (Fisher 1935).

    difference: shape (items,), float64. The same seed gives the same p. With few items, up to 16, p is
    exact: the share of all sign flips, T's own among them.
    """
    return float(permutations(difference[:, None], draws=draws, seed=seed)[0])


def permutations(differences: Floats, *, draws: int = DRAWS, seed: int = 0) -> Floats:
    """Return the p of several differences of the same items, shapes (items, cells) and (cells,).

    Each is what `permutation` gives for it: all are flipped alike.
    """
    items = len(differences)
    total = differences.sum(axis=0)
    least = np.abs(total) - SAME * np.abs(differences).sum(axis=0)
    if items <= _ENUMERATED:
        masks = np.arange(1 << items)[:, None] >> np.arange(items) & 1
        exact: Floats = (np.abs(total - 2 * (masks @ differences)) >= least).mean(axis=0)
        return exact
    rng = np.random.default_rng(seed)
    extreme = np.zeros(differences.shape[1])
    for size in _blocks(draws, items):
        bits = rng.integers(256, size=(size, -(-items // 8)), dtype=np.uint8)
        flipped = np.unpackbits(bits, axis=1, count=items).astype(np.float64) @ differences
        extreme += (np.abs(total - 2 * flipped) >= least).sum(axis=0)
    return (1 + extreme) / (1 + draws)


def bootstrap(difference: Floats, *, draws: int = DRAWS, seed: int = 0) -> Floats:
    """Return the means of resampled items, shape (draws,), float64 (Efron 1979)."""
    rng = np.random.default_rng(seed)
    items = len(difference)
    parts = [
        difference[rng.integers(items, size=(size, items))].mean(axis=1) for size in _blocks(draws, items)
    ]
    return np.concatenate(parts)


def bootstraps(values: Floats, *, draws: int = DRAWS, seed: int = 0) -> Floats:
    """Return the means of several values of the same items, shapes (items, cells) and (draws, cells).

    Each is what `bootstrap` gives for it, save for rounding: all are resampled alike.
    """
    rng = np.random.default_rng(seed)
    items = len(values)
    parts = []
    for size in _blocks(draws, items):
        drawn = rng.integers(items, size=(size, items)) + items * np.arange(size)[:, None]
        times = np.bincount(drawn.reshape(-1), minlength=size * items).reshape(size, items)
        parts.append(times.astype(np.float64) @ values / items)
    return np.concatenate(parts)


def bca(difference: Floats, resampled: Floats, levels: tuple[float, ...]) -> Floats:
    """Return bias-corrected and accelerated quantiles of the mean, shape (levels,), float64.

    Efron 1987, eq. 2.3 and 6.6: z0 from the share of resampled means below the mean, the acceleration from
    the skewness of the items, which is what the jackknife of a mean comes to.
    """
    from scipy.special import ndtr, ndtri

    spread = difference - difference.mean()
    acceleration = 0.0
    if not _constant(difference):
        acceleration = float((spread**3).sum()) / (6 * float((spread**2).sum()) ** 1.5)
    below = (resampled < difference.mean()).mean() + (resampled == difference.mean()).mean() / 2
    z0 = ndtri(np.clip(below, 1 / (len(resampled) + 1), 1 - 1 / (len(resampled) + 1)))
    z = z0 + ndtri(np.array(levels))
    quantiles: Floats = np.quantile(resampled, ndtr(z0 + z / (1 - acceleration * z)))
    return quantiles


def holm(p: Floats) -> Floats:
    """Return p values adjusted for testing all of them, shape (tests,), float64 (Holm 1979)."""
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order])
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def better(comparison: Comparison) -> bool:
    """Whether B is better than A beyond chance: p, adjusted where it is, below 1 - LEVEL."""
    p = comparison.p if comparison.holm is None else comparison.holm
    ahead = comparison.difference if comparison.higher_is_better else -comparison.difference
    return ahead > 0 and p < 1 - LEVEL


def outcome(comparison: Comparison) -> str:
    """Return "better" or the verdict; of several comparisons, neither better nor worse by chance alone.

    What is worse with its own interval, and no longer when p is adjusted, is undecided.
    """
    if better(comparison):
        return BETTER
    by_chance = comparison.holm is not None and comparison.holm >= 1 - LEVEL
    return "undecided" if comparison.verdict == "worse" and by_chance else comparison.verdict


def behind(comparison: Comparison) -> bool:
    """Whether the whole two-sided interval lies where B is worse, however small the loss."""
    if comparison.low is None or comparison.high is None:
        return False
    return comparison.high < 0 if comparison.higher_is_better else comparison.low > 0


def in_words(comparison: Comparison, a: str, b: str) -> str:
    """Return the comparison as a sentence: "B is not worse than A: -.003 [-.007, +.001], ...".

    a, b: names of the two systems. A loss that is sure but within the margin is told.
    """
    each = comparison
    told = {"not worse": "is not worse than", "worse": "is worse than", "undecided": "may be worse than"}
    says = "is better than" if better(each) else told[each.verdict]
    note = " (behind, within the margin)" if each.verdict == "not worse" and behind(each) else ""
    digits = 3 if max(abs(each.a), abs(each.b)) <= 1 else 1
    ends = (figure(end, digits, signed=True) for end in (each.low, each.high))
    interval = "" if each.low is None else f" [{', '.join(ends)}]"
    adjusted = "" if each.holm is None else f" (Holm {p_text(each.holm)})"
    return (
        f"{b} {says} {a}{note}: {figure(each.difference, digits, signed=True)}{interval}, "
        f"margin {figure(each.margin, digits)}, "
        f"p {p_text(each.p)}{adjusted}; "
        f"{each.wins:,} up, {each.losses:,} down, {each.ties:,} equal of {each.items:,} items"
    )


def _blocks(draws: int, items: int) -> list[int]:
    """Return how many draws to make at a time: about 32 MiB of float64."""
    size = max(1, (1 << 22) // max(items, 1))
    return [min(size, draws - start) for start in range(0, draws, size)]
