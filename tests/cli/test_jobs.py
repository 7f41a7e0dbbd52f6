"""Jobs on the command line: an evaluation stopped and killed in the middle, listed, gone on with."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from itertools import repeat

import pytest

from hybrid_tui.evaluation import results
from hybrid_tui.jobs.notes import JobNote
from hybrid_tui.jobs.running import holding
from tests.cli.conftest import Cli

from ..processes import started, until
from ..toys import toy

ESCAPE = re.compile("\x1b\\[[0-9;]*m")
SLOW = """
import sys, time
from hybrid_tui.api import evaluations
from hybrid_tui.cli.app import main
from hybrid_tui.evaluation import evaluate

def slow(*words, progress, **named):
    time.sleep(0.6)
    progress(3, 10)
    print("ranking", flush=True)
    time.sleep(600)

evaluate.ranks = slow
sys.argv = ["hybrid-tui", "evaluate", "-d", "toy", "-m", "me5-small"]
main()
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_evaluation_ended_from_outside_is_stopped_and_goes_on(cli: Cli, how: signal.Signals):
    toy()
    command = [sys.executable, "-c", SLOW]
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout.readline() == "ranking\n"
        (job,) = cli("jobs", "list", "--json").json
        assert (job["kind"], job["name"], job["state"]) == ("evaluation", "me5-small-on-toy", "runs")
        assert (job["step"], job["done"], job["total"]) == ("ranking", 3, 10)
        assert (job["number"], job["steps"]) == (3, 3)
        row = "me5-small-on-toy\tevaluation\truns\t3 of 3: ranking\t30%\t"
        assert cli("jobs", "list").out.splitlines()[1] == row
        assert cli("jobs", "resume", "me5-small-on-toy").code == 2
        running.send_signal(how)
        _, err = running.communicate()
    if how == signal.SIGINT:
        assert running.returncode == 130
        assert "hybrid-tui jobs resume" in err
        assert "Traceback" not in err
    assert cli("jobs", "list", "--json").json[0]["state"] == "stopped"
    assert results.kept("toy") == []
    said = cli("jobs", "resume", "me5-small-on-toy")
    assert "goes on" in said.out
    assert cli("jobs", "list", "--json").json[0]["state"] in {"runs", "ended"}, "at once"
    until(lambda: cli("jobs", "list", "--json").json[0]["state"] == "ended")
    assert len(results.kept("toy")) == 1


def test_what_does_not_run_is_not_stopped(cli: Cli):
    assert cli("jobs", "list").out == "job\tkind\tstate\tstep\tof it\tleft\n"
    assert cli("jobs", "stop", "none").code == 2
    note = JobNote(kind="evaluation", name="a-on-b", title="a on b", folder="/", arguments=("evaluate",))
    with pytest.raises(ZeroDivisionError), holding(note):
        raise ZeroDivisionError("nothing \x1b[31mleft")
    said = cli("jobs", "list")
    assert "nothing \\x1b[31mleft" in said.out
    assert "\x1b" not in said.out
    stopped = cli("jobs", "stop", "a-on-b")
    assert (stopped.code, "does not run" in stopped.err) == (2, True)


@pytest.mark.parametrize("length", [30, 45, 100])
def test_names_are_printed_whole_however_narrow_the_terminal(cli: Cli, length: int):
    name, step = f"{'m' * (length - 5)}-on-b", "encoding passages of a collection"
    note = JobNote(kind="evaluation", name=name, title="m on b", folder="/", arguments=("evaluate",))
    with holding(note) as job:
        job.progress(step, 40, 100, 2, 3)
        drawn = cli("jobs", "list", terminal=True).out.splitlines()
        piped = cli("jobs", "list").out.splitlines()
    assert [name in line for line in drawn].count(True) == 1
    assert all(len(line) <= 80 or line == name for line in map(ESCAPE.sub, repeat(""), drawn))
    words = " ".join(drawn)
    assert all(word in words for word in ("runs", "40%", "2 of 3:"))
    assert piped[1:] == [f"{name}\tevaluation\truns\t2 of 3: {step}\t40%\t"]


def test_one_that_fails_at_once_is_told_by_resume(cli: Cli):
    note = JobNote(kind="evaluation", name="a-on-b", title="a on b", folder="/", arguments=("no-command",))
    with pytest.raises(KeyboardInterrupt), holding(note):
        raise KeyboardInterrupt
    said = cli("jobs", "resume", "a-on-b")
    assert (said.code, "No such command" in said.err) == (1, True)
