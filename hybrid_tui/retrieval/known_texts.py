"""Embeddings of texts, found by the texts' hashes wherever in the store they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.errors import HybridTuiError
from hybrid_tui.retrieval.stored_rows import StoredPart
from hybrid_tui.retrieval.text_hashes import Hashes


class KnownTexts:
    """Where the embeddings of some texts are: 28 bytes of memory a text, whatever the store's size.

    wanted: the texts' hashes, in any order, some maybe twice.
    """

    def __init__(self, wanted: Sequence[Hashes]) -> None:
        self._wanted = np.unique(np.concatenate(wanted))
        self._part = np.full(len(self._wanted), -1, np.int32)
        self._row = np.zeros(len(self._wanted), np.int64)
        self._parts: list[StoredPart] = []

    @property
    def unknown(self) -> int:
        """How many different texts have been found nowhere."""
        return int(np.count_nonzero(self._part < 0))

    def add(self, part: StoredPart) -> None:
        """Take note of the texts of a part; one without hashes, or that is torn, is passed over."""
        hashes = part.text_hashes()
        if hashes is None:
            return
        at = np.searchsorted(self._wanted, hashes)
        at[at == len(self._wanted)] = 0
        new = np.flatnonzero((self._wanted[at] == hashes) & (self._part[at] < 0))
        if len(new) and part.sound():
            self._part[at[new]] = len(self._parts)
            self._row[at[new]] = new
            self._parts.append(part)

    def read(self, hashes: Hashes) -> tuple[NDArray[np.float32] | None, NDArray[np.bool_]]:
        """Return the embeddings of wanted texts, and which of them are known.

        The first is of shape (texts, dimension), float32, with rows left to be filled; None where no text is
        known. A part that is gone since is as if it had never been there.
        """
        at = np.searchsorted(self._wanted, hashes)
        source, row = self._part[at], self._row[at]
        values: NDArray[np.float32] | None = None
        for number in np.unique(source[source >= 0]):
            places = np.flatnonzero(source == number)
            places = places[np.argsort(row[places], kind="stable")]
            try:
                with self._parts[number].open() as rows:
                    if values is None:
                        values = np.empty((len(hashes), rows.get_shape()[1]), np.float32)
                    for run in np.split(places, np.flatnonzero(np.diff(row[places]) != 1) + 1):
                        first = int(row[run[0]])
                        values[run] = rows[first : first + len(run)]
            except HybridTuiError:
                self._part[self._part == number] = -1
                source[places] = -1
        return values, source >= 0
