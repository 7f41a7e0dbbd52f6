"""From settings to a model that can be named: every depth, stopped and resumed, refused and mended."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from hybrid_tui import settings
from hybrid_tui.encoders import lora, model
from hybrid_tui.errors import Cancelled, DataError, HybridTuiError, UsageError
from hybrid_tui.sampling.samplers import Sampler
from hybrid_tui.training import checkpoints, run
from hybrid_tui.training.loss import SortedRankingLoss
from hybrid_tui.training.precision import precision
from hybrid_tui.training.settings import NotANumberError
from tests.training.conftest import Follower, Making, pairs_file, quiet, some_negatives

DEPTHS = ("head", "lora", "full")


@pytest.mark.parametrize("tuning", DEPTHS)
def test_a_training_leaves_a_model_that_can_be_named_at_once(making: Making, tuning: str):
    told = {"validation": 0.3, "evaluate_every": 10, "warmup": 0.0, "anchor": 0.0, "temperature": 0.02}
    job = making(tuning=tuning, steps=30, learning_rate=0.1 if tuning == "head" else 5e-3, **told)
    follower = Follower()
    folder = run.run(job, "mine", follower, quiet)
    assert follower.steps == list(range(1, 31))
    still = Follower()  # Batches differ in difficulty: the same ones are compared, without learning.
    run.run(making(tuning=tuning, steps=30, learning_rate=1e-9, **told), "still", still, quiet)
    assert np.mean(follower.losses[-15:]) < np.mean(still.losses[-15:])
    assert len(follower.validations) == 3
    spec = model.resolve("mine")
    assert spec.manifest
    assert (spec.manifest.tuning, spec.manifest.sampler, spec.manifest.steps) == (tuning, "hybrid", 30)
    assert spec.manifest.settings["alpha"] == 0.5
    assert spec.manifest.hardware["precision"] == ("float32" if tuning == "head" else precision())
    assert spec.manifest.data[0].items == len(job.train.pairs.items)
    assert spec.manifest.losses["validation_best"] == pytest.approx(min(follower.validations), abs=1e-6)
    made, before = model.load(spec), model.load(job.spec)
    texts = ["a river", "der Fluss"]
    vectors = made.encode(texts, "query")
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.abs(vectors - before.encode(texts, "query")).max() > 1e-3, "something was learnt"
    assert not run.folder_of("mine").exists(), "nothing is left of the run"
    assert len((folder / "log.jsonl").read_text().splitlines()) == 33


@pytest.mark.parametrize("tuning", DEPTHS)
@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_resuming_gives_the_losses_of_a_run_that_was_never_stopped(making: Making, tuning: str, how: str):
    rate = 0.05 if tuning == "head" else 1e-2
    job = making(tuning=tuning, steps=9, checkpoint_every=2, learning_rate=rate, temperature=0.02)
    whole = Follower()
    run.run(job, "whole", whole, quiet)
    first = Follower(stop_after=5) if how == "stopped" else Follower(break_after=5)
    with pytest.raises(Cancelled if how == "stopped" else KeyboardInterrupt):
        run.run(job, "parts", first, quiet)
    with pytest.raises(UsageError, match="stopped before its end") as refused:
        run.check(job, "parts")
    assert "--resume" in refused.value.hint
    second = Follower()
    run.run(job, "parts", second, quiet, resume=True)
    assert second.steps[0] == (6 if how == "stopped" else 5)
    np.testing.assert_allclose(first.losses, whole.losses[:5], atol=1e-5)
    np.testing.assert_allclose(second.losses, whole.losses[second.steps[0] - 1 :], atol=1e-5)
    ended = [model.load(name).encode(["a river and a moon"], "passage") for name in ("whole", "parts")]
    np.testing.assert_allclose(*ended, atol=1e-5)
    logs = [
        [json.loads(line)["step"] for line in (_folder(name) / "log.jsonl").read_text().splitlines()]
        for name in ("whole", "parts")
    ]
    assert logs[0] == logs[1] == list(range(1, 10))


def _folder(name: str) -> Path:
    return settings.data_dir() / "models" / name


def test_the_best_of_the_validations_is_kept(making: Making, monkeypatch: pytest.MonkeyPatch):
    job = making(tuning="head", steps=40, validation=0.3, evaluate_every=5, patience=2, learning_rate=1e-2)
    found = iter([3.0, 1.0, 2.0, 2.5, 0.0])
    monkeypatch.setattr("hybrid_tui.training.head.validation_loss", lambda _head, _held: next(found))
    follower = Follower()
    run.run(job, "mine", follower, quiet)
    assert follower.validations == [3.0, 1.0, 2.0, 2.5]
    assert follower.steps[-1] == 20, "stops two validations after the best"
    shorter = making(tuning="head", steps=40, validation=0.3, evaluate_every=5, learning_rate=1e-2)
    found = iter([1.0, 0.0])
    with pytest.raises(Cancelled):
        run.run(shorter, "ten", Follower(stop_after=10), quiet)
    last = checkpoints.newest(run.folder_of("ten"))
    assert last
    kept = checkpoints.load_tensors(last / checkpoints.WEIGHTS)["matrix"].numpy()
    np.testing.assert_allclose(model.resolve("mine").matrix, kept, atol=1e-6)


def test_deep_training_stops_early_and_keeps_the_best(making: Making):
    job = making(steps=12, validation=0.3, evaluate_every=2, patience=1, learning_rate=1.0)
    follower = Follower()
    run.run(job, "mine", follower, quiet)
    assert follower.steps[-1] < 12
    assert follower.validations[-1] >= min(follower.validations[:-1])


def test_lora_keeps_the_share_of_what_it_learned_that_it_is_told_to(making: Making):
    matrices = []
    for name, scale in (("whole", 1.0), ("half", 0.5)):
        folder = run.run(making(learning_rate=1e-2, lora_scale=scale), name, Follower(), quiet)
        adapter, changed = lora.read(folder), {}
        for module, (down, up) in adapter.pairs.items():
            changed[module] = torch.zeros(len(up), down.shape[1])
        adapter.merge(changed.__getitem__)
        matrices.append(torch.cat([changed[module].flatten() for module in sorted(changed)]))
    whole, half = matrices
    assert whole.abs().max() > 0
    torch.testing.assert_close(half, whole / 2)
    with pytest.raises(UsageError, match="--lora-scale is a share"):
        making(lora_scale=1.5)


@pytest.mark.parametrize("tuning", ["head", "lora"])
def test_nothing_of_a_checkpoint_is_a_pickle(making: Making, tuning: str):
    job = making(tuning=tuning, steps=6, checkpoint_every=2)
    with pytest.raises(Cancelled):
        run.run(job, "mine", Follower(stop_after=4), quiet)
    kinds = {file.suffix for file in run.folder_of("mine").rglob("*") if file.is_file()}
    assert kinds == {".safetensors", ".json", ".jsonl"}


@pytest.mark.parametrize("tuning", ["head", "lora"])
def test_a_loss_that_is_no_number_ends_the_training(
    making: Making, tuning: str, monkeypatch: pytest.MonkeyPatch
):
    job = making(tuning=tuning, steps=9, checkpoint_every=2)
    if tuning == "head":
        broken = _breaking(torch.nn.functional.cross_entropy)
        monkeypatch.setattr("torch.nn.functional.cross_entropy", broken)
    else:
        broken = _breaking(SortedRankingLoss.forward)
        monkeypatch.setattr(SortedRankingLoss, "forward", broken)
    with pytest.raises(NotANumberError, match="step 6") as caught:
        run.run(job, "mine", Follower(), quiet)
    assert "lower --lr" in caught.value.hint
    last = checkpoints.newest(run.folder_of("mine"))
    assert last
    assert last.name == "checkpoint-4"
    assert not _folder("mine").exists()


def _breaking(true: Callable[..., torch.Tensor], good: int = 5) -> Callable[..., torch.Tensor]:
    """Return a loss that is no number once it has been called `good` times."""
    calls = 0

    def broken(*words: object, **named: object) -> torch.Tensor:
        nonlocal calls
        calls += 1
        return true(*words, **named) * (float("nan") if calls > good else 1)

    return broken


def test_too_little_memory_says_which_option_to_lower(making: Making, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("hybrid_tui.training.trainer.PlanTrainer.compute_loss", full)
    with pytest.raises(HybridTuiError, match="memory does not suffice") as caught:
        run.run(making(), "mine", Follower(), quiet)
    assert "--mini-batch" in caught.value.hint


def test_another_plan_or_other_data_is_not_resumed(making: Making, tmp_path: Path):
    with pytest.raises(Cancelled):
        run.run(making(steps=6), "mine", Follower(stop_after=2), quiet)
    with pytest.raises(UsageError, match=r"another one \(alpha: 0.5 then, 0.25 now\)"):
        run.check(making(Sampler("hybrid", 0.25), steps=6), "mine", resume=True)
    with pytest.raises(UsageError, match="seed: 1 then, 2 now"):
        run.check(making(steps=6, seed=2), "mine", resume=True)
    changed = [pairs_file(tmp_path / "pairs.jsonl", items=15)]
    with pytest.raises(UsageError, match="data_fingerprint"):
        run.check(making(steps=6, data=changed), "mine", resume=True)
    with pytest.raises(UsageError, match="no training of other to resume"):
        run.check(making(steps=6), "other", resume=True)


def test_a_damaged_checkpoint_is_told(making: Making):
    job = making(steps=6)
    with pytest.raises(Cancelled):
        run.run(job, "mine", Follower(stop_after=2), quiet)
    last = checkpoints.newest(run.folder_of("mine"))
    assert last
    (last / checkpoints.WEIGHTS).write_bytes(b"torn")
    with pytest.raises(DataError, match=r"weights\.safetensors"):
        run.run(job, "mine", Follower(), quiet, resume=True)


def test_a_model_that_exists_is_replaced_only_when_asked(making: Making):
    job = making(tuning="head", steps=2)
    run.run(job, "mine", Follower(), quiet)
    before = model.resolve("mine").fingerprint
    with pytest.raises(UsageError, match="there is a model mine"):
        run.run(job, "mine", Follower(), quiet)
    longer = making(tuning="head", steps=5)
    run.run(longer, "mine", Follower(), quiet, overwrite=True)
    assert model.resolve("mine").fingerprint != before


def test_names(making: Making, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    job = making()
    assert run.default_name(job) == "tiny-lora-hybrid"
    (tmp_path / "shipped" / "tiny-lora-hybrid").mkdir(parents=True)
    monkeypatch.setattr(settings, "shipped_dir", lambda: tmp_path / "shipped")
    assert run.default_name(job) == "my-tiny-lora-hybrid"
    with pytest.raises(UsageError, match="cannot be named"):
        run.check(job, "a/b")


def test_mini_batches_change_nothing_but_memory(making: Making):
    losses = []
    for size in (0, 2):
        follower = Follower()
        run.run(making(mini_batch=size, steps=4), f"m{size}", follower, quiet)
        losses.append(follower.losses)
    np.testing.assert_allclose(*losses, atol=2e-2)


@pytest.mark.parametrize(("tuning", "mini_batch"), [("head", 0), ("lora", 0), ("lora", 3)])
def test_hard_negatives_make_the_loss_harder(making: Making, tmp_path: Path, tuning: str, mini_batch: int):
    """Those of some rows alone, then of all."""
    files = [pairs_file(tmp_path / "plain.jsonl"), some_negatives(pairs_file(tmp_path / "some.jsonl"))]
    files.append(pairs_file(tmp_path / "all.jsonl", negative="a river and a mountain", neg_2="a moon"))
    losses = []
    for number, data in enumerate(files):
        follower = Follower()
        job = making(data=[data], tuning=tuning, steps=1, batch_size=6, mini_batch=mini_batch)
        run.run(job, f"n{number}", follower, quiet)
        losses += follower.losses
    assert losses[0] < losses[1] < losses[2]


def test_head_tuning_starts_at_the_backbone(making: Making):
    from hybrid_tui.training.head import HeadTrainer

    job = making(tuning="head", batch_size=4)
    vectors = model.load(job.spec).encode(["a river", "a moon", "der Fluss", "mountain"], "query")
    both = torch.from_numpy(vectors)
    scores = vectors @ vectors.T / job.options.temperature
    expected = torch.nn.functional.cross_entropy(torch.from_numpy(scores), torch.arange(4))
    assert HeadTrainer(job.options, 16).loss(both, both).item() == pytest.approx(expected.item(), abs=1e-5)


def test_a_strong_anchor_keeps_a_head_where_it_was(making: Making):
    found = []
    for anchor in (0.0, 1e4):
        job = making(tuning="head", steps=20, anchor=anchor, learning_rate=1e-2)
        run.run(job, f"a{anchor:g}", Follower(), quiet)
        matrix = model.resolve(f"a{anchor:g}").matrix
        assert matrix is not None
        found.append(np.abs(matrix - np.eye(16)).max())
    assert found[1] < found[0] / 3
