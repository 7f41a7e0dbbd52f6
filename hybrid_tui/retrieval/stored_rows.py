"""Embeddings that stay on disk and are read in portions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.errors import HybridTuiError

TENSOR = "embeddings"


@dataclass(frozen=True)
class StoredPart:
    """A file with the rows from `start` to `stop` of a matrix."""

    path: Path
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start

    @contextmanager
    def open(self) -> Iterator[Any]:
        """Yield what reads slices of the part's rows; HybridTuiError when the file cannot be read."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self.path, "np") as file:
                yield file.get_slice(TENSOR)
        except (OSError, SafetensorError) as error:
            raise HybridTuiError(
                f"{self.path}: embeddings that were there cannot be read: {error}",
                "another program may be clearing the cache: try again",
            ) from error


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
                    found[first - start : last - start] = rows[first - part.start : last - part.start]
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
                        row = int(wanted[at]) - part.start
                        found[at] = source[row : row + 1][0]
        return found

    def _empty(self, rows: int) -> NDArray[np.floating]:
        return np.empty((rows, self._dimension), self._dtype)
