from __future__ import annotations

import pytest

from hybrid_tui.errors import HybridTuiError
from hybrid_tui.jobs import job_names
from hybrid_tui.jobs.progress import JobProgress, ProgressFile, progress_of


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_new_step_and_the_end_of_one_are_told_at_once_and_between_twice_a_second(clock: Clock):
    tell = ProgressFile("mine", clock)
    assert progress_of("mine") == JobProgress()
    tell("encoding", 0, 0)
    tell("encoding", 0, 100)
    assert progress_of("mine") == JobProgress("encoding")
    clock.now += 0.5
    tell("encoding", 1, 100)
    tell("encoding", 2, 100)
    assert progress_of("mine") == JobProgress("encoding", 1, 100)
    tell("encoding", 100, 100)
    assert progress_of("mine").done == 100
    tell("ranking", 0, 7)
    assert progress_of("mine") == JobProgress("ranking", 0, 7)
    tell("measuring", 0, 7, 2, 3)
    assert progress_of("mine") == JobProgress("measuring", 0, 7, number=2, steps=3)


def test_the_time_left_follows_from_the_rate_since_the_step_began(clock: Clock):
    tell = ProgressFile("mine", clock)
    tell("training", 400, 1000)
    clock.now += 1
    tell("training", 500, 1000)
    assert progress_of("mine").left == 0, "not known yet"
    clock.now += 9
    tell("training", 600, 1000)
    assert progress_of("mine").left == pytest.approx(20)
    clock.now += 1
    tell("training", 10, 1000)
    assert progress_of("mine").left == 0, "begun anew"


def test_what_is_loaded_before_the_first_is_done_does_not_count(clock: Clock):
    tell = ProgressFile("mine", clock)
    tell("encoding", 0, 1000)
    clock.now += 60
    tell("encoding", 10, 1000)
    assert progress_of("mine").left == 0, "not known yet"
    clock.now += 3
    tell("encoding", 40, 1000)
    assert progress_of("mine").left == pytest.approx(96)


def test_what_an_earlier_one_came_to_is_forgotten(clock: Clock):
    ProgressFile("mine", clock)("ranking", 1, 2)
    ProgressFile("mine", clock)
    assert progress_of("mine") == JobProgress()
    job_names.file_of("mine", "progress").write_bytes(b"{torn")
    assert progress_of("mine") == JobProgress()


def test_a_disk_that_refuses_stops_no_job(clock: Clock, monkeypatch: pytest.MonkeyPatch):
    tell = ProgressFile("mine", clock)

    def full(*_: object) -> None:
        raise HybridTuiError("cannot write: disk full")

    monkeypatch.setattr("hybrid_tui.jobs.progress.settings.replacing", full)
    tell("ranking", 1, 2)
    assert progress_of("mine") == JobProgress()
