"""Registry of the readers of collections, and the choice of one for a path or dataset name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers import beir, hub, miracl, mmarco, mteb, squad_r, tabular, trec_folder, xbcp
from hybrid_tui.corpus.readers.files import Stream, Tables
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.errors import DataError, UsageError


class Reader(Protocol):
    """A form in which collections are published: one module of this room, and one entry in READERS.

    A module needs these five names. `fits` looks at file names alone and is quick; of several readers that
    fit, the first in READERS reads. `read` turns files into the three tables of a collection: in memory
    (Tables), or batch by batch (Stream) where the passages may be too many for that. Each row says in
    `where` which file and line it came from, for messages; whether ids and languages make sense is checked
    after the reader (`corpus.validate`), for all forms alike.
    """

    NAME: str
    """Short name, as `data show` tells it."""
    LOOKS_FOR: str
    """The files that it looks for, as a message tells them when no reader fits."""
    EXAMPLE: str
    """Five lines that can be copied, as `data formats` prints them."""

    def fits(self, path: Path, /) -> bool:
        """Return whether an existing file or folder is in this form."""
        ...

    def read(self, path: Path, options: ReadOptions, notes: Notes, /) -> Tables | Stream:
        """Return the tables of a file or folder that fits, and note what is left aside.

        Raises DataError, with file and line, for what is missing, broken or of another shape.
        """
        ...


READERS: tuple[Reader, ...] = (miracl, mmarco, squad_r, xbcp, mteb, beir, trec_folder, tabular)
"""All readers of files, the most particular form first."""
CHOICES = {"corpus": (xbcp.NAME,), "qrels": (xbcp.NAME, beir.NAME)}
"""Options that choose among what only some forms have several of."""
_ARCHIVES = {".zip", ".tar", ".tgz", ".7z", ".rar"}


@dataclass(frozen=True)
class CollectionSource:
    """What was named, and how it is read.

    load: raises DataError for what it cannot use.
    """

    reader: str
    name: str
    load: Callable[[ReadOptions, Notes], Tables | Stream]

    def read(self, options: ReadOptions, notes: Notes) -> Tables | Stream:
        """Return the source's tables; raises DataError for what cannot be used, UsageError for options."""
        for option, readers in CHOICES.items():
            if getattr(options, option) and self.reader not in readers:
                told = f"{self.name} is read as {self.reader}, which has one"
                raise UsageError(f"--{option} {getattr(options, option)}: {told}", f"leave --{option} out")
        return self.load(options, notes)


def source_of(named: str) -> CollectionSource:
    """Find the reader for a file, a folder or a dataset of the Hugging Face hub.

    Raises UsageError when there is nothing of that name, DataError when no reader fits it.
    """
    path = Path(named).expanduser()
    if not path.exists():
        if hub.fits(named):
            return CollectionSource(hub.NAME, named, partial(hub.read, named))
        raise UsageError(
            f"no such file or folder: {named}", "hybrid-tui data formats shows what can be added"
        )
    try:
        for module in READERS:
            if module.fits(path):
                return CollectionSource(module.NAME, str(path.resolve()), partial(module.read, path))
        there = _there(path)
    except OSError as error:
        raise DataError(f"{named}: {error.strerror}") from error
    looked = "; ".join(module.LOOKS_FOR for module in READERS)
    raise DataError(
        f"{named}: no reader fits{there}", f"looked for {looked}; hybrid-tui data formats shows each"
    )


def _there(path: Path) -> str:
    """Return what a path holds, in words, where no reader fits."""
    if not path.is_dir():
        packed = path.suffix.lower() in _ARCHIVES
        return "; unpack it" if packed else ""
    names = sorted(each.name + "/" * each.is_dir() for each in path.iterdir())
    told = ", ".join(names[:8]) + (f" and {len(names) - 8:,} more" if len(names) > 8 else "")
    packed = any(Path(name).suffix.lower() in _ARCHIVES for name in names)
    return f"; there is {told or 'nothing'}" + ("; unpack it" if packed else "")
