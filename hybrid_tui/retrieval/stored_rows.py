"""Embeddings that stay on disk and are read in portions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.errors import HybridTuiError
from hybrid_tui.retrieval.text_hashes import BYTES, Hashes

TENSOR, HASHES = "embeddings", "text_hashes"
_NAME = re.compile(r"(\d+)-(\d+)-([0-9a-f]{16})\.safetensors")


@dataclass(frozen=True)
class StoredPart:
    """The rows from `start` to `stop` of a matrix, in a file that begins with the row `first`."""

    path: Path
    first: int
    start: int
    stop: int

    @staticmethod
    def name(start: int, stop: int, content: bytes) -> str:
        """Return the file name of a part: its rows, and 16 hex digits of its content's SHA-256."""
        return f"{start:09d}-{stop:09d}-{hashlib.sha256(content).hexdigest()[:16]}.safetensors"

    @classmethod
    def named(cls, path: Path) -> StoredPart | None:
        """Return the part that a file's name tells of; None for the name of something else."""
        match = _NAME.fullmatch(path.name)
        return cls(path, int(match[1]), int(match[1]), int(match[2])) if match else None

    def __len__(self) -> int:
        return self.stop - self.start

    def after(self, row: int) -> StoredPart:
        """Return the part without its rows before `row`."""
        return replace(self, start=max(self.start, row))

    def sound(self) -> bool:
        """Tell whether the file's content is what its name says; a torn one is removed."""
        try:
            about = self.path.stat()
            same = self.path.stem.endswith(_digest(self.path, about.st_size, about.st_mtime_ns))
            if same:
                with self.open() as rows:
                    same = rows.get_shape()[0] == self.stop - self.first
            if not same:
                self.path.unlink(missing_ok=True)
        except (OSError, HybridTuiError):
            return False
        return same

    @contextmanager
    def open(self) -> Iterator[Any]:
        """Yield what reads slices of the file's rows; HybridTuiError when the file cannot be read."""
        with self._file() as file:
            yield file.get_slice(TENSOR)

    def read(self) -> NDArray[np.float32]:
        """Return its rows, shape (rows, dimension), float32; HybridTuiError when the file cannot be read."""
        with self.open() as rows:
            found: NDArray[np.floating] = rows[self.start - self.first : self.stop - self.first]
        return found.astype(np.float32, copy=False)

    def text_hashes(self) -> Hashes | None:
        """Return the hash of the text of each row of the file; None for a file without, or that is gone."""
        try:
            with self._file() as file:
                if HASHES not in file.keys():  # noqa: SIM118 (it is no dict)
                    return None
                found: NDArray[np.uint8] = file.get_tensor(HASHES)
        except HybridTuiError:
            return None
        return np.ascontiguousarray(found).view(f"S{BYTES}").ravel()

    @contextmanager
    def _file(self) -> Iterator[Any]:
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self.path, "np") as file:
                yield file
        except (OSError, SafetensorError) as error:
            raise HybridTuiError(
                f"{self.path}: embeddings that were there cannot be read: {error}",
                "another program may be clearing the cache: try again",
            ) from error


@lru_cache(maxsize=8192)
def _digest(path: Path, _size: int, _written: int) -> str:
    """Return the start of a file's SHA-256, computed once while its size and time stay."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


class StoredRows:
    """The rows of consecutive parts, shape (rows, dimension), in the precision that they are kept in.

    Holds nothing but the names of the files, and opens them as it reads: memory is needed for the rows
    asked for alone, and several threads may ask at once. Raises HybridTuiError when a file is gone.
    """

    def __init__(self, parts: Sequence[StoredPart]) -> None:
        self._parts = parts
        kinds = []
        for part in parts:
            with part.open() as rows:
                kinds.append(rows[0:0].dtype)
                self._dimension = int(rows.get_shape()[1])
        self._dtype = np.result_type(*kinds)

    def __len__(self) -> int:
        return self._parts[-1].stop

    def __getitem__(self, which: slice | NDArray[np.integer]) -> NDArray[np.floating]:
        """Return the rows of a slice or of an index array, as indexing an array does."""
        if not isinstance(which, slice):
            return self._gather(which)
        start, stop, step = which.indices(len(self))
        if step != 1:
            return self._gather(np.arange(start, stop, step))
        found = self._empty(max(0, stop - start))
        for part in self._parts:
            first, last = max(start, part.start), min(stop, part.stop)
            if first < last:
                with part.open() as rows:
                    found[first - start : last - start] = rows[first - part.first : last - part.first]
        return found

    def _gather(self, rows: NDArray[np.integer]) -> NDArray[np.floating]:
        wanted = np.where(rows < 0, rows + len(self), rows)
        if np.any((wanted < 0) | (wanted >= len(self))):
            raise IndexError(f"rows {rows.min()} to {rows.max()} of {len(self)}")
        found = self._empty(len(wanted))
        order = np.argsort(wanted, kind="stable")
        ends = np.searchsorted(wanted[order], [part.stop for part in self._parts])
        for part, here in zip(self._parts, np.split(order, ends), strict=False):
            if len(here):
                with part.open() as source:
                    for at in here:
                        row = int(wanted[at]) - part.first
                        found[at] = source[row : row + 1][0]
        return found

    def _empty(self, rows: int) -> NDArray[np.floating]:
        return np.empty((rows, self._dimension), self._dtype)
