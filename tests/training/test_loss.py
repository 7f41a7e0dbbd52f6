"""Less padding, the same loss."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from hybrid_tui.encoders import model
from hybrid_tui.training import backbone as opening
from hybrid_tui.training import loss
from hybrid_tui.training.batches import loader
from hybrid_tui.training.loss import SortedRankingLoss
from tests.training.conftest import Making, pairs_file, some_negatives


@pytest.mark.parametrize("mini_batch", [0, 3])
@pytest.mark.parametrize("on_cpu", [True, False])
@pytest.mark.parametrize("asked", ["infonce", "symmetric"])
def test_the_negatives_that_there_are_count_and_no_others(
    making: Making, tmp_path: Path, mini_batch: int, on_cpu: bool, asked: str
):
    file = some_negatives(pairs_file(tmp_path / "some.jsonl"))
    job = making(data=[file], batch_size=8, mini_batch=mini_batch, loss=asked)
    opened = opening.opened(job.spec, job.options, "cpu")
    batch = next(iter(loader(*job.train, opening.collator_of(opened, job.options))))
    columns = [
        {key: batch[f"{name}_{key}"] for key in ("input_ids", "attention_mask")}
        for name in ("query", "passage", "negative")
    ]
    assert 0 < len(columns[2]["input_ids"]) < 8, "some rows have none"
    with torch.no_grad():
        made = [opened.model(dict(column))["sentence_embedding"] for column in columns]
        scores = made[0] @ torch.cat(made[1:]).T / job.options.temperature
        rows = torch.arange(8)
        expected = torch.nn.functional.cross_entropy(scores, rows)
        if asked == "symmetric":
            back = torch.nn.functional.cross_entropy(scores[:, :8].T, rows)
            expected = (expected + back) / 2
        kind = loss.loss_of(opened.model, job.options, on_cpu=on_cpu, spread=False)
        found = kind([dict(column) for column in columns], None)
    assert found.item() == pytest.approx(expected.item(), abs=1e-5)


def test_a_passage_of_zeros_is_none():
    queries, passages = torch.eye(3), torch.eye(3)
    passages[1] = 0
    found = loss.similarity(queries, passages.requires_grad_())
    assert found[:, 1].tolist() == [-torch.inf] * 3
    torch.logsumexp(found, dim=1).sum().backward()
    assert torch.isfinite(passages.grad).all()


@pytest.mark.parametrize("budget", [8, 64, 4096])
def test_sorted_batches_give_the_loss_and_gradients_of_sentence_transformers(
    making: Making, backbone: Path, budget: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(loss, "TOKEN_BUDGET", budget)
    job = making()
    opened = opening.opened(model.resolve(str(backbone)), job.options, "cpu")
    collate = opening.collator_of(opened, job.options)
    batch = next(iter(loader(*job.train, collate)))
    columns = [
        {key: batch[f"{name}_{key}"] for key in ("input_ids", "attention_mask")}
        for name in ("query", "passage")
    ]
    found = []
    for kind in (SortedRankingLoss, MultipleNegativesRankingLoss):
        opened.model.zero_grad()
        value = kind(opened.model, scale=20.0)([dict(column) for column in columns], None)
        value.backward()
        slopes = [p.grad.flatten() for p in opened.model.parameters() if p.grad is not None]
        found.append((value.item(), torch.cat(slopes)))
    assert found[0][0] == pytest.approx(found[1][0], abs=1e-5)
    torch.testing.assert_close(found[0][1], found[1][1], atol=1e-5, rtol=1e-4)
