"""What a training tells while it runs."""

from __future__ import annotations

from typing import Protocol

from hybrid_tui.sampling.plan import Batch


class Listener(Protocol):
    """Whoever follows a training."""

    def stepped(self, step: int, loss: float, batch: Batch, learning_rate: float) -> None:
        """Take a step's loss; steps count from 1."""

    def validated(self, step: int, loss: float) -> None:
        """Take the mean loss on the held-out batches after a step."""

    def stopping(self) -> bool:
        """Return whether to keep a checkpoint and stop after this step."""
        ...
