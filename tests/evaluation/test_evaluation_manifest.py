from __future__ import annotations

import polars as pl
import pytest

from hybrid_tui.evaluation.evaluation_manifest import described, key_of

from .kept_evaluations import manifest
from .random_cases import world


def test_a_key_changes_with_whatever_changes_the_figures():
    told = ("c1", "m1", "center", "c1@f")
    keys = {key_of(*told)}
    for place in range(4):
        keys.add(key_of(*(word + "x" if at == place else word for at, word in enumerate(told))))
    assert len(keys) == 5
    about = manifest(world(), model_fingerprint="m1", correction="center", fitted_on="c1@f")
    assert about.key == key_of(*told)


@pytest.mark.parametrize(
    ("about", "name"),
    [
        ({}, "one"),
        ({"correction": "center", "fitted_on": "toy@c1"}, "one+center"),
        ({"correction": "center", "fitted_on": "other@c2"}, "one+center@other"),
        ({"correction": "lir:2", "fitted_on": "toy:test@c2"}, "one+lir:2@toy:test"),
    ],
)
def test_a_system_is_named_by_what_made_it(about: dict[str, str], name: str):
    assert manifest(world(), **about).system == name


def test_what_ranks_tell_is_described():
    ranks = world().ranks()
    told = described(ranks)
    assert (told["languages"], sum(told["pool"])) == (ranks.languages, ranks.pool.sum())
    assert (told["queries"], told["left_out"]) == (ranks.queries.height, 0)
    counts = pl.Series([2, 1] + [0] * (ranks.queries.height - 2), dtype=pl.UInt32)
    ranks.queries.insert_column(3, counts.alias("left_out"))
    assert described(ranks)["left_out"] == 2
