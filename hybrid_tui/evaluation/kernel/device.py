"""Where products are computed: numpy on every core, or torch on a device."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.errors import UsageError

WORTH_A_GPU = 1e12
"""Multiplications below which the CPU is done before torch is imported."""
CELL_BYTES = 40
"""What a tile keeps for one score: 5, and while candidates are counted at most so much more."""


@dataclass(frozen=True)
class Device:
    """An array library, its device, and what it does at a time.

    xp: numpy or torch; the sieve uses what is the same in both. name: the torch device.
    workers: tiles at a time. queries, passages: the most that a tile has of each.
    """

    xp: Any
    name: str
    workers: int
    queries: int
    passages: int

    def put(self, values: NDArray[Any]) -> Any:
        """Bring an array to where it is computed with."""
        return values if self.xp is np else self.xp.from_numpy(values).to(self.name)

    def get(self, values: Any) -> NDArray[Any]:
        """Bring an array back."""
        return np.asarray(values if self.xp is np else values.cpu())

    def products(self, queries: Any, passages: Any) -> Any:
        """Return scores, shape (queries, passages), float32; never by way of TF32 or bfloat16."""
        if self.xp is np:
            return queries @ passages.T
        before = self.xp.get_float32_matmul_precision()
        self.xp.set_float32_matmul_precision("highest")
        try:
            return queries @ passages.T
        finally:
            self.xp.set_float32_matmul_precision(before)

    def best(self, scores: Any, starts: NDArray[np.int64]) -> Any:
        """Return the best of neighbouring scores, shapes (queries, passages) and (queries, documents).

        starts: where each document's passages begin, shape (documents,).
        """
        if self.xp is np:
            return np.maximum.reduceat(scores, starts, axis=1)
        count, passages = scores.shape
        owner = np.repeat(np.arange(len(starts)), np.diff(starts, append=passages))
        found = scores.new_full((count, len(starts)), -math.inf)
        return found.scatter_reduce_(1, self.put(owner).expand(count, -1), scores, "amax")


def cpu(memory: int) -> Device:
    """Return the CPU, its tiles taking at most `memory` bytes together; they stay in a core's cache."""
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cells = max(1, memory // workers // CELL_BYTES)
    passages = min(2048, math.isqrt(2 * cells))
    return Device(np, "cpu", workers, min(640, cells // passages), passages)


def torch_device(name: str, memory: int) -> Device:
    """Return a torch device with tiles of at most `memory` bytes. Raises UsageError if it is not there."""
    import torch

    try:
        torch.empty(1, device=name)
    except (RuntimeError, AssertionError) as error:
        raise UsageError(f"no device {name!r} here", "use cpu, or auto") from error
    cells = max(1, memory // CELL_BYTES)
    queries = min(2048, cells)
    return Device(torch, name, 1, queries, max(1, min(1 << 16, cells // queries)))


def choose(name: str, memory: int, multiplications: float) -> Device:
    """Return the device: "cpu", a torch device such as "cuda", or, for "auto", a GPU where it pays.

    memory: bytes for the tiles. Raises UsageError for a device that is not there.
    """
    if name not in ("auto", "cpu"):
        return torch_device(name, memory)
    if name == "auto" and multiplications >= WORTH_A_GPU:
        import torch

        if torch.cuda.is_available():
            return torch_device("cuda", memory)
    return cpu(memory)
