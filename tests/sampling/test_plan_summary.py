"""The counts of a plan are those of its batches."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.errors import UsageError
from hybrid_tui.sampling.coverage import Coverage
from hybrid_tui.sampling.plan import Plan
from hybrid_tui.sampling.plan_summary import summary
from hybrid_tui.sampling.samplers import Sampler
from tests.sampling.random_data import coverages, full, samplers


@given(coverages(), samplers, st.integers(1, 6), st.integers(1, 30))
def test_the_items_that_are_drawn(data: Coverage, sampler: Sampler, size: int, steps: int) -> None:
    try:
        plan = Plan(data, sampler, size, 1)
    except UsageError:
        return
    found = summary(plan, steps).coverage
    batches = [plan.batch(number).items for number in range(steps)]
    first = batches[: plan.steps_per_epoch]
    assert found.items == len(data.mask)
    assert found.drawn == len(np.unique(np.concatenate(batches)))
    assert (found.epoch_steps, found.epoch_rows) == (len(first), len(first) * size)
    assert found.epoch_drawn == len(np.unique(np.concatenate(first)))


def test_an_epoch_of_cross_batches_is_a_pass_over_the_items() -> None:
    found = summary(Plan(full(50), Sampler("cross"), 10, 1), 5).coverage
    assert found == (50, 50, 5, 50, 50)
