"""Both sieves must keep the same promise, whatever margin they are given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hybrid_tui.evaluation.kernel.array_sieve import ArraySieve
from hybrid_tui.evaluation.kernel.sieve import Sieve
from hybrid_tui.evaluation.kernel.torch_sieve import TorchSieve


@st.composite
def tiles(draw: st.DrawFn) -> tuple[NDArray[np.float32], NDArray[np.float64], float, int]:
    """Scores of a tile as whole numbers, near each other or far apart, bars near some of them, a margin."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    queries, passages = draw(st.integers(1, 9)), draw(st.integers(1, 70))
    reach = draw(st.sampled_from([3, 50, 2000, 32000]))
    scores = random.integers(-reach, reach + 1, (queries, passages)).astype(np.float32)
    bars = random.choice(scores.ravel(), (queries, draw(st.integers(1, 5)))) + random.normal(
        0, draw(st.sampled_from([0.1, 3.0, 300.0])), (queries, 1)
    )
    bars[:, 1:][random.random((queries, bars.shape[1] - 1)) < 0.2] = np.inf
    return scores, bars, draw(st.sampled_from([0.0, 0.4, 2.5, 60.0])), draw(st.integers(1, 12))


@settings(deadline=None)
@given(tiles(), st.data(), st.sampled_from(["array", "torch"]))
def test_only_what_lies_within_the_margin_is_left_open(
    tile: tuple[NDArray[np.float32], NDArray[np.float64], float, int], data: st.DataObject, kind: str
) -> None:
    scores, bars, margin, k = tile
    queries, passages = scores.shape
    sieve: Sieve = ArraySieve(queries, passages, k) if kind == "array" else TorchSieve("cpu", k)
    # With the scores as queries and a unit matrix as passages the products are the scores.
    sieve.load(scores, bars, margin)
    hidden = np.zeros(scores.shape, bool)
    hidden[:, : data.draw(st.integers(0, 2))] = True
    floor = np.full(queries, data.draw(st.sampled_from([-np.inf, -10.0, 40.0])))
    before = floor.copy()
    over = np.zeros(bars.shape, np.int64)
    best = np.zeros(scores.shape, bool)
    after = np.full(queries, np.nan)
    for sifted in sieve.sift(_handed(kind, passages), np.nonzero(hidden), floor):
        rows = slice(sifted.first, sifted.first + len(sifted.over))
        over[rows] += sifted.over
        after[rows] = sifted.floor
        doubt = sifted.doubt
        np.testing.assert_array_equal(doubt.scores, scores[doubt.queries, doubt.passages])
        right = doubt.scores[:, None] > bars[doubt.queries]
        np.add.at(over, doubt.queries, right.astype(int) - sifted.counted)
        best[sifted.best.queries, sifted.best.passages] = True
    seen = np.where(hidden, -np.inf, scores)
    np.testing.assert_array_equal(over, (seen[:, None, :] > bars[:, :, None]).sum(axis=2))
    assert (after >= before).all()
    ordered = np.sort(seen, axis=1)
    lowest = np.full(queries, -32768.0)  # below any score
    kth = np.maximum(ordered[:, -k], lowest) if k <= passages else lowest
    assert (after <= np.maximum(before, kth)).all()
    assert not (hidden & best).any()
    assert (best | ~(seen >= after[:, None] - margin) | hidden).all()


def _handed(kind: str, passages: int) -> object:
    unit = np.eye(passages, dtype=np.float32)
    if kind == "array":
        return unit
    import torch

    return torch.from_numpy(unit)


def test_a_flood_of_candidates_comes_in_portions() -> None:
    sieve = ArraySieve(50, 40, 3)
    sieve.load(np.ones((50, 2), np.float32), np.zeros((50, 1)), 0.5)
    portions = list(sieve.sift(np.ones((40, 2), np.float32), _nothing(), np.full(50, -np.inf)))
    assert len(portions) > 5
    assert [portion.first for portion in portions] == sorted({portion.first for portion in portions})
    assert sum(len(portion.over) for portion in portions) == 50
    assert all((portion.over == 40).all() for portion in portions)


def _nothing() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.empty(0, np.int64), np.empty(0, np.int64)


@pytest.mark.parametrize("precision", ["high", "medium"])
def test_torch_is_kept_from_rounding_products(precision: str) -> None:
    import torch

    random = np.random.default_rng(0)
    queries, passages = random.standard_normal((2, 64, 256)).astype(np.float32)
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    try:
        sieve = TorchSieve("cpu", 64)
        sieve.load(queries, np.full((64, 1), np.inf), 0.01)
        (sifted,) = sieve.sift(torch.from_numpy(passages), _nothing(), np.full(64, -np.inf))
        assert torch.get_float32_matmul_precision() == precision
    finally:
        torch.set_float32_matmul_precision(before)
    best = sifted.best
    exact = np.einsum("ij,ij->i", queries[best.queries], passages[best.passages], dtype=np.float64)
    assert np.abs(best.scores - exact).max() < 1e-4
