"""The log of a training."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from hybrid_tui.errors import UsageError
from hybrid_tui.sampling.samplers import Sampler
from hybrid_tui.training.log_reader import LOG
from hybrid_tui.training.log_writer import Record, language_pairs
from tests.training.conftest import Follower, Making


def test_a_line_a_step_and_everything_passed_on(making: Making, tmp_path: Path):
    plan = making(Sampler("mono")).train.plan
    follower = Follower()
    record = Record(tmp_path, plan, follower)
    for step in (1, 2):
        record.stepped(step, 2.0 - step / 4, plan.batch(step - 1), 1e-3)
    record.validated(2, 0.5)
    assert (follower.steps, follower.validations) == ([1, 2], [0.5])
    lines = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 2]
    assert lines[0]["mode"] == "mono"
    assert list(lines[0]["pairs"].values()) == [4]
    assert lines[2]["validation"] == 0.5
    assert record.losses() == {
        "first": 1.625,
        "last": 1.625,
        "validation_first": 0.5,
        "validation_best": 0.5,
    }


def test_what_came_after_the_checkpoint_is_logged_anew(making: Making, tmp_path: Path):
    plan = making().train.plan
    record = Record(tmp_path, plan, Follower())
    for step in (1, 2, 3):
        record.stepped(step, float(step), plan.batch(step - 1), 1e-3)
    before = record.seconds
    with (tmp_path / LOG).open("a") as log:
        log.write('{"step": 2, "lo')  # as a killed process leaves it
    again = Record(tmp_path, plan, Follower(), steps_done=2)
    again.stepped(3, 9.0, plan.batch(2), 1e-3)
    losses = [json.loads(line)["loss"] for line in (tmp_path / LOG).read_text().splitlines()]
    assert losses == [1.0, 2.0, 9.0]
    assert again.events[-1]["seconds"] >= again.events[1]["seconds"]
    assert before >= again.events[1]["seconds"]


def test_pairs_of_languages_most_first(making: Making):
    plan = making(Sampler("cross")).train.plan
    counts = language_pairs(plan, plan.batch(0))
    assert sum(counts.values()) == 4
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    assert all(len(set(pair.split(">"))) == 2 for pair in counts)


@pytest.mark.skipif(find_spec("tensorboard") is not None, reason="the package is installed")
def test_tensorboard_that_is_not_installed_is_told(making: Making, tmp_path: Path):
    with pytest.raises(UsageError, match="needs the package tensorboard"):
        Record(tmp_path, making().train.plan, Follower(), board=tmp_path / "board")
