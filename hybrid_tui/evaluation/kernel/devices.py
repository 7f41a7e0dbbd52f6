"""Where the products are computed, and in what portions."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation.kernel.array_sieve import ArraySieve
from hybrid_tui.evaluation.kernel.sieve import Sieve

WORTH_A_GPU = 1e12
"""Multiplications below which the CPU is done before torch is imported."""
_CELL_BYTES = 40
"""What an `ArraySieve` keeps for one score: 7, and when every candidate beats every bar so much more."""


class Device(Protocol):
    """What computes."""

    @property
    def workers(self) -> int:
        """How many sieves can run at once."""
        ...

    @property
    def queries(self) -> int:
        """The most queries that a tile may have."""
        ...

    @property
    def passages(self) -> int:
        """The most passages that a tile may have."""
        ...

    def hold(self, values: NDArray[np.float32]) -> Any:
        """Bring passages, shape (passages, dimension), to where a sieve wants them."""
        ...

    def sieve(self, k: int) -> Sieve:
        """Make a sieve for tiles of at most `queries` and `passages`."""
        ...


@dataclass(frozen=True)
class Cpu:
    """Every core that this process may use, each with tiles that stay in its cache."""

    workers: int
    queries: int
    passages: int

    def hold(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `Device`: passages stay where they are."""
        return values

    def sieve(self, k: int) -> Sieve:
        """See `Device`."""
        return ArraySieve(self.queries, self.passages, k)


def cpu(memory: int) -> Cpu:
    """Return the CPU with tiles that take at most `memory` bytes together."""
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cells = max(1, memory // workers // _CELL_BYTES)
    passages = min(2048, math.isqrt(2 * cells))
    return Cpu(workers, min(640, cells // passages), passages)


def choose(name: str, memory: int, multiplications: float) -> Device:
    """Return the device: "cpu", a torch device such as "cuda", or, for "auto", a GPU where it pays.

    memory: bytes for the tiles. Raises UsageError for a device that is not there.
    """
    if name == "cpu" or (name == "auto" and multiplications < WORTH_A_GPU):
        return cpu(memory)
    import torch

    from hybrid_tui.evaluation.kernel.torch_sieve import Torch

    if name == "auto":
        return Torch("cuda", memory) if torch.cuda.is_available() else cpu(memory)
    try:
        torch.empty(1, device=name)
    except (RuntimeError, AssertionError) as error:
        raise UsageError(f"no device {name!r} here", "use cpu, or auto") from error
    return Torch(name, memory)
