"""What a process that trains leaves for others to know of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from hybrid_tui.errors import Cancelled, DataError, UsageError
from hybrid_tui.training import process
from hybrid_tui.training.process import Planned, Process, holding

HOLDS = """
import sys, time
from tests.training.test_process import told
from hybrid_tui.training.process import holding
with holding(told("long")):
    print("held", flush=True)
    time.sleep(600)
"""


def told(*names: str) -> Process:
    return Process(
        pid=os.getpid(),
        folder="/",
        arguments=("train", "-s", "mono"),
        backbone="tiny",
        tuning="head",
        data=("starter",),
        models=tuple(Planned(name, "mono", 0.5, 10, 4) for name in names),
    )


def test_it_runs_while_it_holds_and_is_known_afterwards():
    assert not process.runs("mine")
    assert process.known() == []
    with holding(told("mine", "other")) as held:
        assert process.runs("mine")
        assert not process.runs("other"), "it is known by its first model's name"
        assert process.trains("mine")
        assert process.trains("other")
        held.done("mine")
        assert process.find("mine").done == ("mine",)
    assert not process.runs("mine")
    (found,) = process.known()
    assert (found.name, found.ended, found.done) == ("mine", "well", ("mine",))


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
    with pytest.raises(type(error)), holding(told("mine")):
        raise error
    found = process.find("mine")
    assert (found.ended, found.problem) == (ended, problem)
    assert found.hint == ("lower --lr" if isinstance(error, DataError) else "")
    assert not process.runs("mine")


def test_two_processes_do_not_train_one_model(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process, "PATIENCE_SECONDS", 0.05)
    with holding(told("first", "shared")):
        with pytest.raises(UsageError, match="shared is being trained"), holding(told("second", "shared")):
            pytest.fail("held twice")
        assert process.find("second") is None
    with holding(told("second", "shared")):
        assert process.trains("shared")


def test_a_killed_one_runs_no_more_and_did_not_end():
    with subprocess.Popen([sys.executable, "-c", HOLDS], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "held\n"
        assert process.runs("long")
        running.send_signal(signal.SIGKILL)
        running.wait(20)
    assert not process.runs("long")
    assert process.find("long").ended == ""


def test_what_cannot_be_read_is_not_known(tmp_path: Path):
    with holding(told("mine")):
        pass
    file = process.output_of("mine").with_suffix(".json")
    assert msgspec.json.decode(file.read_bytes())["backbone"] == "tiny"
    file.write_text("{torn")
    assert process.known() == []
