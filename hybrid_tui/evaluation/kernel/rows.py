"""Embeddings that are read part by part, so that they may be larger than memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.errors import DataError


class EmbeddingRows(Protocol):
    """The embeddings of one role and language, shape (texts, dimension), float32 or float16.

    An array, a memory map, or whatever reads the rows of a slice or of an index array from disk, for
    several threads at once.
    """

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice | NDArray[np.int64], /) -> NDArray[np.floating]: ...


def read(rows: EmbeddingRows, which: slice | NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the rows asked for, shape (rows, dimension), float32 and contiguous, copied only if need be."""
    return np.ascontiguousarray(rows[which], dtype=np.float32)


def pick(rows: EmbeddingRows, which: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return embeddings, float32, and where in them the rows asked for are; nothing is copied needlessly."""
    if isinstance(rows, np.ndarray) and rows.dtype == np.float32:
        return rows, which
    distinct, where = np.unique(which, return_inverse=True)
    return read(rows, distinct), where


def check_shapes(
    collection: Collection, sides: Mapping[Role, Mapping[str, EmbeddingRows]], model: str
) -> None:
    """Raise DataError unless each language has a row a text, and all rows the same dimension."""
    dimensions: dict[int, str] = {}
    for role, side in sides.items():
        table = collection.queries if role == "query" else collection.passages
        texts = dict(table["lang"].value_counts().iter_rows())
        for lang, rows in side.items():
            what = f"{lang} {role} embeddings{_of(model)}"
            if len(rows) != texts.get(lang, 0):
                raise DataError(
                    f"{what}: {len(rows):,} rows for {texts.get(lang, 0):,} texts of {collection.name}",
                    "they belong to another collection, or to another version of it: encode it again",
                )
            one = rows[0:1]
            if one.ndim != 2 or one.dtype not in (np.float32, np.float16):
                raise DataError(f"{what}: {one.dtype} of {one.ndim} dimensions, not a float32 matrix")
            dimensions.setdefault(one.shape[1], what)
    if len(dimensions) > 1:
        (size, what), (other_size, other), *_ = dimensions.items()
        raise DataError(
            f"{other} have {other_size} dimensions, {what} {size}",
            "queries and passages must come from the same model",
        )


def norms(
    values: NDArray[np.float32], collection: Collection, role: Role, lang: str, start: int, model: str
) -> NDArray[np.float64]:
    """Return the length of each row, shape (rows,), float64.

    start: where in its language the first row stands. Raises DataError that names the first row with a
    value that is not finite.
    """
    squares = np.einsum("ij,ij->i", values, values, dtype=np.float64)
    bad = np.flatnonzero(~np.isfinite(squares))
    if bad.size:
        table = collection.queries if role == "query" else collection.passages
        row = start + int(bad[0])
        name = table[f"{role}_id"][first(table, lang) + row]
        raise DataError(
            f"{lang} {role} {name!r} (row {row + 1:,}): its embedding{_of(model)} is not finite",
            "the model failed on this text, or its weights are broken",
        )
    lengths: NDArray[np.float64] = np.sqrt(squares)
    return lengths


def first(table: pl.DataFrame, lang: str) -> int:
    """Return the first row of a language in the queries or passages of a collection."""
    row = table["lang"].index_of(lang)
    if row is None:
        raise ValueError(f"nothing in {lang}")
    return row


def _of(model: str) -> str:
    return f" of {model}" if model else ""
