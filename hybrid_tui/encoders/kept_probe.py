"""The vector of a fixed text under a model that no hash vouches for, kept to notice that it was changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hybrid_tui import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAME = 0.999
"""The cosine from which two vectors of one text are those of one model: servers round, and batches differ."""
_NAME = "probe"


def likeness(fingerprint: str, vector: NDArray[np.float32]) -> float:
    """Return the cosine of a vector and the one that was kept first, which is this one where there is none.

    vector: shape (dimension,), of length 1. Vectors of other dimensions have nothing in common: 0. Raises
    HybridTuiError where the system refuses to write.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file, save

    file = _file(fingerprint)
    try:
        kept = load_file(file)[_NAME]
    except (OSError, SafetensorError, KeyError):
        with settings.replacing(file, "wb") as out:
            out.write(save({_NAME: vector}))
        return 1.0
    return float(kept @ vector) if kept.shape == vector.shape else 0.0


def _file(fingerprint: str) -> Path:
    return settings.cache_dir() / "probes" / f"{fingerprint}.safetensors"
