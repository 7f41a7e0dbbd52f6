"""Embeddings kept on disk: written part by part, found again, never trusted when torn.

A shelf is the folder of one model, collection, correction, role and language. It holds parts named
`START-END-HASH.safetensors`: the rows that a part holds and the first 16 hex digits of the SHA-256 of
its bytes. A part gets its name only once it is whole, so a killed run leaves whole parts behind and
the next one fills the gaps; a part that no longer matches its name is dropped and made again.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.retrieval.stored_rows import StoredPart, StoredRows

_PART = re.compile(r"(\d+)-(\d+)-([0-9a-f]{16})\.safetensors")


@dataclass(frozen=True)
class StoreKey:
    """Names one matrix of embeddings by fingerprints of what made it."""

    model: str
    collection: str
    role: Role
    lang: str
    correction: str = "none"

    def folder(self, root: Path) -> Path:
        """Return the shelf's folder under a store's root."""
        return root / self.model / self.collection / self.correction / f"{self.role}-{self.lang}"


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
        for root in filter(None, (self.root, self.shipped)):
            parts = list(takewhile(lambda part: part.start < rows, _chain(shelf.folder(root))))
            if parts and sum(len(part) for part in parts) == parts[-1].stop == rows:
                return StoredRows(parts)
        return None

    def gaps(self, shelf: StoreKey, rows: int, size: int) -> list[range]:
        """Return the row ranges, at most `size` long, that are still to be written."""
        free = []
        position = 0
        covered = [(part.start, part.stop) for part in _chain(shelf.folder(self.root))]
        for start, end in [*covered, (rows, rows)]:
            free += [range(at, min(at + size, start)) for at in range(position, start, size)]
            position = end
        return free

    def write(self, shelf: StoreKey, start: int, values: NDArray[np.float32]) -> None:
        """Keep `values`, shape (n, dimension), as the rows from `start` on.

        Raises HybridTuiError when the disk refuses (full, read-only); nothing half-written stays.
        """
        from safetensors.numpy import save

        content = save({"embeddings": np.ascontiguousarray(values, dtype=self.precision)})
        digest = hashlib.sha256(content).hexdigest()[:16]
        name = f"{start:09d}-{start + len(values):09d}-{digest}.safetensors"
        with settings.replacing(shelf.folder(self.root) / name, "wb") as file:
            file.write(content)

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
            except (OSError, ValueError, KeyError):
                found.append(Usage(folder.parent.name, folder.name, size))
        return sorted(found, key=lambda usage: -usage.size)

    def clear(self) -> None:
        """Remove every embedding that can be made again; what ships with the package stays."""
        if self.root.exists():
            shutil.rmtree(self.root)


def _chain(folder: Path) -> Iterator[StoredPart]:
    """Yield the sound parts in row order, without overlap."""
    position = 0
    for path in sorted(folder.glob("*.safetensors")):
        match = _PART.fullmatch(path.name)
        if match and int(match[1]) >= position:
            part = StoredPart(path, int(match[1]), int(match[2]))
            if _sound(part, match[3]):
                position = part.stop
                yield part


def _sound(part: StoredPart, digest: str) -> bool:
    """Tell whether a part's content is what its name says; a torn one is removed."""
    try:
        with part.path.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest()[:16] == digest
        if same:
            with part.open() as rows:
                same = rows.get_shape()[0] == len(part)
        if same:
            return True
        part.path.unlink(missing_ok=True)
    except (OSError, HybridTuiError):
        pass
    return False
