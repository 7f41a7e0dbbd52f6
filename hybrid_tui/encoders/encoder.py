"""What every encoder can do, whatever runs behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Role = Literal["query", "passage"]
Progress = Callable[[int, int], None]
"""Called after each batch with (texts done, texts in all)."""


class Encoder(Protocol):
    """A dual encoder with shared weights.

    dimension: length of its embeddings.
    fingerprint: names weights, pooling, prompts and limits; equal fingerprints give equal embeddings.
    """

    dimension: int
    fingerprint: str

    def encode(
        self,
        texts: Sequence[str],
        role: Role,
        *,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> NDArray[np.float32]:
        """Return embeddings of shape (len(texts), dimension), float32, each row of length 1.

        Raises Cancelled when `cancelled()` turns true, which is asked between batches.
        """
        ...
