from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.evaluation.kernel.error_bound import margin, rounded, scale
from hybrid_tui.evaluation.kernel.exact import dots


@given(st.integers(0, 2**32), st.integers(1, 500), st.floats(-40, 36), st.floats(-40, 36))
def test_a_float32_score_misses_the_exact_one_by_no_more_than_the_margin(
    seed: int, dimension: int, query_size: float, passage_size: float
) -> None:
    random = np.random.default_rng(seed)
    spread = 10.0 ** random.uniform(-6, 0, dimension)
    queries, passages = (
        (random.standard_normal((5, dimension)) * spread * 10.0**size).astype(np.float32)
        for size in (query_size, passage_size)
    )
    lengths = np.linalg.norm(queries.astype(np.float64), axis=1)
    longest = float(np.linalg.norm(passages.astype(np.float64), axis=1).max())
    factor = scale(lengths, longest)
    assert (np.frexp(factor)[0] == 0.5).all()
    scaled = (queries * factor[:, None]).astype(np.float32)
    rows, columns = np.divmod(np.arange(25), 5)
    exact = dots(queries, rows, passages, columns).reshape(5, 5) * factor[:, None]
    missed = np.abs((scaled @ passages.T).astype(np.float64) - exact)
    assert missed.max() <= margin(dimension, longest)
    assert np.abs(exact).max() <= 1.001


def test_the_margin_is_a_small_part_of_the_range() -> None:
    assert margin(384, 1.0) < 1e-4


def test_dimensions_beyond_what_float32_can_sum_are_refused() -> None:
    with pytest.raises(ValueError, match="dimensions"):
        margin(1_000_000, 1.0)


@given(st.floats(allow_nan=False))
def test_float32_is_never_rounded_away_from_where_it_should_go(value: float) -> None:
    values = np.array([value])
    low, high = float(rounded(values, -np.inf)[0]), float(rounded(values, np.inf)[0])
    assert low <= value <= high
