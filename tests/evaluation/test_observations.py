"""What is behind a matrix comes to that matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybrid_tui.evaluation import matrices, observations
from hybrid_tui.evaluation.observations import Observations

from .kept_evaluations import kept
from .random_cases import World, world, worlds
from .test_rank_agreement import encoded

MADE = {
    "rank-gap": observations.rank_gap,
    "displacement": observations.displacement_by_query,
    "displacement-answer": observations.displacement_by_answer,
    "mix": observations.language_mix,
    "preference": observations.preference,
}


def check(found: Observations) -> None:
    """The mean of a row's values is its cells; every query stands where its language does."""
    assert len(found.rows) == len(found.matrix.rows)
    for values, row in zip(found.matrix.values, found.rows, strict=True):
        assert row.values.shape == (len(row.queries), len(found.matrix.columns))
        for at, value in enumerate(values):
            known = row.values[np.isfinite(row.values[:, at]), at]
            if value is None:
                assert not known.size
            else:
                assert known.mean() == pytest.approx(value)


@settings(deadline=None, max_examples=60)
@given(worlds, st.sampled_from(list(MADE)))
def test_a_cell_is_the_mean_of_its_queries(made: World, name: str) -> None:
    ranks = made.ranks()
    found = MADE[name](ranks)
    matrix = matrices.MATRICES[name](ranks)
    if matrix is None:
        assert found is None
        return
    assert found is not None
    assert found.matrix == matrix
    check(found)


@pytest.mark.parametrize("made", [world(), world(3, languages=4, asked=("en",), ragged=True, lost=0.1)])
def test_average_precision_is_that_of_the_evaluation(made: World) -> None:
    evaluation = kept(made)
    found = observations.observed(evaluation, "map")
    assert found is not None
    check(found)
    for code, row in zip(found.matrix.rows, found.rows, strict=True):
        assert set(found.queries["lang"][row.queries.tolist()]) == {code}


def test_consistency_is_that_of_both_versions() -> None:
    ranks, _, queries, passages = encoded(1, k=10)
    found = observations.consistency(ranks, queries, passages)
    assert found is not None
    check(found)
    one, other = (found.rows[at].values[:, 1 - at] for at in (0, 1))
    assert np.nanmean(one) == pytest.approx(np.nanmean(other))


@pytest.mark.parametrize("name", list(MADE))
def test_one_language_has_nothing_to_favour(name: str) -> None:
    assert observations.observed(kept(world(languages=1)), name) is None
