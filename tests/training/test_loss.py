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
from tests.training.conftest import Making


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
