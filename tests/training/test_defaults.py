"""Every setting is settled before a training begins, or refused with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from hybrid_tui.errors import UsageError
from hybrid_tui.sampling.samplers import Sampler
from hybrid_tui.training import defaults
from hybrid_tui.training.defaults import prepare, seeded
from tests.toys import toy
from tests.trained_models import head
from tests.training.conftest import ITEMS, LANGS, Making, pairs_file


def test_the_defaults_depend_on_data_and_machine(making: Making):
    job = making(tuning="auto", steps=None, batch_size=None, validation=None)
    options = job.options
    assert options.tuning == "head", "little data, no GPU"
    assert (options.steps, options.learning_rate) == (defaults.STEPS["head"], defaults.RATES["head"])
    assert options.langs == LANGS
    assert job.train.plan.batch_size == options.batch_size <= ITEMS


@pytest.mark.parametrize(
    ("tuning", "rate", "temperature"), [("head", 1e-3, 0.05), ("lora", 2e-4, 0.02), ("full", 3e-5, 0.05)]
)
def test_rate_and_temperature_depend_on_the_tuning(
    making: Making, tuning: str, rate: float, temperature: float
):
    options = making(tuning=tuning, learning_rate=None, temperature=None).options
    assert (options.learning_rate, options.temperature) == (rate, temperature)
    assert making(tuning=tuning, temperature=0.1).options.temperature == 0.1


def test_a_gpu_or_much_data_makes_auto_train_lora(making: Making, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(defaults, "SMALL", 10)
    assert making(tuning="auto", steps=None).options.tuning == "lora"
    monkeypatch.setattr(defaults, "SMALL", 10_000)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    assert making(tuning="auto").options.tuning == "lora"


def test_the_offline_backbone_that_is_frozen_gets_a_head(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(defaults, "SMALL", 0)
    assert prepare("use-m3", ["starter"], Sampler("cross")).options.tuning == "head"


def test_the_batch_fits_the_language_that_has_least(making: Making, tmp_path: Path):
    few = pairs_file(tmp_path / "few.jsonl", items=5, langs=("tr",))
    job = making(Sampler("mono"), data=[pairs_file(tmp_path / "most.jsonl"), few], batch_size=None)
    assert job.options.batch_size == 5


def test_epochs_become_steps(making: Making):
    job = making(epochs=2.5, batch_size=4)
    assert job.options.steps == round(2.5 * ITEMS / 4)


def test_held_out_items_are_not_trained_on(making: Making):
    job = making(validation=0.4)
    assert job.held
    train, held = (set(side.pairs.rows["item_id"]) for side in (job.train, job.held))
    assert train
    assert held
    assert not train & held


def test_data_too_small_to_hold_some_out_is_trained_on_whole(making: Making, tmp_path: Path):
    tiny = [pairs_file(tmp_path / "tiny.jsonl", items=3)]
    job = making(data=tiny, validation=None, batch_size=2)
    assert job.held is None
    assert job.options.validation == 0
    with pytest.raises(UsageError, match="held out"):
        making(data=tiny, validation=0.01, batch_size=2)


def test_validation_data_of_their_own(making: Making, tmp_path: Path):
    held = pairs_file(tmp_path / "held.jsonl", items=6, langs=("en", "th", "vi"))
    job = making(validation_data=(str(held),))
    assert job.held
    assert job.held.pairs.languages == ["en", "th"], "only those that are trained on"
    other = pairs_file(tmp_path / "other.jsonl", items=6, langs=("vi",))
    with pytest.raises(UsageError, match="none of the languages"):
        making(validation_data=(str(other),))


def test_a_seed_changes_the_batches_alone(making: Making):
    job = making()
    other = seeded(job, 2)
    assert other.options.seed == 2
    assert other.train.pairs is job.train.pairs
    assert any(
        (job.train.plan.batch(step).items != other.train.plan.batch(step).items).any() for step in range(4)
    )


@pytest.mark.parametrize(
    ("told", "problem", "hint"),
    [
        ({"langs": ["en", "fr"]}, "no rows in fr", "de, en, th"),
        ({"tuning": "deep"}, "no tuning named 'deep'", "head, lora, full"),
        ({"batch_size": 99}, "a batch of 99", "--batch-size"),
        ({"learning_rate": 0.0}, "--lr must be above 0", ""),
        ({"temperature": -1.0}, "--temperature must be above 0", ""),
        ({"loss": "nonsense"}, "no loss named 'nonsense'", "infonce"),
        ({"rank": 0}, "--lora-rank must be at least 1", ""),
        ({"passage_tokens": 7}, "--passage-tokens must be at least 8", ""),
        ({"validation": 1.5}, "--validation is a share", ""),
        ({"backbone": "no-such"}, "no model named 'no-such'", ""),
    ],
)
def test_what_cannot_be_asked_for(making: Making, told: dict[str, object], problem: str, hint: str):
    with pytest.raises(UsageError, match=problem) as caught:
        making(**told)
    assert hint in caught.value.hint


def test_cross_batches_need_two_languages(making: Making, tmp_path: Path):
    alone = [pairs_file(tmp_path / "en.jsonl", langs=("en",))]
    with pytest.raises(UsageError, match="cannot serve the sampler cross"):
        making(Sampler("cross"), data=alone)


def test_a_trained_model_is_no_backbone(making: Making, tmp_path: Path):
    folder = head(tmp_path / "mine", "use-m3", 512)
    with pytest.raises(UsageError, match="is a trained model"):
        making(backbone=folder)


def test_a_batch_is_split_evenly_over_processes(making: Making, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(UsageError, match="over 3 processes") as caught:
        making(batch_size=4)
    assert caught.value.hint == "--batch-size 3"


def test_it_is_told_where_no_question_is_left_to_evaluate_on(making: Making):
    toy("whole")
    job = prepare("me5-small", ["whole"], Sampler("mono"), tuning="head")
    assert job.notes[0].startswith("every question of whole is trained on")
    assert prepare("me5-small", ["starter"], Sampler("mono"), tuning="head").notes == []
    assert making().notes == []
