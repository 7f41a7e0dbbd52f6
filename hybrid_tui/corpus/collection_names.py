"""Names of kept collections and the folders that they lie in: loads in an instant."""

from __future__ import annotations

import re
from pathlib import Path

from hybrid_tui import settings

STARTER = "starter"
"""The collection that ships."""
STARTER_SPLITS = ("test", "train")
ABOUT = "collection.toml"
"""What a collection's folder says of it."""
PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def folder_of(name: str) -> Path:
    """Return where a collection of the user's is kept, whether it is there or not."""
    return settings.data_dir() / "collections" / name


def kept_names() -> list[str]:
    """Return the names of the user's collections, sorted."""
    root = folder_of("")
    found = [path.name for path in root.iterdir()] if root.is_dir() else []
    return sorted(name for name in found if PATTERN.fullmatch(name) and name != STARTER)


def splits_of(name: str) -> list[str]:
    """Return the splits of a collection, as they are named; none where that cannot be told."""
    if name == STARTER:
        return [f"{name}:{split}" for split in STARTER_SPLITS]
    import tomllib

    try:
        about = tomllib.loads((folder_of(name) / ABOUT).read_text(encoding="utf-8"))
        return [f"{name}:{split}" for split in about["splits"] if isinstance(split, str)]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return []
