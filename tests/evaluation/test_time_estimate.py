from __future__ import annotations

from hybrid_tui.evaluation import evaluate
from hybrid_tui.evaluation.time_estimate import START_SECONDS, estimate
from tests.toys import embed, toy

TEXTS = 2 * 3 * 12
"""Queries and passages of a toy."""


def systems(*names: str) -> list[evaluate.System]:
    return [each for each in evaluate.asked(names, "toy") if isinstance(each, evaluate.System)]


def test_texts_that_are_kept_need_no_time_and_shared_ones_count_once():
    collection = toy(models=())
    assert estimate([]).seconds == START_SECONDS
    alone = estimate(systems("me5-small"))
    assert alone.texts == TEXTS
    assert alone.seconds > START_SECONDS
    assert estimate(systems("me5-small", "me5-small+center", "me5-small-head-mono")).texts == TEXTS
    assert estimate(systems("me5-small", "use-m3")).texts == 2 * TEXTS
    embed(collection, "me5-small")
    assert estimate(systems("me5-small", "me5-small+center")).texts == 0
    assert estimate(systems("use-m3", "me5-small")).texts == TEXTS
