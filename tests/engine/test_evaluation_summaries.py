from __future__ import annotations

import pytest

from hybrid_tui.corpus import catalog
from hybrid_tui.engine import handlers, messages
from hybrid_tui.engine.dispatch import Context
from hybrid_tui.engine.evaluation_summaries import Summaries
from hybrid_tui.engine.service import Service
from hybrid_tui.errors import UsageError
from tests.evaluation.kept_evaluations import kept
from tests.evaluation.random_cases import world
from tests.training.logs import write_log

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


def test_the_engine_answers_with_what_is_kept(evaluated: None) -> None:
    service = Service()

    def ask(request: messages.Request) -> messages.Reply:
        return handlers.answer(service, request, Context(request.id, lambda _: None, lambda: False))

    listed = ask(messages.ListEvaluations(id=3, data="toy"))
    assert isinstance(listed, messages.Evaluations)
    assert (listed.id, len(listed.systems)) == (3, 2)
    summed = ask(messages.Summarise(id=4, data="toy", system="two", base="one"))
    assert isinstance(summed, messages.SystemSummary)
    assert {setting: figure.value for setting, figure in summed.figures.items()} == listed.systems[1].values
    write_log(1)
    assert ask(messages.GetCurve(id=5, model="mine")) == messages.Curve(id=5, losses=((1, 1.0),))


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
