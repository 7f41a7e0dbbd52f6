"""What the process of a job leaves for others to know of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from hybrid_tui.errors import Cancelled, DataError, UsageError
from hybrid_tui.jobs import job_names, locks, notes, running
from hybrid_tui.jobs.notes import JobNote
from hybrid_tui.jobs.running import holding

from ..processes import started

HOLDS = """
import sys, time
from tests.jobs.test_running import note
from hybrid_tui.jobs.running import holding
with holding(note("long")):
    print("held", flush=True)
    time.sleep(600)
"""


def note(name: str, kind: str = "training", **more: object) -> JobNote:
    return JobNote(kind=kind, name=name, title=f"{name} [/x]", folder="/", arguments=("train",), **more)


def test_it_runs_while_it_holds_and_is_known_afterwards():
    assert not running.runs("mine")
    with holding(note("mine")) as job:
        assert running.runs("mine")
        assert notes.find("mine").pid == os.getpid()
        job.note({"done": ["one"]})
    assert not running.runs("mine")
    found = notes.find("mine")
    assert (found.ended, found.details) == ("well", {"done": ["one"]})


@pytest.mark.parametrize(
    ("error", "ended", "problem"),
    [
        (Cancelled(), "stopped", ""),
        (KeyboardInterrupt(), "stopped", ""),
        (DataError("no numbers", "lower --lr"), "failed", "no numbers"),
        (ZeroDivisionError(), "failed", "ZeroDivisionError"),
    ],
)
def test_how_it_ended_is_noted(error: BaseException, ended: str, problem: str):
    with pytest.raises(type(error)), holding(note("mine")):
        raise error
    found = notes.find("mine")
    assert (found.ended, found.problem) == (ended, problem)
    assert found.hint == ("lower --lr" if isinstance(error, DataError) else "")
    assert not running.runs("mine")


def test_nobody_does_it_a_second_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(locks, "PATIENCE_SECONDS", 0.05)
    with holding(note("mine")) as job:
        job.note({"first": True})
        with pytest.raises(UsageError, match="mine runs already"), holding(note("mine")):
            pytest.fail("held twice")
        assert notes.find("mine").details == {"first": True}


def test_who_waits_goes_on_after_it_or_gives_up():
    told = threading.Event()
    done: list[str] = []

    def second() -> None:
        with holding(note("mine"), waiting=told.set):
            done.append(notes.find("mine").ended)

    with holding(note("mine")):
        waits = threading.Thread(target=second)
        waits.start()
        assert told.wait(60)
        with pytest.raises(Cancelled), holding(note("mine"), waiting=lambda: None, cancelled=lambda: True):
            pytest.fail("held twice")
        assert done == []
    waits.join(60)
    assert done == [""]
    assert notes.find("mine").ended == "well"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_one_that_is_ended_from_outside_runs_no_more(how: signal.Signals):
    with started([sys.executable, "-c", HOLDS], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == "held\n"
        assert running.runs("long")
        process.send_signal(how)
        process.wait()
    assert not running.runs("long")
    assert notes.find("long").ended == ("stopped" if how == signal.SIGTERM else "")
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_what_a_killed_one_had_half_written_is_swept_and_nothing_else():
    job_names.folder().mkdir(parents=True)
    half = [f".mine.{ending}.abc_12x9" for ending in ("json", "progress")]
    others = [".mine2.json.abc_12x9", ".mine.more.json.abc_12x9", ".mine.json"]
    for each in (*half, *others):
        (job_names.folder() / each).touch()
    with holding(note("mine")):
        pass
    left = {path.name for path in job_names.folder().glob(".*")}
    assert left == set(others)
