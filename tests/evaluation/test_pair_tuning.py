from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hybrid_tui.evaluation import pair_tuning, tuning
from hybrid_tui.evaluation.significance import PairedTest

ITEMS = [f"item{n}" for n in range(80)]
LANGS = ("de", "en")
NUMBERS = (0.0, 0.5, 1.0)
HALVES = tuning.halved(pl.Series("item_id", ITEMS), pl.DataFrame({"item_id": ITEMS}), 0, "toy")
BEST = {("de", "de"): 0.0, ("de", "en"): 1.0, ("en", "de"): 0.5, ("en", "en"): 0.0}
QUICK = PairedTest(draws=500)


def candidate(number: float) -> tuning.Tables:
    """Values that are highest, by .2 on average, with the number that is best for a pair."""
    found = {}
    for name in pair_tuning.PAIRS:
        rows = [
            (f"{lang}-{item}", item, lang, pool, 0.5 - 0.4 * abs(number - BEST[lang, pool]) + 0.001 * (n % 7))
            for lang in LANGS
            for pool in LANGS
            for n, item in enumerate(ITEMS)
            if (lang == pool) == (name == "monolingual")
        ]
        columns = ["query_id", "item_id", "query_lang", "pool", "value"]
        found[name] = pl.DataFrame(rows, columns, orient="row")
    return found


def test_each_pair_has_its_own_number_and_gain():
    found = pair_tuning.choices(NUMBERS, [candidate(number) for number in NUMBERS], HALVES, QUICK)
    assert {each[:2]: each.chosen for each in found} == BEST
    for each in found:
        assert each.gain.difference == pytest.approx(0.4 * each.chosen)
        assert each.gain.items == len(HALVES.held_out)
        assert each.gain.judged.mark == ("▲" if each.chosen else "")
        assert each.gain.family == "4 pairs of languages"


def test_between_equals_the_number_next_to_0_wins():
    same = candidate(0.0)
    found = pair_tuning.choices(NUMBERS, [same, same, same], HALVES, QUICK)
    assert [each.chosen for each in found] == [0.0] * 4


def test_the_gain_is_of_the_half_that_is_not_chosen_on():
    """A number that is better on one half alone is chosen, and shown to gain nothing."""
    chosen_on = pl.col("item_id").is_in(HALVES.choosing.implode())
    lucky = {
        name: table.with_columns(value=pl.when(chosen_on).then(pl.col("value") + 0.3).otherwise("value"))
        for name, table in candidate(0.0).items()
    }
    found = pair_tuning.choices((0.0, 1.0), [candidate(0.0), lucky], HALVES, QUICK)
    assert [each.chosen for each in found] == [1.0] * 4
    np.testing.assert_allclose([each.gain.difference for each in found], 0, atol=1e-12)
