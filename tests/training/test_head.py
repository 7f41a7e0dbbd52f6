from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from hybrid_tui.training.head import HeadTrainer
from tests.training.conftest import Making


@pytest.mark.parametrize("negatives", [0, 3])
def test_the_symmetric_loss_ranks_queries_for_passages_too(making: Making, negatives: int):
    torch.manual_seed(1)
    queries = functional.normalize(torch.randn(8, 16), dim=1)
    passages = functional.normalize(torch.randn(8 + negatives, 16), dim=1)
    one, both = (HeadTrainer(making(loss=loss).options, 16) for loss in ("infonce", "symmetric"))
    rows = torch.arange(8)
    scores = queries @ passages.T / making().options.temperature
    forward, back = functional.cross_entropy(scores, rows), functional.cross_entropy(scores[:, :8].T, rows)
    torch.testing.assert_close(one.loss(queries, passages), forward)
    torch.testing.assert_close(both.loss(queries, passages), (forward + back) / 2)
