"""Documents whose passages are chunks: a document's score is that of its best chunk."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def starts(collection: Collection, langs: list[str]) -> dict[str, Ints] | None:
    """Return where each document of some languages begins, as rows of its language, ascending from 0.

    None where passages are no chunks. Those of a document stand one after the other.
    """
    if not collection.chunked:
        return None
    named = collection.passages["document"]
    found = {}
    for lang in langs:
        rows = collection.passage_rows(lang)
        own = named[rows.start : rows.stop]
        found[lang] = np.flatnonzero((own != own.shift()).fill_null(True).to_numpy())
    return found


def stretches(starts: Ints, first: int, last: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield consecutive (start, stop) of the rows from `first` to `last`, at most so many at a time.

    No document is torn: one with more chunks is taken alone.
    """
    while first < last:
        stop = last
        if first + most < last:
            after = int(np.searchsorted(starts, first + most, side="right")) - 1
            stop = int(starts[after])
            if stop <= first:
                stop = int(starts[after + 1]) if after + 1 < len(starts) else last
        yield first, min(stop, last)
        first = stop


def rows_of(starts: Ints, documents: Ints, total: int) -> tuple[Ints, Ints]:
    """Return the rows of some documents' chunks, and where each document's begin among these.

    starts: as above. documents: positions in it. total: rows in all.
    """
    counts = np.diff(starts, append=total)[documents]
    begin = np.cumsum(counts) - counts
    rows = np.arange(counts.sum()) + np.repeat(starts[documents] - begin, counts)
    return rows, begin


def best(scores: Floats, begin: Ints) -> tuple[Floats, Ints]:
    """Return the best of each document's scores, and the place of the first that has it.

    scores: of chunks, one document's after the other's; begin: where each begins, shape (documents,).
    """
    if not len(begin):
        return np.empty(0), begin
    found = np.maximum.reduceat(scores, begin)
    counts = np.diff(begin, append=len(scores))
    place = np.where(scores == np.repeat(found, counts), np.arange(len(scores)), len(scores))
    return found, np.minimum.reduceat(place, begin)
