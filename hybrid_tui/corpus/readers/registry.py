"""Which reader fits what was named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hybrid_tui.corpus.readers import beir, hub, miracl, squad_r, tabular
from hybrid_tui.corpus.readers.files import Stream, Tables
from hybrid_tui.errors import DataError, UsageError

_READERS = (miracl, squad_r, beir, tabular)


@dataclass(frozen=True)
class CollectionSource:
    """What was named, and how it is read; `read` raises DataError for what it cannot use."""

    reader: str
    name: str
    read: Callable[[], Tables | Stream]


def source_of(named: str) -> CollectionSource:
    """Find the reader for a file, a folder or a dataset of the Hugging Face hub.

    Raises UsageError when there is nothing of that name, DataError when no reader fits it.
    """
    path = Path(named).expanduser()
    if not path.exists():
        if hub.fits(named):
            return CollectionSource(hub.NAME, named, partial(hub.read, named))
        raise UsageError(f"no such file or folder: {named}")
    try:
        for module in _READERS:
            if module.fits(path):
                return CollectionSource(module.NAME, str(path.resolve()), partial(module.read, path))
    except OSError as error:
        raise DataError(f"{named}: {error.strerror}") from error
    looked = "; ".join(module.LOOKS_FOR for module in _READERS)
    raise DataError(f"{named}: no reader fits", f"looked for {looked}")
