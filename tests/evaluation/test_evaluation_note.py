from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.evaluation.evaluation_note import (
    LONGEST_NAME,
    EvaluationDetails,
    details_of,
    evaluation_note,
    holding,
    stopped,
)
from hybrid_tui.jobs import notes


def of(*systems: str, data: str = "toy", **more: object) -> EvaluationDetails:
    return EvaluationDetails(data=data, systems=systems, memory=1 << 30, **more)


def test_a_name_says_what_is_evaluated_and_the_command_line_does_it():
    details = of("me5-small+shift:all@starter", data="starter:test")
    assert details.name == "me5-small+shift:all@starter-on-starter:test"
    assert details.title == "me5-small+shift:all@starter on starter:test"
    assert " ".join(details.arguments) == (
        "evaluate --data starter:test -m me5-small+shift:all@starter --memory 1024"
    )
    assert of("a", "b", "c").title == "a and 2 more on toy"
    assert of("a", again=True).arguments[-1] == "--again"


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3), st.text(min_size=1))
def test_a_name_is_fit_for_a_file_and_a_command_line(systems: list[str], data: str):
    name = of(*systems, data=data).name
    assert re.fullmatch(r"[A-Za-z0-9_:+@][A-Za-z0-9_.:,=+@-]*", name)
    assert len(name) <= LONGEST_NAME + 9


def test_what_differs_has_another_name():
    every = [of("a/b"), of("a-b"), of("a", "b"), of("x" * 100), of("x" * 101), of("ä"), of("ö")]
    assert len({each.name for each in every}) == len(every)


def test_systems_that_are_done_are_noted_and_one_that_was_stopped_is_known():
    details = of("a", "b")
    assert not stopped(details)
    with pytest.raises(KeyboardInterrupt), holding(details, waiting=print) as evaluation:
        evaluation.done("a")
        raise KeyboardInterrupt
    assert stopped(details)
    note = notes.find(details.name)
    assert details_of(note).done == ("a",)
    with holding(details, waiting=print) as evaluation:
        evaluation.done("a")
        evaluation.done("a")
    assert not stopped(details)
    assert details_of(notes.find(details.name)).done == ("a",)
    assert evaluation_note(details).arguments == note.arguments
