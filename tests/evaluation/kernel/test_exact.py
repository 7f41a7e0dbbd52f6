from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hybrid_tui.evaluation.kernel.exact import CHUNK, dots


@pytest.mark.parametrize("dimension", [1, 7, 384, 9000])
def test_equal_rows_score_the_same_wherever_they_stand(dimension: int) -> None:
    random = np.random.default_rng(0)
    left, right = random.standard_normal((2, 1, dimension)).astype(np.float32)
    rows = np.zeros(2 * CHUNK + 3, np.int64)
    scores = dots(left, rows, right, rows)
    alone = dots(left, rows[:1], right, rows[:1])
    assert set(scores.tolist()) == {alone[0]}


def test_scores_are_those_of_exact_arithmetic_to_the_last_bits() -> None:
    random = np.random.default_rng(0)
    left, right = random.standard_normal((2, 50, 384)).astype(np.float32)
    one, other = random.integers(0, 50, (2, 80))
    scores = dots(left, one, right, other)
    for score, a, b in zip(scores, one, other, strict=True):
        products = [Fraction(float(x)) * Fraction(float(y)) for x, y in zip(left[a], right[b], strict=True)]
        bound = Fraction(2) ** -53 * 12 * sum(map(abs, products))
        assert abs(Fraction(float(score)) - sum(products)) <= bound


def test_what_is_not_finite_gives_nan_or_infinity_without_a_warning() -> None:
    left = np.array([[np.nan, 1], [np.inf, 1]], np.float32)
    right = np.array([[1, 1], [0, 1]], np.float32)
    rows = np.arange(2)
    assert not np.isfinite(dots(left, rows, right, rows)).any()
