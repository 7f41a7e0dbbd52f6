"""Reading a log while it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.training.log_reader import CURVE_POINTS, LOG, GrowingLog, finished_log, has_log
from tests.training.logs import write_log


def line(step: int, loss: float = 1.0, **more: object) -> str:
    event = {
        "step": step,
        "loss": loss,
        "mode": "cross",
        "lr": 1e-3,
        "pairs": {"de>en": 3},
        "seconds": step / 4,
    }
    return json.dumps(event | more) + "\n"


def test_what_is_added_is_read_and_half_a_line_is_left_for_later(tmp_path: Path):
    file = tmp_path / "log.jsonl"
    log = GrowingLog()
    log.read(file)
    assert (log.step, log.losses, log.step_seconds) == (0, [], 0.0)
    second = line(2, 0.5, mode="mono", pairs={"de>de": 3})
    file.write_text(line(1) + second[:9])
    log.read(file)
    assert (log.step, log.mode) == (1, "cross")
    file.write_text(line(1) + second + json.dumps({"step": 2, "validation": 0.75, "seconds": 0.6}) + "\n")
    log.read(file)
    assert (log.step, log.mode, log.seconds) == (2, "mono", 0.6)
    assert log.losses == [(1, 1.0), (2, 0.5)]
    assert log.validations == [(2, 0.75)]
    assert log.pairs == {"de>en": 3, "de>de": 3}
    assert log.step_seconds == pytest.approx(0.25)


def test_a_log_that_was_cut_at_a_checkpoint_is_read_anew(tmp_path: Path):
    file = tmp_path / "log.jsonl"
    file.write_text("".join(line(step) for step in range(1, 9)))
    log = GrowingLog()
    log.read(file)
    file.write_text("".join(line(step) for step in range(1, 5)))
    log.read(file)
    assert log.step == 4
    assert log.pairs == {"de>en": 12}


def test_another_file_begins_anew(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).write_text(line(1, loss=0.25 if name == "two" else 1.0))
    log = GrowingLog()
    for name in ("one", "two"):
        log.read(tmp_path / name)
    assert log.losses == [(1, 0.25)]


def test_long_curves_are_means_of_stretches(tmp_path: Path):
    file = tmp_path / "log.jsonl"
    file.write_text("".join(line(step, float(step)) for step in range(1, 1001)))
    log = GrowingLog()
    log.read(file)
    assert len(log.losses) == 200
    assert log.losses[0] == (5, 3.0)
    assert log.losses[-1] == (1000, 998.0)


def test_the_log_of_a_trained_model_is_thinned_by_means() -> None:
    folder = write_log(120, {"step": 120, "validation": 0.5})
    log = finished_log("mine")
    assert len(log.losses) == CURVE_POINTS
    assert log.losses[0] == (2, 1.5)
    assert log.validations == [(120, 0.5)]
    assert has_log(folder)
    assert not has_log(None)


def test_models_without_a_log_and_broken_logs_are_told() -> None:
    folder = write_log(0)
    assert finished_log("mine").losses == []
    for broken in ("{\n", '{"step": 1}\n'):
        (folder / LOG).write_text(broken)
        with pytest.raises(DataError, match=r"log.jsonl cannot be read"):
            finished_log("mine")
    (folder / LOG).unlink()
    with pytest.raises(UsageError, match="mine has no log"):
        finished_log("mine")
    with pytest.raises(UsageError, match="nothing has no log"):
        finished_log("nothing")
