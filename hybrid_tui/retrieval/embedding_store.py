"""Embeddings kept on disk: written part by part, found again, never trusted when torn.

A shelf is the folder of one model, collection, role and language. It holds parts named
`START-END-HASH.safetensors`: the rows that a part holds and the first 16 hex digits of the SHA-256 of its
bytes. A part gets its name only once it is whole, so a killed run leaves whole parts behind and the next one
fills the gaps; a part that no longer matches its name is dropped and made again.

A part has, beside its embeddings, a hash of each row's text as the encoder got it. So every text that was
encoded under a model and a role, in whatever collection and language, is found by its hash
(`known_texts`) and copied to the shelf that lacks it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.retrieval.stored_rows import HASHES, TENSOR, StoredPart, StoredRows
from hybrid_tui.retrieval.text_hashes import BYTES, Hashes

LAYOUT = "none"
"""A level of the folders, which once was the correction that embeddings were kept under."""
TURN_SECONDS = 0.1


@dataclass(frozen=True)
class StoreKey:
    """Names one matrix of embeddings by fingerprints of what made it."""

    model: str
    collection: str
    role: Role
    lang: str

    def folder(self, root: Path) -> Path:
        """Return the shelf's folder under a store's root."""
        return root / self.model / self.collection / LAYOUT / f"{self.role}-{self.lang}"


@dataclass(frozen=True)
class Usage:
    """What the store keeps for one model and collection: their names and the bytes on disk."""

    model: str
    collection: str
    size: int


def _embeddings_dir() -> Path:
    return settings.cache_dir() / "embeddings"


@dataclass(frozen=True)
class EmbeddingStore:
    """Embeddings by shelf; what ships with the package is read where the user's cache has nothing.

    precision: how new parts are written, by default as the user's configuration says; either is read.
    """

    root: Path = field(default_factory=_embeddings_dir)
    shipped: Path | None = field(default_factory=lambda: settings.shipped_dir() / "embeddings")
    precision: settings.Precision = field(default_factory=lambda: settings.load_config().embeddings)

    def read(self, shelf: StoreKey, rows: int) -> NDArray[np.float32] | None:
        """Return the whole matrix, shape (rows, dimension), float32; None unless every row is there."""
        kept = self.open(shelf, rows)
        return None if kept is None else kept[:].astype(np.float32, copy=False)

    def open(self, shelf: StoreKey, rows: int) -> StoredRows | None:
        """Return the matrix, to be read in portions; None unless every row is there and sound."""
        parts = self.kept(shelf, rows)
        return StoredRows(parts) if parts and sum(map(len, parts)) == parts[-1].stop == rows else None

    def kept(self, shelf: StoreKey, rows: int) -> list[StoredPart]:
        """Return the sound parts of a matrix of `rows`, in row order, no row twice; rows may be missing."""
        return max((_before(rows, _chain(folder)) for folder in self._folders(shelf)), key=_covered)

    def count(self, shelf: StoreKey, rows: int) -> int:
        """Return how many rows of a matrix are there, as the names of the parts tell."""
        return max(_covered(_before(rows, _chain(folder, sound=False))) for folder in self._folders(shelf))

    def gaps(self, shelf: StoreKey, rows: int) -> list[range]:
        """Return the row ranges that are still to be written."""
        free = []
        position = 0
        covered = [(part.start, part.stop) for part in _before(rows, _chain(shelf.folder(self.root)))]
        for start, end in [*covered, (rows, rows)]:
            if position < start:
                free.append(range(position, start))
            position = end
        return free

    def write(
        self, shelf: StoreKey, start: int, values: NDArray[np.float32], hashes: Hashes | None = None
    ) -> StoredPart:
        """Keep `values`, shape (n, dimension), as the rows from `start` on; returns the part.

        hashes: of the rows' texts. Parts with some of these rows and no others are removed.
        Raises HybridTuiError when the disk refuses (full, read-only); nothing half-written stays.
        """
        from safetensors.numpy import save

        tensors = {TENSOR: np.ascontiguousarray(values, dtype=self.precision)}
        if hashes is not None:
            tensors[HASHES] = np.ascontiguousarray(hashes).view(np.uint8).reshape(-1, BYTES)
        content, stop = save(tensors), start + len(values)
        folder = shelf.folder(self.root)
        path = folder / StoredPart.name(start, stop, content)
        with settings.replacing(path, "wb") as file:
            file.write(content)
        for part in _named(folder):
            if start <= part.start and part.stop <= stop and len(part) < len(values):
                part.path.unlink(missing_ok=True)
        return StoredPart(path, start, start, stop)

    @contextmanager
    def writing(self, shelf: StoreKey, waiting: Callable[[], None]) -> Iterator[None]:
        """Let one process or thread at a time write the shelves of a model, collection and role.

        waiting: called every 0.1 s until it is this one's turn; what it raises ends the waiting.
        Where the system has no locks (some network drives) nobody waits.
        """
        lock = FileLock(shelf.folder(self.root).parent / f".{shelf.role}.lock")
        while not _acquired(lock):
            waiting()
        try:
            yield
        finally:
            lock.release()

    def parts(self, model: str, role: Role) -> Iterator[StoredPart]:
        """Yield every part of a model and role, of whatever collection and language, not looked into yet."""
        for root in self._roots:
            for folder in sorted(root.glob(f"{model}/*/{LAYOUT}/{role}-*")):
                yield from _named(folder)

    def name(self, shelf: StoreKey, model: str, collection: str) -> None:
        """Note the names behind the fingerprints, for whoever looks into the cache."""
        about = self.root / shelf.model / shelf.collection / "about.json"
        if not about.exists():
            with settings.replacing(about) as file:
                json.dump({"model": model, "collection": collection}, file)

    def usage(self) -> list[Usage]:
        """Return what is kept, largest first."""
        found = []
        for folder in self.root.glob("*/*"):
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            try:
                about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
                found.append(Usage(about["model"], about["collection"], size))
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                found.append(Usage(folder.parent.name, folder.name, size))
        return sorted(found, key=lambda usage: -usage.size)

    def clear(self) -> None:
        """Remove every embedding that can be made again; what ships with the package stays."""
        if self.root.exists():
            shutil.rmtree(self.root)

    @property
    def _roots(self) -> list[Path]:
        return [self.root, self.shipped] if self.shipped else [self.root]

    def _folders(self, shelf: StoreKey) -> list[Path]:
        return [shelf.folder(root) for root in self._roots]


def _acquired(lock: FileLock) -> bool:
    """Tell whether there is nothing to wait for any more: the lock is held, or there are none here."""
    try:
        lock.acquire(timeout=TURN_SECONDS)
    except Timeout:
        return False
    except (OSError, NotImplementedError):
        pass
    return True


def _named(folder: Path) -> list[StoredPart]:
    return [part for path in folder.glob("*.safetensors") if (part := StoredPart.named(path))]


def _chain(folder: Path, *, sound: bool = True) -> Iterator[StoredPart]:
    """Yield the parts in row order, without rows that an earlier one has; sound: only such."""
    position = 0
    for part in sorted(_named(folder), key=lambda part: (part.start, -part.stop, part.path)):
        if part.stop > position and (not sound or part.sound()):
            yield part.after(position)
            position = part.stop


def _before(rows: int, parts: Iterator[StoredPart]) -> list[StoredPart]:
    return list(takewhile(lambda part: part.start < rows, parts))


def _covered(parts: list[StoredPart]) -> int:
    return sum(map(len, parts))
