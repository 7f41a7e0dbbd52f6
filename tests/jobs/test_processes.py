"""Jobs as processes, with a script in place of the command line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hybrid_tui.errors import UsageError
from hybrid_tui.jobs import notes, processes
from hybrid_tui.jobs.processes import JobProcesses
from hybrid_tui.jobs.running import holding

from ..processes import job_processes, started, until
from .test_running import HOLDS, note


@pytest.fixture
def ours() -> Iterator[JobProcesses]:
    """Jobs; what still runs at the end is killed."""
    with job_processes() as made:
        yield made


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Let a script stand for the command line."""

    def let(script: str) -> None:
        file = tmp_path / "script.py"
        file.write_text(f"import sys\nsys.path.insert(0, {str(Path.cwd())!r})\n{script}")
        monkeypatch.setattr(processes, "COMMAND", (sys.executable, str(file)))

    return let


def test_one_starts_runs_is_stopped_and_known_to_others(ours: JobProcesses, speaking: Callable[[str], None]):
    speaking(HOLDS)
    assert ours.names() == []
    ours.start(note("long"))
    assert ours.names() == ["long"]
    assert ours.state("long") in {"starts", "runs"}
    with pytest.raises(UsageError, match="runs already"):
        ours.start(note("long"))
    another = JobProcesses()
    until(lambda: another.state("long") == ours.state("long") == "runs")
    assert another.told("long").pid == ours.told("long").pid
    another.stop("long")
    until(lambda: another.state("long") == "stopped")
    with pytest.raises(UsageError, match="does not run"):
        ours.stop("long")


def test_one_that_says_nothing_starts_and_one_that_fails_is_told(
    ours: JobProcesses, speaking: Callable[[str], None], tmp_path: Path
):
    go = tmp_path / "go"
    wait = f"import pathlib, sys, time\nwhile not pathlib.Path({str(go)!r}).exists():\n    time.sleep(.02)\n"
    speaking(wait + "sys.exit('error: the disk is [/full]')")
    ours.start(note("mine"))
    assert ours.state("mine") == "starts"
    assert JobProcesses().names() == []
    go.touch()
    until(lambda: ours.state("mine") == "failed")
    assert ours.told("mine").problem == "error: the disk is [/full]"
    speaking("")
    ours.start(note("mine"))
    until(lambda: ours.state("mine") == "ended")


def test_one_that_starts_can_be_stopped(ours: JobProcesses, speaking: Callable[[str], None], tmp_path: Path):
    ready = tmp_path / "ready"
    speaking(f"import pathlib, time\npathlib.Path({str(ready)!r}).touch()\ntime.sleep(600)\n")
    ours.start(note("mine"))
    until(ready.exists)
    ours.stop("mine")
    until(lambda: ours.state("mine") == "stopped")


def test_one_that_waits_for_the_same_job_elsewhere_is_that_one(
    ours: JobProcesses, speaking: Callable[[str], None]
):
    speaking(HOLDS.replace('holding(note("long"))', 'holding(note("long"), waiting=lambda: None)'))
    ours.start(note("long"))
    with started([sys.executable, "-c", HOLDS], stdout=subprocess.PIPE) as process:
        until(lambda: ours.state("long") == "runs")
        process.kill()
    until(lambda: ours.state("long") == "runs")


def test_how_those_that_run_no_more_are(ours: JobProcesses):
    for name, ended in (("a", ""), ("b", "well"), ("c", "failed"), ("d", "stopped")):
        notes.write(note(name, ended=ended))
    assert [ours.state(name) for name in "abcd"] == ["stopped", "ended", "failed", "stopped"]
    with holding(note("a")):
        assert ours.state("a") == "runs"
    with pytest.raises(UsageError, match="no job named 'e'"):
        ours.told("e")
