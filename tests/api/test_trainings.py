"""Trainings as processes of their own, with a tiny backbone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hybrid_tui.api.jobs import Jobs
from hybrid_tui.api.records import Job, Training
from hybrid_tui.api.trainings import TrainingRunner
from hybrid_tui.encoders import model, user_models
from hybrid_tui.errors import Cancelled, UsageError
from hybrid_tui.jobs import notes, running
from hybrid_tui.jobs.processes import JobProcesses
from hybrid_tui.training import run
from tests.checkpoints import checkpoint
from tests.processes import job_processes, until
from tests.training.conftest import pairs_file

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("one_thread", "nothing_shipped")]
NAMES = ("tiny-head-mono", "tiny-head-cross", "tiny-head-hybrid")
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


class Ours:
    """Trainings among jobs, as an engine has them."""

    def __init__(self, processes: JobProcesses) -> None:
        self.trainings = TrainingRunner(processes)
        self.jobs = Jobs(processes)

    def job(self, name: str) -> Job:
        return next(each for each in self.jobs.every() if each.name == name)


@pytest.fixture
def ours() -> Iterator[Ours]:
    """Trainings; what still runs at the end is killed."""
    with job_processes() as processes:
        yield Ours(processes)


def test_three_models_one_after_the_other_followed_to_the_end(ours: Ours, tiny: Wanted):
    name = ours.trainings.start(ours.trainings.plan(**tiny))
    seen: list[Training] = []
    ours.trainings.follow(name, seen.append, lambda: False)
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
    (listed,) = Jobs().every()
    assert (listed.name, listed.kind, listed.state) == (name, "training", "ended")
    assert (listed.step, listed.done, listed.total) == ("training", 90, 90)
    with pytest.raises(UsageError, match="there is a model tiny-head-mono"):
        ours.trainings.start(ours.trainings.plan(**tiny))
    with pytest.raises(UsageError, match="nothing to go on with"):
        ours.jobs.resume(name)
    for each in NAMES:
        user_models.remove(each)
    assert Jobs().every() == ()


def test_it_outlives_who_started_it_is_stopped_and_goes_on(ours: Ours, tiny: Wanted):
    name = ours.trainings.start(ours.trainings.plan(**long(tiny)))
    until(lambda: ours.job(name).state == "runs" and ours.job(name).done > 50)
    with pytest.raises(UsageError, match="is being trained"):
        ours.trainings.start(ours.trainings.plan(**long(tiny)))
    with job_processes() as processes:
        another = Ours(processes)
        until(lambda: another.job(name).left > 0)
        with pytest.raises(Cancelled):
            another.trainings.follow(name, lambda _: None, lambda: True)
        assert running.runs(name), "who follows no more leaves it alone"
        another.jobs.stop(name)
        until(lambda: another.job(name).state == "stopped")
        assert run.resumable(name)
        done = another.job(name).done
        another.jobs.resume(name)
        until(lambda: another.job(name).state == "runs" and another.job(name).done > done)
        assert notes.find(name).arguments[-1] == "--resume"
        with pytest.raises(UsageError, match="runs already"):
            another.jobs.resume(name)
        another.jobs.stop(name)
        until(lambda: another.job(name).state == "stopped")


def test_what_nobody_knows(ours: Ours):
    assert ours.jobs.every() == ()
    for ask in (
        ours.jobs.resume,
        ours.jobs.stop,
        lambda name: ours.trainings.follow(name, print, lambda: False),
    ):
        with pytest.raises(UsageError, match="no job named"):
            ask("none")


def test_what_was_planned_last_is_not_planned_again_until_the_data_changes(tiny: Wanted, tmp_path: Path):
    ours = TrainingRunner(JobProcesses())
    wanted = tiny | {"data": (str(pairs_file(tmp_path / "pairs.jsonl")),)}
    first = ours.plan(**wanted)
    assert ours.plan(**wanted) is first
    assert len(ours.plan(**wanted | {"steps": 31}).trainings) == 3
    assert ours.plan(**wanted) is not first
    second = ours.plan(**wanted)
    pairs_file(tmp_path / "pairs.jsonl", langs=("de", "en"))
    assert ours.plan(**wanted) is not second
