"""How sure a figure is: intervals of shares and means over documents, which are drawn whole."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.evaluation.resampling import bootstrap

DRAWS = 2000
_Z = 1.959964


class Estimate(NamedTuple):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


def share(hits: NDArray[np.bool_], documents: NDArray[np.str_]) -> Estimate:
    """Return the share of queries of which something holds, by Wilson (1927) on the number of documents.

    Queries of one document are taken for one: the interval is rather too wide than too narrow.
    """
    units = len(np.unique(documents))
    value = float(hits.mean())
    middle = (value + _Z**2 / (2 * units)) / (1 + _Z**2 / units)
    half = _Z * np.sqrt(value * (1 - value) / units + _Z**2 / (4 * units**2)) / (1 + _Z**2 / units)
    return Estimate(value, max(0.0, float(middle - half)), min(1.0, float(middle + half)))


def ratio(
    above: NDArray[np.float64], below: NDArray[np.float64], documents: NDArray[np.str_], seed: int
) -> Estimate:
    """Return the ratio of two sums over queries, by a percentile bootstrap that draws whole documents."""
    _, unit = np.unique(documents, return_inverse=True)
    sums = [np.bincount(unit, weights=each) for each in (above, below)]

    def of(times: NDArray[np.float64]) -> NDArray[np.float64]:
        divided: NDArray[np.float64] = (times @ sums[0]) / np.maximum(times @ sums[1], 1e-12)
        return divided

    drawn = bootstrap(of, len(sums[0]), draws=DRAWS, seed=seed)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Estimate(float(above.sum() / max(below.sum(), 1e-12)), float(low), float(high))


def mean(values: NDArray[np.float64], documents: NDArray[np.str_], seed: int) -> Estimate:
    """Return a mean over queries, as `ratio` does."""
    return ratio(values, np.ones(len(values)), documents, seed)
