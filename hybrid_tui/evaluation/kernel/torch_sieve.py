"""The sieve on whatever torch runs on: large tiles, a few plain passes over each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hybrid_tui.evaluation.kernel.sieve import REACH, Pairs, Sieve, Sifted

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_CELL_BYTES = 16
"""What a sieve keeps for one score: 4 as float32, 3 as verdicts, 8 while they are summed."""


@dataclass(frozen=True)
class Torch:
    """A torch device, with tiles that take at most `memory` bytes; see `Device`."""

    name: str
    memory: int
    workers: int = 1

    @property
    def queries(self) -> int:
        """The most queries of a tile."""
        return max(1, min(2048, self.memory // _CELL_BYTES))

    @property
    def passages(self) -> int:
        """The most passages of a tile."""
        return max(1, min(1 << 16, self.memory // _CELL_BYTES // self.queries))

    def hold(self, values: NDArray[np.float32]) -> Tensor:
        """See `Device`: copies them to the device."""
        return torch.tensor(values, device=self.name)

    def sieve(self, k: int) -> Sieve:
        """See `Device`."""
        return TorchSieve(self.name, k)


class TorchSieve:
    """Compares float32 scores with each bar, and with the margin around it."""

    def __init__(self, device: str, k: int) -> None:
        self._device, self._k = device, k

    def load(self, queries: NDArray[np.float32], bars: Floats, margin: float) -> None:
        """See `Sieve`."""
        self._queries = torch.from_numpy(queries).to(self._device)
        self._margin = margin
        self._over = self._bound(bars + margin, np.inf)
        self._under = self._bound(bars - margin, -np.inf)

    def sift(self, passages: Tensor, known: tuple[Ints, Ints], floor: Floats) -> Iterator[Sifted]:
        """See `Sieve`."""
        with _whole_float32():
            scores = self._queries @ passages.T
        scores[tuple(torch.from_numpy(at).to(self._device) for at in known)] = -torch.inf
        over = torch.empty(self._over.shape, dtype=torch.int64, device=self._device)
        near = torch.zeros(scores.shape, dtype=torch.bool, device=self._device)
        for bar in range(over.shape[1]):
            above = scores > self._over[:, bar, None]
            over[:, bar] = above.sum(dim=1)
            near |= (scores >= self._under[:, bar, None]) & ~above
        pairs = near.nonzero()
        counted = scores[pairs[:, 0], pairs[:, 1], None] > self._over[pairs[:, 0]]
        best, floor = self._best(scores, floor)
        yield Sifted(
            0, over.cpu().numpy(), _pairs(scores, pairs), counted.cpu().numpy(), _pairs(scores, best), floor
        )

    def _best(self, scores: Tensor, floor: Floats) -> tuple[Tensor, Floats]:
        """Return the (query, passage) that reach the floor, and the floor, raised if that helps."""
        if scores.shape[1] >= self._k:
            kth = scores.topk(self._k, dim=1).values[:, -1].cpu().numpy().astype(np.float64)
            floor = np.maximum(floor, kth - self._margin)
        # What is left out, at minus infinity, must not reach a floor that is not there yet.
        least = self._bound(np.maximum(floor - self._margin, -2.0 * REACH), -np.inf)
        return (scores >= least[:, None]).nonzero(), floor

    def _bound(self, values: Floats, towards: float) -> Tensor:
        """Return values as float32, none rounded away from `towards`."""
        with np.errstate(over="ignore"):
            rounded = np.nextafter(values.astype(np.float32), np.float32(towards))
        return torch.from_numpy(rounded).to(self._device)


def _pairs(scores: Tensor, at: Tensor) -> Pairs:
    query, passage = at[:, 0], at[:, 1]
    return Pairs(query.cpu().numpy(), passage.cpu().numpy(), scores[query, passage].cpu().numpy())


@contextmanager
def _whole_float32() -> Iterator[None]:
    """Keep products from being rounded to TF32 or bfloat16, which the margin does not allow for."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
