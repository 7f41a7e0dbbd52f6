"""What the tests read with a reader, as the catalog does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.readers.registry import Reader


def tables(reader: Reader, path: Path, **options: Any) -> Any:
    """Return what a reader makes of a path."""
    return reader.read(path, ReadOptions(**options), Notes())


def collected(path: Path, **options: Any) -> Collection:
    """Return the collection that a path holds."""
    return catalog.check(path, "c", ReadOptions(**options)).collection


def notes(path: Path, **options: Any) -> list[str]:
    """Return the notes on what a path holds."""
    return list(catalog.check(path, "c", ReadOptions(**options)).notes)
