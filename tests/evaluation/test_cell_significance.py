"""A whole matrix judged at once says what one comparison after the other would."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hybrid_tui.errors import Cancelled, DataError, UsageError
from hybrid_tui.evaluation import cell_significance, heatmaps, resampling, significance
from hybrid_tui.evaluation.grouping import Grouping
from hybrid_tui.evaluation.heatmaps import MeasureInput
from hybrid_tui.evaluation.observations import ObservationRow, Observations
from hybrid_tui.evaluation.significance import PairedTest

from .random_cases import World, world

TEST = PairedTest(draws=400)


def precision(made: World) -> Observations:
    return heatmaps.metric(MeasureInput(made.ranks()))


def by_item(found: Observations, row: int, column: int) -> dict[str, float]:
    behind = list(found.rows.values())[row]
    table = (
        found.queries[behind.queries.tolist()]
        .select("item_id")
        .with_columns(value=pl.Series(behind.values[:, column], nan_to_null=True))
    )
    means = table.drop_nulls().group_by("item_id").agg(pl.col("value").mean()).sort("item_id")
    return dict(means.iter_rows())


@pytest.mark.parametrize("items", [6, 40])
def test_each_cell_is_what_a_comparison_of_its_own_gives(items: int) -> None:
    a, b = (precision(world(seed, items=items, others=20)) for seed in (1, 2))
    found = cell_significance.difference(a, b, TEST)
    expected = []
    for row in range(3):
        for column in range(3):
            one, two = (by_item(each, row, column) for each in (a, b))
            values = [np.array([each[item] for item in one]) for each in (one, two)]
            expected.append(significance.compare(*values, TEST))
            sure = found.at(a.matrix.rows[row], a.matrix.columns[column])
            assert sure.p == pytest.approx(expected[-1].p)
            # Few items give resampled means that are the mean itself, save for rounding.
            ends = pytest.approx((expected[-1].low, expected[-1].high), abs=0.02 if items < 10 else 1e-9)
            assert (sure.low, sure.high) == ends
    holm = resampling.holm(np.array([each.p for each in expected]))
    assert [cell for row in found.holm for cell in row] == pytest.approx(holm.tolist())


def test_groups_are_drawn_whole_and_their_design_effect_is_told() -> None:
    """Values that are the same in all items of a group have a design effect near the groups' size."""
    items = [f"item {n}" for n in range(80)]
    queries = pl.DataFrame({"query_id": items, "item_id": items, "lang": ["de"] * 80})
    rng = np.random.default_rng(1)
    observed = [
        Observations(
            "value",
            queries,
            {"de": ObservationRow(np.arange(80), np.repeat(rng.normal(size=20), 4)[:, None])},
            ("en",),
        )
        for _ in range(2)
    ]
    table = pl.DataFrame(
        {"item_id": items, "topic": ["t"] * 80, "article": [f"a{n // 4}" for n in range(80)]}
    )
    found = cell_significance.difference(*observed, TEST, Grouping(table)).drawn
    assert (found.unit, found.units, found.too_few) == ("article", 20, "1 topic")
    assert found.smallest_p == 1 / 401
    assert found.design_effect == pytest.approx(4, rel=0.1)
    assert cell_significance.intervals(observed[0], TEST).drawn == ("item", 80, None, "", None)


def test_cells_that_know_other_items_are_judged_by_theirs() -> None:
    made = [world(seed, languages=4, items=12, ragged=True, lost=0.2) for seed in (3, 3)]
    made[1] = World(made[0].asked, made[0].langs, made[0].relevant, -made[0].scores, made[0].lost)
    a, b = (heatmaps.rank_gap(MeasureInput(each.ranks())) for each in made)
    found = cell_significance.difference(a, b, TEST)
    for row, code in enumerate(a.matrix.rows):
        for column, other in enumerate(a.matrix.columns):
            one, two = (by_item(each, row, column) for each in (a, b))
            both = sorted(one.keys() & two.keys())
            sure = found.at(code, other)
            if both:
                values = np.array([two[item] - one[item] for item in both])
                assert sure.p == pytest.approx(resampling.permutation(values, draws=400))
            else:
                assert sure == (None,) * 4


def test_intervals_of_one_system_hold_its_values() -> None:
    found = precision(world(items=20, others=20))
    sure = cell_significance.intervals(found, TEST)
    for row, values in zip(found.matrix.rows, found.matrix.values, strict=True):
        for column, value in zip(found.matrix.columns, values, strict=True):
            cell = sure.at(row, column)
            assert value is not None
            assert cell.low is not None
            assert cell.high is not None
            assert cell.low <= value <= cell.high
            assert cell.p is cell.holm is None


def test_one_item_has_no_interval() -> None:
    sure = cell_significance.intervals(precision(world(items=1)), TEST)
    assert {cell for row in sure.low for cell in row} == {None}


def test_the_same_twice_differs_nowhere() -> None:
    found = precision(world(items=30))
    sure = cell_significance.difference(found, found, TEST)
    assert {cell for row in sure.p for cell in row} == {1.0}
    assert not sure.marks(found.matrix)


def test_other_languages_or_items_cannot_be_compared() -> None:
    one = precision(world(items=4))
    with pytest.raises(UsageError, match="differ in query language"):
        cell_significance.difference(one, precision(world(items=4, languages=4)), TEST)
    with pytest.raises(DataError, match="not of the same items"):
        cell_significance.difference(one, precision(world(items=5)), TEST)


def test_it_tells_how_far_it_is_and_stops_when_told() -> None:
    found, heard = precision(world(items=4)), []
    cell_significance.intervals(found, TEST, progress=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (9, 9)
    with pytest.raises(Cancelled):
        cell_significance.intervals(found, TEST, cancelled=lambda: True)
    with pytest.raises(Cancelled):
        cell_significance.difference(found, found, TEST, cancelled=lambda: True)
