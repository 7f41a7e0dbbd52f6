"""Trainings as processes of their own: with a tiny backbone, and with nothing but a script."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hybrid_tui.api import trainings
from hybrid_tui.api.records import Training
from hybrid_tui.api.trainings import TrainingRunner
from hybrid_tui.encoders import model, user_models
from hybrid_tui.errors import Cancelled, UsageError
from hybrid_tui.training import process, run
from tests.checkpoints import checkpoint
from tests.training.conftest import pairs_file

pytestmark = pytest.mark.usefixtures("one_thread", "nothing_shipped")
NAMES = ("tiny-head-mono", "tiny-head-cross", "tiny-head-hybrid")
PATIENCE_SECONDS = 240
Wanted = dict[str, Any]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Wanted:
    folder = tmp_path_factory.mktemp("tiny")
    data = (str(pairs_file(folder / "pairs.jsonl")),)
    return {
        "backbone": str(checkpoint(folder / "tiny")),
        "data": data,
        "samplers": ("mono", "cross", "hybrid"),
        "steps": 30,
    }


def long(tiny: Wanted) -> Wanted:
    return tiny | {"samplers": ("mono",), "steps": 500_000}


@pytest.fixture
def ours() -> Iterator[TrainingRunner]:
    """Trainings; what still runs at the end is stopped."""
    made = TrainingRunner()
    yield made
    for child in made._children.values():
        child.running.kill()
        child.running.wait()


def until(look: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not look():
        assert time.monotonic() < end
        time.sleep(0.05)


def state(of: TrainingRunner, name: str) -> Training:
    return next(each for each in of.every() if each.name == name)


def speaking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    """Let a script stand for the command line."""
    file = tmp_path / "script.py"
    file.write_text(script)
    monkeypatch.setattr(trainings, "COMMAND", (sys.executable, str(file)))


def test_three_models_one_after_the_other_followed_to_the_end(ours: TrainingRunner, tiny: Wanted):
    name = ours.start(ours.plan(**tiny))
    seen: list[Training] = []
    ours.follow(name, seen.append, lambda: False)
    assert name == NAMES[0]
    assert [each for each in dict.fromkeys(found.state for found in seen) if each != "starts"][-1] == "ended"
    last = seen[-1]
    assert [(each.name, each.state, each.step) for each in last.models] == [
        (each, "kept", 30) for each in NAMES
    ]
    assert last.title == "tiny, head, mono cross hybrid, on pairs.jsonl"
    mono, cross, _ = last.models
    assert len(mono.losses) == 30
    assert sum(mono.pairs.values()) == sum(cross.pairs.values()) == 30 * mono.rows
    assert all(pair.partition(">")[0] == pair.partition(">")[2] for pair in mono.pairs)
    assert all(pair.partition(">")[0] != pair.partition(">")[2] for pair in cross.pairs)
    for each in NAMES:
        assert model.resolve(each).manifest.steps == 30
    (listed,) = TrainingRunner().every()
    assert (listed.name, listed.state) == (name, "ended")
    with pytest.raises(UsageError, match="there is a model tiny-head-mono"):
        ours.start(ours.plan(**tiny))
    for each in NAMES:
        user_models.remove(each)
    assert TrainingRunner().every() == ()


def test_it_outlives_who_started_it_is_stopped_and_goes_on(ours: TrainingRunner, tiny: Wanted):
    name = ours.start(ours.plan(**long(tiny)))
    until(lambda: state(ours, name).state == "runs" and state(ours, name).models[0].step > 50)
    with pytest.raises(UsageError, match="is being trained"):
        ours.start(ours.plan(**long(tiny)))
    another = TrainingRunner()
    assert state(another, name).state == "runs"
    assert state(another, name).left > 0
    with pytest.raises(Cancelled):
        another.follow(name, lambda _: None, lambda: True)
    assert process.runs(name), "who follows no more leaves it alone"
    another.stop(name)
    another.stop(name)
    until(lambda: state(another, name).state == "stopped")
    done = state(another, name).models[0]
    assert done.state == "stopped"
    assert run.resumable(name)
    another.resume(name)
    try:
        until(lambda: state(another, name).models[0].step > done.step)
        assert process.find(name).arguments[-1] == "--resume"
        with pytest.raises(UsageError, match="being trained already"):
            another.resume(name)
        another.stop(name)
        until(lambda: state(another, name).state == "stopped")
    finally:
        another._children[name].running.kill()
        another._children[name].running.wait()


def test_a_process_that_says_nothing_starts_and_one_that_fails_is_told(
    ours: TrainingRunner, tiny: Wanted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    go = tmp_path / "go"
    wait = f"import pathlib, sys, time\nwhile not pathlib.Path({str(go)!r}).exists():\n    time.sleep(.02)\n"
    speaking(monkeypatch, tmp_path, wait + "sys.exit('error: the disk is [/full]')")
    name = ours.start(ours.plan(**tiny))
    assert state(ours, name).state == "starts"
    assert [each.state for each in state(ours, name).models] == ["waits"] * 3
    go.touch()
    seen: list[Training] = []
    ours.follow(name, seen.append, lambda: False)
    assert (seen[-1].state, seen[-1].problem) == ("failed", "error: the disk is [/full]")
    ours.resume(name)
    until(lambda: state(ours, name).state == "failed")


def test_one_that_starts_can_be_stopped(
    ours: TrainingRunner, tiny: Wanted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    ready = tmp_path / "ready"
    speaking(
        monkeypatch,
        tmp_path,
        f"import pathlib, time\npathlib.Path({str(ready)!r}).touch()\ntime.sleep(600)\n",
    )
    name = ours.start(ours.plan(**tiny))
    until(ready.exists)
    ours.stop(name)
    until(lambda: state(ours, name).state == "stopped")
    with pytest.raises(UsageError, match="is not being trained"):
        ours.stop(name)


def test_what_nobody_knows(ours: TrainingRunner):
    assert ours.every() == ()
    for ask in (ours.resume, lambda name: ours.follow(name, print, lambda: False)):
        with pytest.raises(UsageError, match="no training named"):
            ask("none")
    with pytest.raises(UsageError, match="is not being trained"):
        ours.stop("none")


def test_what_was_planned_last_is_not_planned_again_until_the_data_changes(
    ours: TrainingRunner, tiny: Wanted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    wanted = tiny | {"data": (str(pairs_file(tmp_path / "pairs.jsonl")),)}
    first = ours.plan(**wanted)
    assert ours.plan(**wanted) is first
    assert len(ours.plan(**wanted | {"steps": 31}).trainings) == 3
    assert ours.plan(**wanted) is not first
    second = ours.plan(**wanted)
    pairs_file(tmp_path / "pairs.jsonl", langs=("de", "en"))
    assert ours.plan(**wanted) is not second
