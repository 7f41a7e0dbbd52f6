"""How a training can fail."""

from __future__ import annotations

from hybrid_tui.errors import HybridTuiError


class NotANumberError(HybridTuiError):
    """The loss is no number any more."""

    def __init__(self, step: int) -> None:
        super().__init__(
            f"the loss of step {step + 1} is no number: training has come apart",
            "lower --lr, or raise --temperature; the last good checkpoint is kept, for --resume",
        )
