"""The sign-flip permutation test against scipy's, and the false alarms of both samples, in one run.

Usage: significance.py [ITEMS] [DRAWS] [SIMULATIONS]   (default 1190 10000 2000)

The simulated systems are alike, on 48 articles whose questions share difficulty and luck, as do a question's
11 versions: of a test at 5 %, five in a hundred are false alarms, within the error that is told.
"""

import sys
import time

import numpy as np
from scipy import stats

from hybrid_tui.evaluation import resampling
from hybrid_tui.evaluation.samples import Sample

GROUPS, VERSIONS, DRAWS = 48, 11, 1_000


def alike(rng: np.random.Generator, items: int) -> Sample:
    """Return the differences of two systems that are equally good."""
    sizes = 1 + rng.multinomial(items - GROUPS, rng.dirichlet(np.full(GROUPS, 4.0)))
    group = np.repeat(np.arange(GROUPS), sizes)
    luck = rng.normal(0, 0.05, (GROUPS, 1))[group] + rng.normal(0, 0.1, (items, 1))
    values = luck + rng.normal(0, 0.1, (items, VERSIONS))
    return Sample(values[None], np.ones(values.shape, np.int64), group, "article")


def false_alarms(items: int, simulations: int) -> None:
    """Print how often a test at 5 % finds a difference, by article and by question."""
    rng = np.random.default_rng(1)
    found = {"article": 0, "question": 0}
    outside = 0
    for seed in range(simulations):
        sample = alike(rng, items)
        for name, each in (("article", sample), ("question", sample.by_item())):
            found[name] += resampling.permutation(each.contributions(), draws=DRAWS, seed=seed) < 0.05
        ends = resampling.bca(sample.mean, sample.resampled(DRAWS, seed), sample.jackknife, (0.025, 0.975))
        outside += not ends[0] <= 0 <= ends[1]
    error = 1.96 * np.sqrt(0.05 * 0.95 / simulations)
    shares = {name: count / simulations for name, count in found.items()}
    print(f"false alarms at 5 % in {simulations:,} simulations (5 % +- {error:.1%}):")
    print(f"  by {GROUPS} articles {shares['article']:.1%}, by {items:,} questions {shares['question']:.1%}")
    print(f"  0 outside the 95 % interval by articles: {outside / simulations:.1%}")


def main() -> None:
    """Print seconds and the ratio, then the false alarms."""
    given = [int(text) for text in sys.argv[1:]]
    items, draws, simulations = (*given, *[1190, 10_000, 2_000][len(given) :])
    values = np.random.default_rng(0).normal(0.004, 0.1, items)
    started = time.perf_counter()
    ours = resampling.permutation(values, draws=draws)
    between = time.perf_counter()
    theirs = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", n_resamples=draws, vectorized=True, batch=1000
    )
    took, peer = between - started, time.perf_counter() - between
    print(f"{draws:,} sign flips of {items:,} items: {took:.3f} s (p {ours:.4f})")
    print(f"scipy.stats.permutation_test: {peer:.3f} s (p {theirs.pvalue:.4f}): {peer / took:.1f} x as long")
    false_alarms(items, simulations)


if __name__ == "__main__":
    main()
