"""Metrics of ranked retrieval, each one function of the ranks of a query's relevant passages.

A new metric is one function, as `MetricFunction` says, and one line in `KINDS`. In the formulas
rho_1 < ... < rho_m are the ranks of a query's m relevant passages, inf where one was not retrieved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.errors import UsageError, unknown

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class RelevantInPool:
    """Where the m relevant passages of each of n queries stand among the candidates of a pool.

    ranks: 1-based, best first, shape (n, m), float64, inf for a passage that was not retrieved.
    own: whether each passage is in its query's language, shape (n, m), bool.
    gains: grades above 0, shape (n, m), float64; None where every one is 1.
    """

    ranks: Floats
    own: NDArray[np.bool_]
    gains: Floats | None = None


class MetricFunction(Protocol):
    """The value of a metric for each query; its docstring has the formula and where that comes from.

    relevant: the ranks of n queries with m relevant passages each. k: the cut-off, 1 or more; None for none.
    Returns shape (n,), float64, in [0, 1]; nan for a query that cannot tell.
    """

    def __call__(self, relevant: RelevantInPool, k: int | None) -> Floats:  # noqa: D102
        ...


def average_precision(relevant: RelevantInPool, k: int | None = None) -> Floats:
    """(1/m) sum over rho_i <= k of i / rho_i: precision at each relevant passage, averaged over all m.

    Manning, Raghavan and Schütze 2008, Introduction to Information Retrieval, eq. 8.8; the mean over
    queries is mAP.
    """
    precision = np.arange(1, relevant.ranks.shape[1] + 1) / relevant.ranks
    return _mean(np.where(_within(relevant, k), precision, 0.0))


def recall(relevant: RelevantInPool, k: int | None) -> Floats:
    """|{i: rho_i <= k}| / m, the share of the relevant passages in the first k (ibid., section 8.3)."""
    return _mean(_within(relevant, k))


def ndcg(relevant: RelevantInPool, k: int | None = None) -> Floats:
    """Sum over rho_i <= k of g_i / log2(1 + rho_i), divided by its greatest possible value.

    Järvelin and Kekäläinen 2002 with the discount of Burges et al. 2005, as trec_eval; g_i is the grade, 1
    where a collection has none. The ideal ranking has the min(m, k) highest grades in front.
    """
    m = relevant.ranks.shape[1]
    gains = np.ones((1, m)) if relevant.gains is None else relevant.gains
    found = np.where(_within(relevant, k), gains / np.log2(1 + relevant.ranks), 0.0).sum(axis=1)
    best = -np.sort(-gains, axis=1)[:, :k]
    share: Floats = found / (best / np.log2(np.arange(2, best.shape[1] + 2))).sum(axis=1)
    return share


def reciprocal_rank(relevant: RelevantInPool, k: int | None = None) -> Floats:
    """1 / rho_1, 0 where rho_1 > k (Voorhees 1999, TREC-8 question answering); the mean is MRR."""
    return np.where(_within(relevant, k)[:, 0], 1 / relevant.ranks[:, 0], 0.0)


def success(relevant: RelevantInPool, k: int | None) -> Floats:
    """1 where rho_1 <= k, else 0: whether a relevant passage is among the first k (trec_eval's success)."""
    return _within(relevant, k)[:, 0].astype(np.float64)


def other_language_recall(relevant: RelevantInPool, k: int | None) -> Floats:
    """TLR: |{i: rho_i <= k, i not in the query's language}| / |{i: i not in the query's language}|.

    nan where every relevant passage is in the query's language.
    """
    other = ~relevant.own
    total = other.sum(axis=1)
    found = (other & _within(relevant, k)).sum(axis=1)
    return np.where(total > 0, found / np.maximum(total, 1), np.nan)


def _within(relevant: RelevantInPool, k: int | None) -> NDArray[np.bool_]:
    within: NDArray[np.bool_] = relevant.ranks < np.inf if k is None else relevant.ranks <= k
    return within


def _mean(values: NDArray[np.float64] | NDArray[np.bool_]) -> Floats:
    mean: Floats = np.mean(values, axis=1, dtype=np.float64)
    return mean


class MetricKind(NamedTuple):
    """A metric without its cut-off. needs_cut_off: whether it says nothing without one."""

    function: MetricFunction
    needs_cut_off: bool = False


KINDS = {
    "mAP": MetricKind(average_precision),
    "R": MetricKind(recall, needs_cut_off=True),
    "nDCG": MetricKind(ndcg),
    "MRR": MetricKind(reciprocal_rank),
    "Success": MetricKind(success, needs_cut_off=True),
    "TLR": MetricKind(other_language_recall, needs_cut_off=True),
}
"""The metrics by the name that stands before the @."""

_ALSO = {"ap": "mAP"}
"""Other names, in lower case."""
_NAME = re.compile(r"([^@]+)(?:@([1-9][0-9]{0,8}))?")

METRICS = ("mAP", "R@1", "R@10", "R@100", "nDCG@10", "MRR")
"""The metrics that every evaluation is kept with; any other is computed from its ranks."""
SHOWN = ("mAP", "R@1", "R@10", "nDCG@10", "MRR")
"""The metrics that a table shows unless others are asked for."""
SPELT = "mAP, nDCG, MRR, R@K, Success@K, TLR@K, each with a cut-off if you like, such as nDCG@20"
"""How a metric is asked for, in words."""


class Metric(NamedTuple):
    """A metric with its cut-off, None for none; name: as tables have it, such as nDCG@10."""

    name: str
    function: MetricFunction
    k: int | None

    def of(self, relevant: RelevantInPool) -> Floats:
        """Return the values of n queries, shape (n,)."""
        return self.function(relevant, self.k)


def parse(name: str, besides: Sequence[str] = ()) -> Metric:
    """Return the metric of a name such as `nDCG@20`, `MRR` or `AP`; upper and lower case are alike.

    besides: other names that would do, for the message.
    Raises UsageError for a metric that is not known, and for one without the cut-off that it needs.
    """
    found = _NAME.fullmatch(name.strip())
    known = {kind.lower(): kind for kind in KINDS} | _ALSO
    base = known.get(found[1].lower(), "") if found else ""
    if not found or not base:
        raise unknown("metric", name, [*METRICS, *KINDS, *besides], ", ".join([SPELT, *besides]))
    kind, k = KINDS[base], int(found[2]) if found[2] else None
    if kind.needs_cut_off and k is None:
        raise UsageError(f"metric {name!r} needs a cut-off", f"{base}@10, for example")
    return Metric(base if k is None else f"{base}@{k}", kind.function, k)


def names(asked: Sequence[str]) -> tuple[str, ...]:
    """Return metrics' names as tables have them, each once. Raises UsageError as `parse` does."""
    return tuple(dict.fromkeys(parse(name).name for name in asked))
