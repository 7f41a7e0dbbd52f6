from __future__ import annotations

import pytest

from hybrid_tui.evaluation.time_estimate import START_SECONDS, Estimate, estimate
from hybrid_tui.systems.system import System
from tests.toys import embed, system, toy

TEXTS = 2 * 3 * 12
"""Queries and passages of a toy."""


def systems(*names: str) -> list[System]:
    return [system(name) for name in names]


def test_texts_that_are_kept_need_no_time_and_shared_ones_count_once():
    collection = toy(models=())

    def of(*names: str, rate: float | None = None) -> Estimate:
        return estimate(systems(*names), lambda _: rate)

    assert estimate([], lambda _: None) == (0, START_SECONDS, False)
    alone = of("me5-small")
    assert (alone.texts, alone.guess) == (TEXTS, True)
    assert of("me5-small", "me5-small+center", "me5-small-head-mono").texts == TEXTS
    assert of("me5-small", "use-m3").texts == 2 * TEXTS
    slow = of("me5-small", rate=10.0)
    assert not slow.guess
    size = sum(len(text) for lang in ("de", "en", "th") for text in collection.query_inputs(lang)) + sum(
        len(text) for lang in ("de", "en", "th") for text in collection.passage_inputs(lang)
    )
    assert slow.seconds == pytest.approx(START_SECONDS + size / 10, rel=0.01)
    embed(collection, "me5-small")
    assert of("me5-small", "me5-small+center")[::2] == (0, False)
    assert of("use-m3", "me5-small").texts == TEXTS
