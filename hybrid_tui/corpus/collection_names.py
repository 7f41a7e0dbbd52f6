"""Names of kept collections and the folders that they lie in: loads in an instant."""

from __future__ import annotations

import re
from pathlib import Path

from hybrid_tui import settings

STARTER = "starter"
"""The collection that ships."""
PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def folder_of(name: str) -> Path:
    """Return where a collection of the user's is kept, whether it is there or not."""
    return settings.data_dir() / "collections" / name


def kept_names() -> list[str]:
    """Return the names of the user's collections, sorted."""
    root = folder_of("")
    found = [path.name for path in root.iterdir()] if root.is_dir() else []
    return sorted(name for name in found if PATTERN.fullmatch(name) and name != STARTER)
