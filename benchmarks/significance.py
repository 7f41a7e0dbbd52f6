"""The sign-flip permutation test against scipy's, in one run.

Usage: significance.py [ITEMS] [DRAWS]   (default 1190 10000)
"""

import sys
import time

import numpy as np
from scipy import stats

from hybrid_tui.evaluation.significance import permutation


def main() -> None:
    """Print seconds and the ratio."""
    items, draws = (int(text) for text in (sys.argv[1:] + ["1190", "10000"][len(sys.argv) - 1 :]))
    values = np.random.default_rng(0).normal(0.004, 0.1, items)
    started = time.perf_counter()
    ours = permutation(values, draws=draws)
    between = time.perf_counter()
    theirs = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", n_resamples=draws, vectorized=True, batch=1000
    )
    took, peer = between - started, time.perf_counter() - between
    print(f"{draws:,} sign flips of {items:,} items: {took:.3f} s (p {ours:.4f})")
    print(f"scipy.stats.permutation_test: {peer:.3f} s (p {theirs.pvalue:.4f}): {peer / took:.1f} x as long")


if __name__ == "__main__":
    main()
