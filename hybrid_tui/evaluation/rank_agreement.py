"""Whether languages are ranked alike: tests on ranks, and rankings of one question in two languages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.evaluation.observations import ObservationRow, Observations
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks
from hybrid_tui.evaluation.relevant_ranks import RelevantRanks, check_depth

Floats = NDArray[np.float64]
CONSISTENCY_DEPTH = 10
BLOCK_ITEMS = 128
"""Items compared at once: XQuAD-R's 11 languages, top 10 and 384 dimensions make that 20 MiB."""


def peer(places: RelevantRanks, k: int) -> Floats:
    """PEER@k of each query, shape (Q,): the Kruskal-Wallis p of its relevant passages' ranks by language.

    The ranks are those of the multilingual pool, k + 1 for all beyond the first k. Near 1 the languages are
    ranked alike. 1 where no relevant passage is among the first k; nan where they have one language alone.
    E. Yang et al. 2024 (arXiv 2405.00978), with one level of relevance.
    """
    from scipy.special import chdtrc

    languages = len(places.languages)
    total = places.relevant
    found = np.bincount(places.query[places.rank <= k], minlength=len(total))
    tied = total - found
    # Multilingual ranks are distinct, so the only ties are those beyond k, which share their mean rank.
    position = np.arange(1, len(places.query) + 1) - places.first[places.query]
    shared = (found + (tied + 1) / 2)[places.query]
    inner = np.where(places.rank <= k, position, shared)
    cells = places.query * languages + places.lang
    shape = (len(total), languages)
    sums = np.bincount(cells, inner, minlength=shape[0] * languages).reshape(shape)
    sizes = np.bincount(cells, minlength=shape[0] * languages).reshape(shape)
    groups = (sizes > 0).sum(axis=1)
    squares = (sums**2 / np.maximum(sizes, 1)).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = 12 / (total * (total + 1)) * squares - 3 * (total + 1)
        statistic /= 1 - (tied**3 - tied) / (total**3 - total)
        p = chdtrc(groups - 1, statistic)
    return np.where(groups < 2, np.nan, np.where(found == 0, 1.0, p))


@dataclass(frozen=True, slots=True)
class Friedman:
    """Friedman's test that passage languages rank alike, the queries of one language being the blocks.

    blocks: queries compared. chi_square, p: the statistic and its chance with languages - 1 degrees.
    w: Kendall's W in [0, 1], 0 where no language is favoured, 1 where each query orders them the same.
    """

    blocks: int
    chi_square: float
    p: float
    w: float


def friedman(places: RelevantRanks) -> dict[str, Friedman]:
    """Return the test by query language, over its queries with a relevant passage in every language.

    chi2 = 12 n / (L (L + 1)) sum_l (mean rank of l - (L + 1) / 2)^2 over n queries and L languages, on the
    multilingual ranks of each language's best relevant passage; W = chi2 / (n (L - 1)). Friedman 1937;
    Kendall and Babington Smith 1939. Query languages with nothing to compare are absent.
    """
    from scipy.special import chdtrc

    found = {}
    for at, code in enumerate(places.query_languages):
        best = places.best[(places.asked == at) & places.retrieved]
        best = best[:, np.isfinite(best).any(axis=0)]
        best = best[np.isfinite(best).all(axis=1)]
        blocks, languages = best.shape
        if blocks == 0 or languages < 2:
            continue
        inner = best.argsort(axis=1).argsort(axis=1) + 1
        spread = np.sum((inner.mean(axis=0) - (languages + 1) / 2) ** 2)
        statistic = float(12 * blocks / (languages * (languages + 1)) * spread)
        p = float(chdtrc(languages - 1, statistic))
        found[code] = Friedman(blocks, statistic, p, statistic / (blocks * (languages - 1)))
    return found


def ranking_consistency(
    ranks: Ranks, queries: NDArray[np.float32], passages: NDArray[np.float32], k: int = CONSISTENCY_DEPTH
) -> Observations | None:
    """MRC@k: how alike the versions of an item in two languages rank; None with one query language.

    100 times Spearman's correlation of the two versions' scores over the union of their first k in the
    multilingual pool, in [-100, 100]; the first version where an item has several in a language. What stands
    high for one version alone is low for the other, so two lists without a common passage correlate
    negatively. arXiv 2509.06195. Pairs without a spread of scores are left out.

    queries, passages: embeddings, shape (rows, dimension), float32, rows as in `ranks.queries` and in the
    collection's passages. Raises UsageError when fewer than k were kept in `ranks.top`.
    """
    check_depth(ranks, k)
    versions, codes = _versions(ranks)
    if len(codes) < 2:
        return None
    one, other = np.triu_indices(len(codes), 1)
    correlation = np.empty((len(versions), len(one)))
    for start in range(0, len(versions), BLOCK_ITEMS):
        block = versions[start : start + BLOCK_ITEMS]
        top = np.where(block[:, :, None] < 0, UNRANKED, ranks.top[block, :k])
        found = _spearman(*_scores_of_pairs(queries[block], passages, top, one, other))
        found[(block[:, one] < 0) | (block[:, other] < 0)] = np.nan
        correlation[start : start + BLOCK_ITEMS] = 100 * found
    rows = {}
    for at, code in enumerate(codes):
        table = np.full(versions.shape, np.nan)
        table[:, other[one == at]] = correlation[:, one == at]
        table[:, one[other == at]] = correlation[:, other == at]
        there = versions[:, at] >= 0
        rows[code] = ObservationRow(versions[there, at], table[there])
    return Observations(f"MRC@{k}", ranks.queries, rows, codes, column_axis="other query language", digits=1)


def off_diagonal_mean(matrix: Matrix) -> float | None:
    """Return the mean over rows of each row's mean beside the diagonal; None where there is nothing."""
    rows = [
        [cell for column, cell in zip(matrix.columns, cells, strict=True) if column != row]
        for row, cells in zip(matrix.rows, matrix.values, strict=True)
    ]
    known = [[cell for cell in cells if cell is not None] for cells in rows]
    means = [sum(cells) / len(cells) for cells in known if cells]
    return sum(means) / len(means) if means else None


def _versions(ranks: Ranks) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the query row of each item in each query language, shape (items, languages), -1 for none."""
    places = RelevantRanks.of(ranks)
    item = ranks.queries["item_id"].rank("dense").cast(int).to_numpy() - 1
    table = np.full((ranks.queries["item_id"].n_unique(), len(places.query_languages)), -1, np.int64)
    rows = np.arange(len(item))[::-1]  # of several versions the first is written last
    table[item[rows], places.asked[rows]] = rows
    return table, places.query_languages


def _scores_of_pairs(
    queries: NDArray[np.float32],
    passages: NDArray[np.float32],
    top: NDArray[np.int32],
    one: NDArray[np.int64],
    other: NDArray[np.int64],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    """Return both versions' scores over their two lists, and which places to count: (items, pairs, 2k).

    queries: (items, languages, dimension); top: (items, languages, k). A place does not count when its
    list has no passage there, or when the passage is in the first list already.
    """
    items, languages, k = top.shape
    candidates = passages[top.reshape(items, -1)]
    scores = (queries @ candidates.transpose(0, 2, 1)).reshape(items, languages, languages, k)
    first = np.concatenate([scores[:, one, one], scores[:, one, other]], axis=2)
    second = np.concatenate([scores[:, other, one], scores[:, other, other]], axis=2)
    again = (top[:, other, :, None] == top[:, one, None, :]).any(axis=3)
    counted = np.concatenate([top[:, one] != UNRANKED, (top[:, other] != UNRANKED) & ~again], axis=2)
    return first, second, counted


def _spearman(a: NDArray[np.float32], b: NDArray[np.float32], counted: NDArray[np.bool_]) -> Floats:
    """Return the rank correlation along the last axis over the places counted; nan without a spread."""
    from scipy.stats import rankdata

    n = counted.sum(axis=-1, keepdims=True)
    middle = (n + 1) / 2
    # What does not count comes last, so that it changes no other rank.
    x, y = (np.where(counted, rankdata(np.where(counted, v, np.inf), axis=-1) - middle, 0.0) for v in (a, b))
    with np.errstate(invalid="ignore"):
        correlation: Floats = (x * y).sum(axis=-1) / np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    return correlation
