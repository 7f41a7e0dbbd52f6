"""Sign flips, bootstrap intervals and adjusted p values over units that are drawn whole.

A unit is what a sample is made of: a group of questions, a question, a language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.comparison.drawn_units import FEW

Floats = NDArray[np.float64]

DRAWS = 10_000
SAME = 1e-12
"""Differences below this, relative to the values, are rounding."""


def permutation(difference: Floats, *, draws: int = DRAWS, seed: int = 0) -> float:
    """Return p = (1 + #{|T*| >= |T|}) / (1 + draws), T the sum, signs flipped at random (Fisher 1935).

    difference: shape (units,), float64. The same seed gives the same p. With few units, up to 16, p is
    exact: the share of all sign flips, T's own among them.
    """
    return float(permutations(difference[:, None], draws=draws, seed=seed)[0])


def permutations(differences: Floats, *, draws: int = DRAWS, seed: int = 0) -> Floats:
    """Return the p of several differences of the same units, shapes (units, cells) and (cells,).

    Each is what `permutation` gives for it: all are flipped alike.
    """
    units = len(differences)
    total = differences.sum(axis=0)
    least = np.abs(total) - SAME * np.abs(differences).sum(axis=0)
    if units <= FEW:
        masks = np.arange(1 << units)[:, None] >> np.arange(units) & 1
        exact: Floats = (np.abs(total - 2 * (masks @ differences)) >= least).mean(axis=0)
        return exact
    rng = np.random.default_rng(seed)
    extreme = np.zeros(differences.shape[1])
    for size in _portions(draws, units):
        bits = rng.integers(256, size=(size, -(-units // 8)), dtype=np.uint8)
        flipped = np.unpackbits(bits, axis=1, count=units).astype(np.float64) @ differences
        extreme += (np.abs(total - 2 * flipped) >= least).sum(axis=0)
    return (1 + extreme) / (1 + draws)


def smallest_p(units: int, draws: int) -> float:
    """Return the least p that `permutation` can give."""
    return 2.0 ** (1 - units) if units <= FEW else 1 / (1 + draws)


def bootstrap(
    statistic: Callable[[Floats], Floats], units: int, *, draws: int = DRAWS, seed: int = 0
) -> Floats:
    """Return a statistic of resampled units, shape (draws, ...), float64 (Efron 1979).

    statistic: takes how often each unit was drawn, shape (n, units), float64, and returns shape (n, ...).
    """
    return np.concatenate([statistic(times) for times in _resampled(units, draws, seed)])


def _resampled(units: int, draws: int, seed: int) -> Iterator[Floats]:
    rng = np.random.default_rng(seed)
    for size in _portions(draws, units):
        drawn = rng.integers(units, size=(size, units)) + units * np.arange(size)[:, None]
        times = np.bincount(drawn.reshape(-1), minlength=size * units).reshape(size, units)
        yield times.astype(np.float64)


def bca(estimate: float, resampled: Floats, jackknife: Floats, levels: tuple[float, ...]) -> Floats:
    """Return bias-corrected and accelerated quantiles of a statistic, shape (levels,), float64.

    estimate: the statistic itself. resampled: that of resampled units, shape (draws,), nan where a draw had
    none to tell. jackknife: that without each unit in turn, shape (units,). Efron 1987, eq. 2.3 and 6.6: z0
    from the share of resampled values below the estimate, the acceleration from the jackknife's skewness.
    """
    from scipy.special import ndtr, ndtri

    resampled = resampled[np.isfinite(resampled)]
    spread = jackknife.mean() - jackknife
    acceleration = 0.0
    if np.abs(spread).max() > SAME * max(abs(estimate), np.abs(jackknife).max()):
        acceleration = float((spread**3).sum()) / (6 * float((spread**2).sum()) ** 1.5)
    near = SAME * max(1e-300, abs(estimate))
    below = (resampled < estimate - near).mean() + (np.abs(resampled - estimate) <= near).mean() / 2
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


def _portions(draws: int, units: int) -> list[int]:
    """Return how many draws to make at a time: about 32 MiB of float64."""
    size = max(1, (1 << 22) // max(units, 1))
    return [min(size, draws - start) for start in range(0, draws, size)]
