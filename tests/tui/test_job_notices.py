"""What the app tells of jobs that come to an end while it runs."""

import dataclasses

import pytest

from .conftest import Played
from .training_replies import EVALUATES
from .waiting import until


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("ended", "evaluated use-m3 on xquad-r"),
        ("failed", "the disk is full: free some"),
        ("stopped", "evaluating use-m3 on xquad-r has stopped: F10 goes on with it"),
    ],
)
async def test_how_a_job_has_ended_is_told_once(played: Played, state: str, told: str) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        over = dataclasses.replace(EVALUATES, state=state, problem="the disk is full", hint="free some")
        played.engine.tell_jobs(over)
        played.engine.tell_jobs(EVALUATES)
        await until(pilot, lambda: "evaluating use-m3" in played.picture())
        assert played.notified == [], "what ended before is no news"
        played.engine.tell_jobs(over)
        played.engine.tell_jobs(over)
        await until(pilot, lambda: played.notified == [told])
