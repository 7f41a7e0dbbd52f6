from __future__ import annotations

import dataclasses

import pytest

from hybrid_tui.engine import messages
from hybrid_tui.tui.render import job_lines

from ..training_replies import EVALUATES, RUNS, job_of


def test_the_first_that_runs_is_told_and_how_many_more() -> None:
    assert job_lines.running_line(()) == ""
    said = "step 2 of 3: 33 %, 5 min 02 s left · evaluating use-m3 on xquad-r"
    assert job_lines.running_line([EVALUATES]) == said
    stopped = dataclasses.replace(EVALUATES, state="stopped")
    assert job_lines.running_line([stopped]) == ""
    assert job_lines.running_line([stopped, EVALUATES, job_of(RUNS)]) == f"{said} · 1 more"
    starts = messages.Job("evaluation", "x", "x on y", "starts")
    assert job_lines.running_line([starts]) == "starting · evaluating x on y"


def test_a_share_and_a_time_say_what_they_are_of() -> None:
    assert job_lines.far(EVALUATES) == "step 2 of 3: 33 %, 5 min 02 s left"
    unnumbered = dataclasses.replace(EVALUATES, number=0, steps=0)
    assert job_lines.far(unnumbered) == "encoding passages: 33 %, 5 min 02 s left"
    whole = dataclasses.replace(EVALUATES, number=1, steps=1)
    assert job_lines.far(whole) == "33 %, 5 min 02 s left"
    assert job_lines.far(dataclasses.replace(unnumbered, done=0, total=0, left=0.0)) == "encoding passages"


def test_a_list_tells_how_far_each_is_and_a_line_what_it_does() -> None:
    assert job_lines.list_line(EVALUATES).plain == (
        "▶ runs    step 2 of 3: 33 %, 5 min 02 s left  evaluating use-m3 on xquad-r"
    )
    ended = dataclasses.replace(EVALUATES, state="ended")
    assert job_lines.list_line(ended).plain == "✓ ended   evaluated use-m3 on xquad-r"
    assert job_lines.step_line(EVALUATES) == (
        "evaluating use-m3 on xquad-r: step 2 of 3, encoding passages 4,424 of 13,014 · 33 %, 5 min 02 s left"
    )
    failed = dataclasses.replace(EVALUATES, state="failed", problem="the disk is full", hint="free some")
    assert job_lines.step_line(failed) == "the disk is full: free some"


@pytest.mark.parametrize(
    ("texts", "seconds", "guess", "words"),
    [
        (14_204, 473.0, False, "about 8 min (14,204 texts to encode)"),
        (14_204, 473.0, True, "time not known yet (14,204 texts to encode)"),
        (14_204, 12.0, False, "about 12 s (14,204 texts to encode)"),
        (0, 0.2, False, "about 1 s"),
        (70_000, 7300.0, False, "about 2 h 02 min (70,000 texts to encode)"),
    ],
)
def test_what_an_evaluation_takes(texts: int, seconds: float, guess: bool, words: str) -> None:
    estimate = messages.EvaluationEstimate("d", ("m",), texts, seconds, quick=False, guess=guess)
    assert job_lines.cost(estimate) == words
