"""What a process that trains leaves for others to know of it."""

from __future__ import annotations

import msgspec
import pytest

from hybrid_tui.errors import UsageError
from hybrid_tui.jobs import locks, notes, running
from hybrid_tui.training import training_note
from hybrid_tui.training.training_note import Planned, TrainingDetails, details_of, holding


def told(*names: str) -> TrainingDetails:
    return TrainingDetails(
        backbone="/models/tiny",
        tuning="head",
        data=("starter", "/a/pairs.jsonl"),
        models=tuple(
            Planned(name, "hybrid", alpha, 10, 4) for name, alpha in zip(names, (0.5, 0.2), strict=False)
        ),
    )


def test_it_is_known_by_its_first_model_and_tells_which_are_kept():
    with holding(told("mine", "other"), ("train",)) as training:
        assert running.runs("mine")
        assert not running.runs("other")
        assert training_note.trains("mine")
        assert training_note.trains("other")
        training.done("mine")
    note = notes.find("mine")
    assert note.title == "tiny, head, hybrid hybrid 0.2, on starter, pairs.jsonl"
    assert (note.ended, note.arguments, details_of(note).done) == ("well", ("train",), ("mine",))
    assert not training_note.trains("other")


def test_two_processes_do_not_train_one_model(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(locks, "PATIENCE_SECONDS", 0.05)
    with holding(told("first", "shared"), ()):
        with (
            pytest.raises(UsageError, match="shared is being trained"),
            holding(told("second", "shared"), ()),
        ):
            pytest.fail("held twice")
        assert notes.find("second") is None
    with holding(told("second", "shared"), ()):
        assert training_note.trains("shared")


def test_details_of_another_kind_or_damaged_are_none():
    note = training_note.training_note(told("mine"), ())
    assert details_of(note) == told("mine")
    assert details_of(msgspec.structs.replace(note, kind="evaluation")) is None
    assert details_of(msgspec.structs.replace(note, details={"backbone": 3})) is None
