"""Rows that are missing in shelves: copied from where their texts are known, else encoded."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.encoders.encoder import Encoder, Progress
from hybrid_tui.errors import Cancelled
from hybrid_tui.retrieval.known_texts import KnownTexts
from hybrid_tui.retrieval.shelves import Portion, Shelves

WRITE_SECONDS = 15.0
"""Encoding between two writes, and so about what a killed run loses.

Texts that are encoded together are sorted by length, so fewer at a time cost more: a tenth for 140 instead of
1,024, a twentieth for 300.
"""
FEWEST, FASTER = 8, 4
"""Texts that are encoded before the first write, and how much more the next ones may be."""


class _Pace:
    """How many texts are encoded before the next write, by the time that the last ones took."""

    def __init__(self) -> None:
        self.texts = FEWEST

    def took(self, texts: int, seconds: float) -> None:
        self.texts = max(1, min(FASTER * self.texts, int(WRITE_SECONDS * texts / max(seconds, 1e-9))))


class MissingRows:
    """Keeps what is missing in shelves.

    encoder: called only when a text is known nowhere. progress, cancelled: as of `Encoder.encode`; progress
    is of the different texts that are known nowhere.
    """

    def __init__(
        self,
        shelves: Shelves,
        encoder: Callable[[], Encoder],
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._shelves = shelves
        self._encoder = encoder
        self._progress = progress
        self._cancelled = cancelled
        self._pace = _Pace()
        self._done = self._total = 0

    def keep(self) -> None:
        """Copy, encode and keep every row; one process or thread does so, others wait and then find it done.

        Raises Cancelled when `cancelled()` turns true, and HybridTuiError when the disk refuses: rows that
        were written stay.
        """
        shelves = self._shelves
        with shelves.store.writing(shelves.key(""), self._waiting()):
            portions = shelves.missing()
            if not portions:
                return
            shelves.store.name(shelves.key(""), shelves.spec.name, shelves.texts.name)
            known = shelves.known(portions)
            self._total = known.unknown
            if self._total and self._progress:
                self._progress(0, self._total)
            for portion in portions:
                self._keep(portion, known)

    def _waiting(self) -> Callable[[], None]:
        """Return what is called while somebody else writes: it tells of their rows."""
        kept = sum(self._shelves.count().values())
        total = sum(map(self._shelves.size, self._shelves.langs)) - kept

        def waiting() -> None:
            if self._cancelled and self._cancelled():
                raise Cancelled
            if self._progress:
                self._progress(sum(self._shelves.count().values()) - kept, total)

        return waiting

    def _keep(self, portion: Portion, known: KnownTexts) -> None:
        store, key, hashes = self._shelves.store, self._shelves.key(portion.lang), portion.hashes
        values, there = known.read(hashes)
        missing = np.flatnonzero(~there)
        # Texts that are missing twice are encoded once, in the order in which they first occur.
        _, first, of = np.unique(hashes[missing], return_index=True, return_inverse=True)
        of = np.argsort(np.argsort(first))[of]
        first = missing[np.sort(first)]
        if not len(first):
            assert values is not None
            known.add(store.write(key, portion.rows.start, values, hashes))
            return
        texts = self._shelves.inputs(portion)
        encoder = self._encoder()
        if values is None:
            values = np.empty((len(hashes), encoder.dimension), np.float32)
        start = 0
        while start < len(first):
            stop = min(start + self._pace.texts, len(first))
            made = self._encode(encoder, [texts[row] for row in first[start:stop]])
            here = (of >= start) & (of < stop)
            values[missing[here]] = made[of[here] - start]
            whole = first[stop] if stop < len(first) else len(hashes)
            part = store.write(key, portion.rows.start, values[:whole], hashes[:whole])
            start = stop
        known.add(part)

    def _encode(self, encoder: Encoder, texts: list[str]) -> NDArray[np.float32]:
        def progress(done: int, _total: int) -> None:
            if self._progress:
                self._progress(self._done + done, max(self._total, self._done + done))

        started = monotonic()
        made = encoder.encode(texts, self._shelves.role, progress=progress, cancelled=self._cancelled)
        self._pace.took(len(texts), monotonic() - started)
        self._done += len(texts)
        return made
