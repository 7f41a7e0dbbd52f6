"""Passages that queries meet: consecutive ones of a language, each for itself or as chunks of documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.evaluation.kernel import documents
from hybrid_tui.evaluation.kernel.exact import dots

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """Passages of one language that are in memory, consecutive ones of the collection.

    values: embeddings, shape (passages, dimension), float32; held: the same, on the device.
    first: the first one's row in the collection. column: the language's position in the pool.
    longest: the length of the longest embedding. starts: where each document begins, shape (documents,),
    where the passages are chunks: then documents are the candidates, by their best chunks.
    """

    lang: str
    values: NDArray[np.float32]
    held: Any
    first: int
    column: int
    longest: float
    starts: Ints | None = None

    def parts(self, most: int) -> Iterator[tuple[slice, int, Ints | None]]:
        """Yield parts of about so many passages, each with its first candidate and where its documents begin.

        No document is torn.
        """
        if self.starts is None:
            for start in range(0, len(self.values), most):
                yield slice(start, start + most), start, None
            return
        for start, stop in documents.stretches(self.starts, 0, len(self.values), most):
            one, other = np.searchsorted(self.starts, (start, stop))
            yield slice(start, stop), int(one), self.starts[one:other] - start

    def scored(self, queries: NDArray[np.float32], query: Ints, candidate: Ints) -> tuple[Floats, Ints, Ints]:
        """Return exact scores of candidates, and the collection's rows of their first and best passage."""
        if self.starts is None:
            row = candidate + self.first
            return dots(queries, query, self.values, candidate), row, row
        rows, begin = documents.rows_of(self.starts, candidate, len(self.values))
        owner = np.repeat(query, np.diff(begin, append=len(rows)))
        score, place = documents.best(dots(queries, owner, self.values, rows), begin)
        return score, self.starts[candidate] + self.first, rows[place] + self.first
