"""Short names for everything that decides what embeddings come out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from hybrid_tui.errors import DataError

_ROUND = 1
"""Raised when the code itself changes what comes out of unchanged weights."""


def fingerprint(**facts: object) -> str:
    """Return 32 hexadecimal digits that change with any of the facts, which JSON must be able to hold."""
    text = json.dumps({"round": _ROUND, **facts}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def content_hash(file: Path) -> str:
    """Return the SHA-256 of a file's content, 64 hexadecimal digits; DataError where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"cannot read {file}: {error.strerror}") from error
