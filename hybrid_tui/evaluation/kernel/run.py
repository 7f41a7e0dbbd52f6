"""Every query past every passage, on all cores, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Progress
from hybrid_tui.evaluation.kernel import rows, tiles
from hybrid_tui.evaluation.kernel.devices import Device
from hybrid_tui.evaluation.kernel.relevant import Relevant
from hybrid_tui.evaluation.kernel.rows import EmbeddingRows
from hybrid_tui.evaluation.kernel.threads import Crew, Worker
from hybrid_tui.evaluation.kernel.tiles import Block, Meeting, QueryTile

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_BARS = 1 << 14
"""The most relevant passages that a tile may have, counting for every query as many as any has."""


@dataclass(frozen=True)
class Kernel:
    """One evaluation: what is compared, and with what.

    pool: the passage languages, sorted, each with the row in the collection of its first passage.
    memory: bytes for the embeddings that are in memory at a time.
    """

    collection: Collection
    queries: Mapping[str, EmbeddingRows]
    passages: Mapping[str, EmbeddingRows]
    wanted: Relevant
    pool: dict[str, int]
    dimension: int
    memory: int
    device: Device
    crew: Crew
    model: str

    def run(self, top: int, progress: Progress | None) -> list[QueryTile]:
        """Return all queries, in tiles that have met all passages. For errors see `ranks`."""
        parts = list(self._parts())
        norms = {lang: self._query_norms(lang) for lang in self.queries}
        made = list(self.crew.run([partial(self._tile, top, lang, some) for lang, some in self._plan()]))
        if not all(np.isfinite(tile.bars[tile.relevant >= 0]).all() for tile in made):
            for part in parts:
                self._block(part)  # raises at the first passage that is to blame
        total = sum(len(tile.rows) for tile in made) * len(parts)
        met = 0
        for part in parts:
            for count in self._meet(made, part, norms):
                met += count
                if progress:
                    progress(met, total)
        return made

    def _meet(
        self, made: list[QueryTile], part: list[tuple[str, int, int]], norms: dict[str, Floats]
    ) -> Iterator[int]:
        """Take a portion of the passages past every tile; yield the number of queries as they are done."""
        block = self._block(part)
        held = self.device.queries * self.device.passages // 8

        def meet(tile: QueryTile, worker: Worker) -> int:
            queries = rows.read(self.queries[tile.lang], tile.rows)
            meeting = Meeting(tile, queries, norms[tile.lang][tile.rows], block)
            meeting.run(worker.sieve, worker.scorer, self.device.passages, held)
            return len(tile.rows)

        return self.crew.run([partial(meet, tile) for tile in made])

    def _plan(self) -> Iterator[tuple[str, Ints]]:
        """Yield which queries to put in a tile, with their language.

        Those with as many relevant passages stand together, so that little is padded.
        """
        counts = np.diff(self.wanted.starts)
        for at, lang in enumerate(self.queries):
            queries = np.flatnonzero(self.wanted.query_lang == at)
            queries = queries[np.argsort(counts[queries], kind="stable")]
            while len(queries):
                most = min(self.device.queries, max(1, MOST_BARS // int(counts[queries[-1]])))
                size = -(-len(queries) // -(-len(queries) // most))
                yield lang, queries[-size:]
                queries = queries[:-size]

    def _tile(self, top: int, lang: str, queries: Ints, worker: Worker) -> QueryTile:
        """Return a tile that has met its relevant passages."""
        wanted = self.wanted
        counts = np.diff(wanted.starts)[queries]
        place = np.arange(counts.max())
        there = place < counts[:, None]
        pair = np.where(there, wanted.starts[queries, None] + place, 0)
        bars = np.full(pair.shape, np.inf)
        bars[there] = self._scores(lang, queries, np.nonzero(there)[0], pair[there], worker)
        index = wanted.pairs["passage"].to_numpy()
        return tiles.new_tile(
            lang,
            queries,
            wanted.query_row[queries],
            bars,
            np.where(there, index[pair], -1),
            np.where(there, wanted.passage_lang[pair], -1),
            len(self.pool),
            top,
        )

    def _scores(self, lang: str, queries: Ints, at: Ints, pairs: Ints, worker: Worker) -> Floats:
        """Return the exact scores of relevant pairs, whose queries are `queries[at]`."""
        embeddings = rows.read(self.queries[lang], self.wanted.query_row[queries])
        scores = np.empty(len(pairs), np.float64)
        # A passage takes 8 bytes a value, as it is read and as float32.
        portion = max(1, self.memory // self.crew.size // (8 * self.dimension))
        columns = self.wanted.passage_lang[pairs]
        for column, name in enumerate(self.pool):
            mine = np.flatnonzero(columns == column)
            for some in (mine[start : start + portion] for start in range(0, len(mine), portion)):
                passages, row = rows.pick(self.passages[name], self.wanted.passage_row[pairs[some]])
                scores[some] = worker.scorer.dots(embeddings, at[some], passages, row)
        return scores

    def _query_norms(self, lang: str) -> Floats:
        portion = self._rows_at_once
        source = self.queries[lang]
        found = [
            rows.norms(
                rows.read(source, slice(at, at + portion)), self.collection, "query", lang, at, self.model
            )
            for at in range(0, len(source), portion)
        ]
        return np.concatenate([np.empty(0), *found])

    @property
    def _rows_at_once(self) -> int:
        # A row takes 8 bytes a value, as it is read and as float32, and 16 to say which it is.
        return max(1, self.memory // (8 * self.dimension + 16))

    def _parts(self) -> Iterator[list[tuple[str, int, int]]]:
        """Yield the passages in portions that fit in memory: (language, start, stop), in order."""
        room = self._rows_at_once
        part: list[tuple[str, int, int]] = []
        for lang in self.pool:
            start = 0
            while start < len(self.passages[lang]):
                stop = min(len(self.passages[lang]), start + room)
                part.append((lang, start, stop))
                room -= stop - start
                start = stop
                if not room:
                    yield part
                    part, room = [], self._rows_at_once
        if part:
            yield part

    def _block(self, part: list[tuple[str, int, int]]) -> Block:
        """Read a portion of the passages."""
        self.crew.check()
        size = sum(stop - start for _, start, stop in part)
        whole = np.empty((size if len(part) > 1 else 0, self.dimension), np.float32)
        index, column = np.empty(size, np.int64), np.empty(size, np.int64)
        segments, longest, at = [], 0.0, 0
        for lang, start, stop in part:
            values = rows.read(self.passages[lang], slice(start, stop))
            norms = rows.norms(values, self.collection, "passage", lang, start, self.model)
            longest = max(longest, float(norms.max()))
            here = slice(at, at + stop - start)
            index[here] = self.pool[lang] + np.arange(start, stop)
            column[here] = list(self.pool).index(lang)
            segments.append((here.start, here.stop, lang))
            at = here.stop
            if len(part) == 1:
                whole = values
            else:
                whole[here] = values
        return Block(whole, self.device.hold(whole), index, column, segments, longest)
