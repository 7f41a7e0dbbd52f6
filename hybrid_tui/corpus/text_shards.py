"""Passage texts on disk, in Parquet shards that are read by row and checked by digest."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.corpus.table_files import scan_parquet
from hybrid_tui.errors import DataError

SHARD = 65_536
"""Rows of a file, and about what is in memory while texts are added."""
GROUP = 4_096
"""Rows that are decompressed to read one."""


def digests(texts: pl.Series) -> pl.Series:
    """Return 72 bits of BLAKE2b of each text in 12 characters, which polars holds without a further copy."""
    hashed = (hashlib.blake2b(text.encode(), digest_size=9).digest() for text in texts.to_list())
    return pl.Series("digest", [base64.b64encode(value).decode() for value in hashed], pl.String)


@dataclass(frozen=True, eq=False)
class ShardedTexts:
    """The texts of passages in a folder of Parquet files, SHARD rows each.

    digests: what the texts must be, one a row.
    """

    folder: Path
    digests: pl.Series

    @property
    def files(self) -> list[Path]:
        """Every file that there must be."""
        return [_shard(self.folder, number) for number in range(-(-len(self.digests) // SHARD))]

    def read(self, rows: NDArray[np.int64]) -> pl.Series:
        """Return the texts of some rows, in the order asked for.

        Raises DataError when they cannot be read, or are not what was kept.
        """
        distinct, where = np.unique(rows, return_inverse=True)
        # Rows that are at most a row group apart cost no more together than alone.
        apart = (np.diff(distinct) > GROUP) | (np.diff(distinct // SHARD) > 0)
        runs = np.split(distinct, np.flatnonzero(apart) + 1) if len(distinct) else []
        found = [pl.Series("text", [], pl.String), *map(self._read, runs)]
        return pl.concat(found).gather(where)

    def _read(self, run: NDArray[np.int64]) -> pl.Series:
        """Return the texts of ascending rows of one file."""
        file, first = _shard(self.folder, int(run[0]) // SHARD), int(run[0])
        try:
            rows = scan_parquet(file).slice(first % SHARD, int(run[-1]) - first + 1)
            texts = rows.select(pl.col("text").cast(pl.String)).collect().to_series()
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _damaged(file, getattr(error, "strerror", None) or str(error)) from error
        if len(texts) != run[-1] - first + 1:
            raise _damaged(file, "rows are missing")
        texts = texts.gather(run - first)
        if texts.null_count() or not digests(texts).equals(self.digests.gather(run)):
            raise _damaged(file, "its content is not what was added")
        return texts


class TextWriter:
    """Writes the texts of passages, in row order, into a folder of their own; `close` writes the rest."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._written = 0
        self._waiting = pl.Series("text", [], pl.String)

    def add(self, texts: pl.Series) -> None:
        """Take the next texts; raises HybridTuiError when the system refuses to write."""
        self._waiting = pl.concat([self._waiting, texts.alias("text")])
        while len(self._waiting) >= SHARD:
            self._write(self._waiting[:SHARD])
            self._waiting = self._waiting[SHARD:]

    def close(self) -> None:
        """Write what is waiting."""
        if len(self._waiting):
            self._write(self._waiting)

    def _write(self, texts: pl.Series) -> None:
        with settings.replacing(_shard(self._folder, self._written), "wb") as file:
            texts.to_frame().write_parquet(file, row_group_size=GROUP)
        self._written += 1


def _shard(folder: Path, number: int) -> Path:
    return folder / f"{number:06d}.parquet"


def _damaged(file: Path, what: str) -> DataError:
    return DataError(f"{file}: {what}", "hybrid-tui data remove the collection, then add it again")
