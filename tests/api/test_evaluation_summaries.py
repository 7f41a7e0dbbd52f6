from __future__ import annotations

import json
from pathlib import Path

import pytest

from hybrid_tui import settings
from hybrid_tui.api import loss_curves
from hybrid_tui.api.evaluation_summaries import Summaries
from hybrid_tui.corpus import catalog
from hybrid_tui.errors import DataError, UsageError
from tests.evaluation.kept_evaluations import kept
from tests.evaluation.random_cases import world
from tests.trained_models import head

from ..toys import toy


@pytest.fixture
def evaluated() -> None:
    toy()
    fingerprint = catalog.load("toy").fingerprint
    for seed, model in enumerate(("two", "one")):
        kept(world(seed), model=model, collection_fingerprint=fingerprint)
    kept(world(3), model="old", collection_fingerprint="before")


def test_systems_of_the_collection_as_it_is_now_are_listed(evaluated: None) -> None:
    assert [system.name for system in Summaries().systems("toy")] == ["one", "two"]


def test_a_system_is_held_against_another_but_not_against_itself(evaluated: None) -> None:
    summaries = Summaries()
    found = summaries.figures("toy", "two", "one")
    assert all(figure.against for figure in found.values())
    assert summaries.figures("toy", "two", "one") is found
    assert not any(figure.against for figure in summaries.figures("toy", "two", "two").values())
    assert not any(figure.against for figure in summaries.figures("toy", "two").values())


def test_what_was_not_evaluated_is_told(evaluated: None) -> None:
    with pytest.raises(UsageError, match="no evaluation on toy named 'tow'") as caught:
        Summaries().figures("toy", "one", "tow")
    assert "two" in caught.value.hint
    with pytest.raises(UsageError, match="nowhere"):
        Summaries().systems("nowhere")


def logged(lines: list[dict[str, float]]) -> Path:
    folder = settings.data_dir() / "models" / "mine"
    head(folder)
    (folder / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def test_a_curve_is_thinned_by_means_and_validation_is_kept_apart() -> None:
    steps = [{"step": step, "loss": float(step)} for step in range(1, 121)]
    folder = logged([*steps, {"step": 120, "validation": 0.5}])
    losses, held_out = loss_curves.of("mine")
    assert len(losses) == loss_curves.MOST
    assert losses[0] == (1.5, 1.5)
    assert held_out == ((120.0, 0.5),)
    assert loss_curves.logged(folder)
    assert not loss_curves.logged(None)


def test_models_without_a_log_and_broken_logs_are_told() -> None:
    folder = logged([])
    assert loss_curves.of("mine") == ((), ())
    (folder / "log.jsonl").write_text("{")
    with pytest.raises(DataError, match=r"log.jsonl cannot be read"):
        loss_curves.of("mine")
    (folder / "log.jsonl").unlink()
    with pytest.raises(UsageError, match="mine has no log"):
        loss_curves.of("mine")
    with pytest.raises(UsageError, match="nothing has no log"):
        loss_curves.of("nothing")
