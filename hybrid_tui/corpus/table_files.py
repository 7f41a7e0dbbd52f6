"""Files read by their literal paths: text and tables, compressed or not; nothing but regular files.

A name is never a pattern: `x[1].parquet` is that file, and a folder may have brackets in its name.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import zstandard
from polars.exceptions import PanicException, PolarsError

from hybrid_tui.errors import DataError

FORMATS = ("jsonl", "ndjson", "json", "csv", "tsv", "parquet", "arrow")
COMPRESSIONS = ("gz", "bz2", "xz", "zst")
AGAIN = "mend the file, or get it again"
BOM = b"\xef\xbb\xbf"
_OPENERS: dict[str, Callable[..., Any]] = {
    "gz": gzip.open,
    "bz2": bz2.open,
    "xz": lzma.open,
    "zst": zstandard.open,
}
_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, PolarsError, PanicException)
"""What reading a broken file raises; a panic of polars is no Exception."""


def split_name(path: Path) -> tuple[str, str]:
    """Return a table's name without endings, and its format, one of FORMATS; "" for another file.

    `queries.jsonl.gz` gives `queries` and `jsonl`.
    """
    parts = path.name.split(".")
    if parts[-1].lower() in COMPRESSIONS:
        parts.pop()
    if len(parts) < 2 or not parts[0] or parts[-1].lower() not in FORMATS:
        return path.name, ""
    return ".".join(parts[:-1]), parts[-1].lower()


def is_table(path: Path) -> bool:
    """Return whether a path is a file whose name ends as a table's does."""
    return bool(split_name(path)[1]) and not path.is_dir() and path.exists()


def regular(path: Path) -> Path:
    """Return the absolute path of a regular file; raises DataError for another, or for none."""
    try:
        kind = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if not stat.S_ISREG(kind):
        what = "a folder" if stat.S_ISDIR(kind) else "no regular file (a pipe, device or socket)"
        raise DataError(f"{path}: is {what}", "copy its content into a file")
    return path.absolute()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Raise DataError, naming the file, for whatever a broken one raises when it is read."""
    try:
        yield
    except _BROKEN as error:
        raise DataError(f"{path}: {getattr(error, 'strerror', None) or error}", AGAIN) from error


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading, decompressed where its name ends in one of COMPRESSIONS.

    Raises DataError for a file that cannot be read, also while the block reads it.
    """
    found = regular(path)
    ending = found.suffix.lower().removeprefix(".")
    opened: Callable[..., Any] = _OPENERS.get(ending, open)
    with _told(path), opened(found, "rb") as file:
        yield file


def content(path: Path) -> bytes:
    """Return a text file's bytes, decompressed, valid UTF-8 without a byte order mark.

    Raises DataError for a file that cannot be read, is empty or is not UTF-8 (with line and byte).
    """
    with open_file(path) as file:
        data = file.read()
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"{path}, line {line}: byte {error.start} ({data[error.start]:#04x}) is not UTF-8"
        raise DataError(what, "convert the file to UTF-8") from error
    data = data.removeprefix(BOM)
    if not data.strip():
        raise DataError(f"{path}: the file is empty", AGAIN)
    return data


def read_parquet(path: Path, **options: Any) -> pl.DataFrame:
    """Read one Parquet file, by its literal path; further arguments are polars'."""
    with _told(path):
        return pl.read_parquet(regular(path), glob=False, hive_partitioning=False, **options)


def read_arrow(path: Path, **options: Any) -> pl.DataFrame:
    """Read one Arrow stream, by its literal path; further arguments are polars'."""
    with _told(path), open_file(path) as file:
        return pl.read_ipc_stream(file, **options)


def scan_parquet(path: Path) -> pl.LazyFrame:
    """Scan one Parquet file, by its literal path."""
    return pl.scan_parquet(regular(path), glob=False, hive_partitioning=False)


def parquet_columns(path: Path) -> dict[str, Any]:
    """Return the columns of a Parquet file and their types."""
    with open_file(path) as file:
        return dict(pl.read_parquet_schema(file))
