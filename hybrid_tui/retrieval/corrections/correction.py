"""The base class of corrections of embeddings, what they are fitted on, and what a fit gives."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import ClassVar, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.errors import UsageError

Vectors = Mapping[str, NDArray[np.float32]]
"""Embeddings by language, each of shape (rows, dimension), of length 1."""

_NOTHING = 1e-6
FARTHEST = 1000.0
"""The largest strength, either way: beyond it figures overflow long before they mean anything."""
_ALIGNED = {"item_id": pl.String, "lang": pl.String, "row": pl.Int64}


@dataclass(frozen=True, eq=False)
class AlignedPassages:
    """Which passages of a collection answer the same item in several languages.

    rows: item_id, lang and row, the place of a relevant passage among those of its language.
    """

    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_ALIGNED))

    @classmethod
    def of(cls, collection: Collection) -> Self:
        """Find them by the items that passages are relevant to."""
        places = collection.passages.select("passage_id", "lang", row=pl.int_range(pl.len()).over("lang"))
        return cls(collection.relevance.join(places, on="passage_id").select("item_id", "lang", "row"))

    def pairs(self, lang: str, pivot: str) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
        """Return the rows in `lang`, those in `pivot`, and the number of items that have both.

        A passage that answers several items is there once for each.
        """
        both = self.rows.filter(pl.col("lang").is_in([lang, pivot]))
        both = both.filter(pl.col("lang").n_unique().over("item_id") == len({lang, pivot}))
        here, there = (both.filter(lang=code)["row"].to_numpy() for code in (lang, pivot))
        return here, there, both["item_id"].n_unique()


@dataclass(frozen=True, eq=False)
class FittingSample:
    """What a correction is fitted on: embeddings by language, and which passages are aligned."""

    queries: Vectors
    passages: Vectors
    aligned: AlignedPassages = field(default_factory=AlignedPassages)

    def rows(self) -> dict[tuple[Role, str], NDArray[np.float32]]:
        """Return the embeddings by role and language; those of a role together under no language ("")."""
        sides: dict[Role, Vectors] = {"query": self.queries, "passage": self.passages}
        rows = {(role, lang): values for role, side in sides.items() for lang, values in side.items()}
        rows |= {(role, ""): np.concatenate(list(side.values())) for role, side in sides.items() if side}
        return {key: values for key, values in rows.items() if len(values)}

    def each(
        self, fit: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    ) -> dict[tuple[Role, str], NDArray[np.float32]]:
        """Return what `fit` makes of the embeddings of each role and language."""
        return {key: fit(values) for key, values in self.rows().items()}


@dataclass(frozen=True, eq=False)
class FittedCorrection:
    """A correction fitted on embeddings, by role and language; under no language (""), what serves others.

    offsets: taken from the embeddings, shape (dimension,), float32.
    directions: what they are made free of, shape (rank, dimension), float32, rows orthonormal.
    """

    offsets: Mapping[tuple[Role, str], NDArray[np.float32]] = field(default_factory=dict)
    directions: Mapping[tuple[Role, str], NDArray[np.float32]] = field(default_factory=dict)

    def apply(self, vectors: NDArray[np.float32], role: Role, lang: str) -> NDArray[np.float32]:
        """Return corrected embeddings, shape (rows, dimension), float32, of length 1.

        vectors: of one role and language, of length 1. One that nothing would be left of stays as it is.
        """
        offset = self.offsets.get((role, lang), self.offsets.get((role, "")))
        directions = self.directions.get((role, lang), self.directions.get((role, "")))
        changed = vectors if offset is None else vectors - offset
        if directions is not None:
            changed = changed - changed @ directions.T @ directions
        if changed is vectors:
            return vectors
        lengths = np.linalg.norm(changed, axis=1, keepdims=True)
        return np.where(lengths > _NOTHING, changed / np.maximum(lengths, _NOTHING), vectors)


@dataclass(frozen=True)
class Correction(ABC):
    """A change to embeddings, after encoding, that removes what only tells their language.

    To add one, write a frozen dataclass upon this in a file of its own and name it in
    `corrections.CORRECTIONS`. Its fields are its parameters, each with a default and at most one of a kind
    but bool: str for a language, float or int for a number, bool for a word that is said or not. They are
    read from and written as `NAME:LANGUAGE:WORD:NUMBER`. `__post_init__` raises UsageError for a value out of
    range.

    name: as typed.
    """

    name: ClassVar[str]

    @abstractmethod
    def fit(self, sample: FittingSample) -> FittedCorrection:
        """Fit it on a sample of embeddings; UsageError where its parameters do not suit the sample."""

    def basis(self, collection: Collection) -> str:  # noqa: ARG002
        """Return which texts of the collection it is fitted on decide; empty where all of them always do.

        The words are part of what an evaluation is found by.
        """
        return ""

    def __str__(self) -> str:
        """Return the shortest text that `corrections.parse` takes for it."""
        told = [self.name]
        for parameter in fields(self):
            value = getattr(self, parameter.name)
            if value != parameter.default:
                told.append(parameter.name if value is True else short(value))
        return ":".join(told)


def short(value: float | str) -> str:
    """Return a number as short as it is read again: `.75`, `2`; a text as it is."""
    text = f"{value!r}" if isinstance(value, float) else str(value)
    return re.sub(r"^(-?)0\.", r"\1.", text.removesuffix(".0"))


def checked_strength(name: str, strength: float) -> None:
    """Raise UsageError for a strength that is no number or larger, either way, than any that makes sense."""
    if not abs(strength) <= FARTHEST:
        raise UsageError(f"{name}: the strength must be a number up to {FARTHEST:,.0f}, not {strength}")
