"""From token vectors to one vector per text."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

Pooler = Callable[[Tensor, Tensor], Tensor]
"""(hidden (batch, length, width), mask (batch, length, 1)) -> (batch, width), all float32."""


def _mean(hidden: Tensor, mask: Tensor) -> Tensor:
    return (hidden * mask).sum(1) / mask.sum(1)


def _mean_sqrt_len(hidden: Tensor, mask: Tensor) -> Tensor:
    return (hidden * mask).sum(1) / mask.sum(1).sqrt()


def _max(hidden: Tensor, mask: Tensor) -> Tensor:
    return hidden.masked_fill(mask == 0, -torch.inf).amax(1)


def _cls(hidden: Tensor, mask: Tensor) -> Tensor:  # noqa: ARG001
    return hidden[:, 0]


def _last_token(hidden: Tensor, mask: Tensor) -> Tensor:
    last = mask[..., 0].cumsum(1).argmax(1)
    return hidden[torch.arange(len(hidden), device=hidden.device), last]


POOLERS: dict[str, Pooler] = {
    "mean": _mean,
    "cls": _cls,
    "max": _max,
    "mean_sqrt_len_tokens": _mean_sqrt_len,
    "lasttoken": _last_token,
}
"""By the names that sentence-transformers gives them."""


class PoolingHead(nn.Module):
    """Pools token vectors, several ways side by side if so told, and runs what follows on the result."""

    def __init__(self, modes: tuple[str, ...], after: nn.Module | None = None) -> None:
        super().__init__()
        self.modes = modes
        self.after = after or nn.Identity()

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        """Return unit vectors, shape (batch, dimension), float32."""
        hidden = hidden.float()
        weights = hidden.new_ones(*hidden.shape[:2], 1) if mask is None else mask[..., None].float()
        pooled = torch.cat([POOLERS[mode](hidden, weights) for mode in self.modes], dim=1)
        return nn.functional.normalize(self.after(pooled), dim=1)
