"""Hashes that texts to encode are known by."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

BYTES = 16

Hashes = NDArray[np.bytes_]
"""Shape (texts,), dtype S16."""


def text_hashes(texts: Sequence[str]) -> Hashes:
    """Return BLAKE2b-128 of each text's UTF-8 form, shape (texts,), dtype S16."""
    encoded = (text.encode("utf-8", "surrogatepass") for text in texts)
    return np.array([blake2b(text, digest_size=BYTES).digest() for text in encoded], f"S{BYTES}")
