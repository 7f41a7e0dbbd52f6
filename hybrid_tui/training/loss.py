"""The loss of a batch: InfoNCE over its passages (arXiv 2408.10536, Eq. 1), with little padding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from sentence_transformers.sentence_transformer.losses import (
    CachedMultipleNegativesRankingLoss,
    MultipleNegativesRankingLoss,
)
from torch import Tensor, nn

from hybrid_tui.encoders.batching import batches
from hybrid_tui.training.settings import Settings

TOKEN_BUDGET = 1024
"""Rows x longest row of what goes through the model together."""


class SortedRankingLoss(MultipleNegativesRankingLoss):
    """sentence-transformers' loss on embeddings that are made with rows of like length together.

    A column padded to its longest text is half padding; on a CPU that is half of the time. The embeddings
    are the same, to rounding.
    """

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        """Return the loss, a scalar, of columns of `input_ids` and `attention_mask`, each (batch, length)."""
        loss: Tensor = self.compute_loss_from_embeddings(
            embeddings_of(self.model, list(sentence_features)), labels
        )
        return loss


def embeddings_of(model: nn.Module, columns: list[dict[str, Tensor]]) -> list[Tensor]:
    """Return each column's embeddings, shape (batch, dimension), through batches of like length."""
    rows = [
        (ids[mask.bool()], column)
        for column, features in enumerate(columns)
        for ids, mask in zip(features["input_ids"], features["attention_mask"], strict=True)
    ]
    made: list[Tensor] = []
    order: list[int] = []
    for chosen in batches([len(ids) for ids, _ in rows], TOKEN_BUDGET):
        parts = [rows[row][0] for row in chosen]
        ids = nn.utils.rnn.pad_sequence(parts, batch_first=True)
        mask = nn.utils.rnn.pad_sequence([torch.ones_like(part) for part in parts], batch_first=True)
        made.append(model({"input_ids": ids, "attention_mask": mask})["sentence_embedding"])
        order += chosen
    every = torch.cat(made)[torch.tensor(order, device=made[0].device).argsort()]
    return list(torch.split(every, [len(features["input_ids"]) for features in columns]))


def loss_of(model: Any, options: Settings, *, on_cpu: bool, spread: bool) -> nn.Module:
    """Return the loss to train with; GradCache (arXiv 2101.06983) where mini-batches are asked for.

    model: of sentence-transformers. on_cpu: rows of like length go through it together.
    spread: whether the passages of every process are negatives, as in one process with the whole batch.
    """
    scale = 1 / options.temperature
    if options.mini_batch:
        return CachedMultipleNegativesRankingLoss(
            model, scale=scale, mini_batch_size=options.mini_batch, gather_across_devices=spread
        )
    kind = SortedRankingLoss if on_cpu else MultipleNegativesRankingLoss
    return kind(model, scale=scale, gather_across_devices=spread)
