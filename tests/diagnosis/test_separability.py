"""The linear rule, the distances of means, and the intervals."""

from __future__ import annotations

import numpy as np
import pytest

from hybrid_tui.diagnosis.separability import offsets, separability
from hybrid_tui.diagnosis.sure import mean, ratio, share


def vectors(distance: float, rows: int = 60, size: int = 8) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        lang: (rng.normal(size=(rows, size)) + distance * np.eye(size)[at]).astype(np.float32)
        for at, lang in enumerate(("de", "en", "th"))
    }


def documents(rows: int = 60) -> dict[str, np.ndarray]:
    return {lang: np.array([f"{lang}{row}" for row in range(rows)]) for lang in ("de", "en", "th")}


def test_languages_that_lie_apart_are_told_and_others_are_guessed() -> None:
    apart, together = (separability(vectors(each), documents(), 0) for each in (6.0, 0.0))
    assert apart is not None
    assert together is not None
    assert apart.right.value > 0.95
    assert abs(together.right.value - together.guess) < 0.12
    assert together.right.low < together.guess < together.right.high
    assert separability({"de": vectors(1)["de"]}, documents(), 0) is None


def test_distances_of_means_are_in_units_of_the_spread_less_chance() -> None:
    far = offsets(vectors(6.0, rows=400))
    assert far[0].distance == pytest.approx(np.sqrt(72 / 8), rel=0.05)
    assert offsets(vectors(0.0, rows=400))[0].distance < 0.1


def test_intervals_hold_their_figure_and_widen_with_fewer_documents() -> None:
    hits = np.array([True] * 30 + [False] * 10)
    many = share(hits, np.arange(40).astype(str))
    few = share(hits, (np.arange(40) % 8).astype(str))
    assert many.low < many.value == 0.75 < many.high
    assert few.high - few.low > many.high - many.low
    assert share(np.zeros(10, bool), np.arange(10).astype(str)).high > 0.2
    each = mean(np.arange(40.0), np.arange(40).astype(str), 0)
    assert each.low < each.value == 19.5 < each.high
    assert ratio(np.ones(9), np.full(9, 0.5), np.arange(9).astype(str), 0).low == pytest.approx(2)
