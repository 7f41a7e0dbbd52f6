"""Samplers and their registry."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hybrid_tui.sampling import samplers
from hybrid_tui.sampling.coverage import Coverage
from hybrid_tui.sampling.feasibility import feasibilities
from hybrid_tui.sampling.plan import Plan
from hybrid_tui.sampling.samplers import SAMPLERS, BatchKind, Cross, Languages, Mono, Sampler
from tests.sampling.random_data import full


class FromFirst(BatchKind):
    """Queries of the first language, passages of another that the batch shares."""

    name = "from-first"
    needs_pairs = False
    row_languages = 2

    def shared_languages(self, coverage: Coverage) -> list[Languages]:
        return [(0, other) for other in range(1, len(coverage.languages))]


def test_a_new_sampler_is_a_function_and_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def pivot(options: Sampler, /) -> dict[BatchKind, float]:
        """queries in one language"""
        return {FromFirst(): 0.75, Mono(): 0.25}

    monkeypatch.setitem(SAMPLERS, "pivot", pivot)
    plan = Plan(full(400), Sampler("pivot", schedule="stratified"), 4, 1)
    batches = [plan.batch(number) for number in range(plan.steps_per_epoch)]
    assert sum(batch.mode == "from-first" for batch in batches) == 75
    for batch in batches:
        pair = set(zip(batch.query_langs.tolist(), batch.passage_langs.tolist(), strict=True))
        assert len(pair) == 1
        assert pair <= ({(0, 1), (0, 2)} if batch.mode == "from-first" else {(0, 0), (1, 1), (2, 2)})
    (found,) = [each for each in feasibilities(full(40)) if each.sampler == "pivot"]
    assert (found.largest_batch, found.problem) == (40, "")
    assert samplers.summary("pivot") == "queries in one language"


@pytest.mark.parametrize("schedule", samplers.SCHEDULES)
def test_three_kinds_have_their_shares(monkeypatch: pytest.MonkeyPatch, schedule: str) -> None:
    three = {Mono(): 0.5, Cross("item"): 0.25, FromFirst(): 0.25}
    monkeypatch.setitem(SAMPLERS, "three", lambda _: three)
    modes = Plan(full(8000), Sampler("three", schedule=schedule), 2, 1).modes(0)
    counts = [modes.count(kind.name) for kind in three]
    assert sum(counts) == 4000
    exact = [2000, 1000, 1000]
    assert counts == exact if schedule == "stratified" else counts == pytest.approx(exact, rel=0.1)


def test_every_sampler_has_a_summary_and_shares_that_sum_to_one() -> None:
    for name in SAMPLERS:
        assert samplers.summary(name)
        assert sum(Sampler(name, 0.3).shares.values()) == pytest.approx(1)


def test_samplers_are_listed_without_numpy() -> None:
    code = "import sys; import hybrid_tui.sampling.samplers; print('numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout == "False\n"
