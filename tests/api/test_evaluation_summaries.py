from __future__ import annotations

import pytest

from hybrid_tui.api.evaluation_summaries import Summaries
from hybrid_tui.corpus import catalog
from hybrid_tui.errors import UsageError
from tests.evaluation.kept_evaluations import kept
from tests.evaluation.random_cases import world

from ..toys import toy


@pytest.fixture
def evaluated() -> None:
    toy()
    fingerprint = catalog.load("toy").fingerprint
    for seed, model in enumerate(("two", "one")):
        kept(world(seed), model=model, collection_fingerprint=fingerprint)
    kept(world(3), model="old", collection_fingerprint="before")


def test_systems_of_the_collection_as_it_is_now_are_listed(evaluated: None) -> None:
    assert [system.name for system in Summaries().systems("toy")] == ["one", "two"]


def test_a_system_is_held_against_another_but_not_against_itself(evaluated: None) -> None:
    summaries = Summaries()
    found = summaries.figures("toy", "two", "one")
    assert all(figure.against for figure in found.values())
    assert summaries.figures("toy", "two", "one") is found
    assert not any(figure.against for figure in summaries.figures("toy", "two", "two").values())
    assert not any(figure.against for figure in summaries.figures("toy", "two").values())


def test_what_was_not_evaluated_is_told(evaluated: None) -> None:
    with pytest.raises(UsageError, match="no evaluation on toy named 'tow'") as caught:
        Summaries().figures("toy", "one", "tow")
    assert "two" in caught.value.hint
    with pytest.raises(UsageError, match="nowhere"):
        Summaries().systems("nowhere")
