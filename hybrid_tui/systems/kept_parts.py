"""Arrays that a model made of texts, kept on disk by the texts' hashes: what was made is not made again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.retrieval.text_hashes import BYTES, Hashes

Arrays = Mapping[str, NDArray[np.generic]]
_HASHES, _STARTS = "hashes", "starts"
MOST_PARTS = 32
"""Parts from which on they are written as one when they are read."""


@dataclass(frozen=True, eq=False)
class Ragged:
    """Rows of several lengths, one a text.

    starts: where each begins in the arrays, and the last ends, shape (texts + 1,), int64. arrays: by name,
    the rows one behind the other.
    """

    starts: NDArray[np.int64]
    arrays: Arrays

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Of each row, shape (texts,)."""
        return np.diff(self.starts)

    def take(self, rows: NDArray[np.integer]) -> Ragged:
        """Return some rows, in the order asked for, some maybe twice."""
        lengths = self.lengths[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        at = np.arange(starts[-1]) + np.repeat(self.starts[:-1][rows] - starts[:-1], lengths)
        return Ragged(starts, {name: array[at] for name, array in self.arrays.items()})


def joined(parts: Sequence[Ragged]) -> Ragged:
    """Return the rows of parts, one at least, one behind the other."""
    lengths = np.concatenate([part.lengths for part in parts])
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    names = parts[0].arrays
    return Ragged(starts, {name: np.concatenate([part.arrays[name] for part in parts]) for name in names})


@dataclass(frozen=True)
class KeptParts:
    """A folder of parts, `HASH.safetensors` each: whole, or not there. Safe to use from several processes.

    names: of the arrays that every part has.
    """

    folder: Path
    names: tuple[str, ...]

    def read(self) -> Iterator[tuple[Hashes, Ragged]]:
        """Yield the texts' hashes and the rows of every part; one that is damaged is passed over."""
        files = sorted(self.folder.glob("*.safetensors"))
        parts = [(file, part) for file in files if (part := self._part(file))]
        if len(parts) > MOST_PARTS:
            whole = (
                np.concatenate([hashes for _, (hashes, _) in parts]),
                joined([rows for _, (_, rows) in parts]),
            )
            name = self.write(*whole)
            for file, _ in parts:
                if file != name:
                    file.unlink(missing_ok=True)
            yield whole
        else:
            yield from (part for _, part in parts)

    def write(self, hashes: Hashes, rows: Ragged) -> Path:
        """Keep the rows of texts; HybridTuiError where the system refuses to write."""
        from safetensors.numpy import save

        tensors = {name: np.ascontiguousarray(array) for name, array in rows.arrays.items()}
        tensors[_HASHES] = np.ascontiguousarray(hashes).view(np.uint8).reshape(-1, BYTES)
        tensors[_STARTS] = rows.starts
        content = save(tensors)
        file = self.folder / f"{hashlib.sha256(content).hexdigest()[:16]}.safetensors"
        with settings.replacing(file, "wb") as out:
            out.write(content)
        return file

    def _part(self, file: Path) -> tuple[Hashes, Ragged] | None:
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            found = load_file(file)
            hashes = np.ascontiguousarray(found[_HASHES]).reshape(-1).view(f"S{BYTES}")
            rows = Ragged(found[_STARTS], {name: found[name] for name in self.names})
        except (OSError, SafetensorError, KeyError, ValueError):
            return None
        size = int(rows.starts[-1]) if len(rows.starts) else -1
        sound = len(rows) == len(hashes) and all(len(each) == size for each in rows.arrays.values())
        return (hashes, rows) if sound else None
