"""The loss of a batch: InfoNCE over its passages (arXiv 2408.10536, Eq. 1), with little padding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from sentence_transformers.sentence_transformer.losses import (
    CachedMultipleNegativesRankingLoss,
    MultipleNegativesRankingLoss,
)
from sentence_transformers.util import cos_sim
from torch import Tensor, nn

from hybrid_tui.choices import Loss
from hybrid_tui.encoders.batching import batches
from hybrid_tui.training.settings import Settings

Embeddings = list[Tensor]
"""Of queries, passages and, where there are some, hard negatives; float32, shape (rows, dimension) each."""
TOKEN_BUDGET = 1024
"""Rows x longest row of what goes through the model together."""
DIRECTIONS: dict[Loss, tuple[str, ...]] = {
    "infonce": ("query_to_doc",),
    "symmetric": ("query_to_doc", "doc_to_query"),
}
"""What is ranked for what, each loss in sentence-transformers' words."""


def similarity(queries: Tensor, passages: Tensor) -> Tensor:
    """Return cosines, shape (queries, passages); -inf for passages of zeros, which are none: see `padded`."""
    cosines: Tensor = cos_sim(queries, passages)
    return cosines.masked_fill(~passages.any(dim=1), -torch.inf)


def padding(found: Embeddings) -> Tensor | None:
    """Return the zeros that bring a process's hard negatives to as many as each has; None where none lack.

    Processes exchange their embeddings, for which the shapes must agree.
    """
    count = torch.tensor(len(found[2]) if len(found) > 2 else 0, device=found[0].device)
    most = count.clone()
    torch.distributed.all_reduce(most, torch.distributed.ReduceOp.MAX)
    if not (lacking := int(most - count)):
        return None
    # Gradients are exchanged too, also by a process that has no negatives of its own.
    return found[0].new_zeros(lacking, found[0].shape[1]).requires_grad_()


class RankingLoss(MultipleNegativesRankingLoss):
    """sentence-transformers' loss, with as many hard negatives as there are."""

    def compute_loss_from_embeddings(self, embeddings: Embeddings, labels: Tensor) -> Tensor:
        """Return the loss, a scalar."""
        if self.gather_across_devices and (zeros := padding(embeddings)) is not None:
            embeddings = [*embeddings[:2], torch.cat([*embeddings[2:], zeros])]
        loss: Tensor = super().compute_loss_from_embeddings(embeddings, labels)
        return loss


class CachedRankingLoss(CachedMultipleNegativesRankingLoss):
    """sentence-transformers' loss with GradCache, with as many hard negatives as there are."""

    def calculate_loss(self, reps: list[list[Tensor]], labels: Tensor | None = None, **more: bool) -> Tensor:
        """Return the loss, a scalar, of each column's embeddings in mini-batches."""
        if self.gather_across_devices and (zeros := padding([torch.cat(each) for each in reps])) is not None:
            reps = [*reps[:2], [*(reps[2] if len(reps) > 2 else []), zeros]]
        loss: Tensor = super().calculate_loss(reps, labels, **more)
        return loss


class SortedRankingLoss(RankingLoss):
    """sentence-transformers' loss on embeddings that are made with rows of like length together.

    A column padded to its longest text is half padding; on a CPU that is half of the time. The embeddings
    are the same, to rounding.
    """

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        """Return the loss, a scalar, of columns of `input_ids` and `attention_mask`, each (rows, length)."""
        loss: Tensor = self.compute_loss_from_embeddings(
            embeddings_of(self.model, list(sentence_features)), labels
        )
        return loss


def embeddings_of(model: nn.Module, columns: list[dict[str, Tensor]]) -> list[Tensor]:
    """Return each column's embeddings, shape (rows, dimension), through batches of like length."""
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
    shared: dict[str, Any] = {
        "scale": 1 / options.temperature,
        "similarity_fct": similarity,
        "gather_across_devices": spread,
        "directions": DIRECTIONS[options.loss],
        "partition_mode": "per_direction",
    }
    if options.mini_batch:
        return CachedRankingLoss(model, mini_batch_size=options.mini_batch, **shared)
    kind = SortedRankingLoss if on_cpu else RankingLoss
    return kind(model, **shared)
