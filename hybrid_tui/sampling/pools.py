"""Pools of items that batches are drawn from, and the languages and data sets of their rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.sampling.counter_rng import key_of, permuted
from hybrid_tui.sampling.coverage import Coverage, DataSource

Items = NDArray[np.int32]


class Pool:
    """Items that one kind of batch is drawn from, each once before any comes again.

    A cycle goes in rounds: the first has one item of every group, the next one of every group that has a
    second, and so on; a round that cannot fill a batch is left out, and so is what remains of a round.
    """

    def __init__(self, items: Items, group: NDArray[np.int32], batch: int) -> None:
        """Take item numbers and the group of each, shape (items,)."""
        self.rows = len(items)
        self._batch = batch
        order = np.argsort(group, kind="stable")
        _, first, size = np.unique(group[order], return_index=True, return_counts=True)
        self.groups = len(size)
        self._starts: NDArray[np.int64] | None = None
        if self.groups < self.rows:
            largest = np.argsort(-size, kind="stable")
            self._starts, self._sizes = first[largest], size[largest]
            self._span = max(len(size), int(size.max()))
            self._items = items[order]
        else:
            self._items = items
        self._rounds = self._round_sizes(size)
        self._ends = np.cumsum([groups // batch for groups in self._rounds])

    def _round_sizes(self, size: NDArray[np.int64]) -> list[int]:
        found: list[int] = []
        while (groups := int((size > len(found)).sum())) >= self._batch:
            found.append(groups)
        return found

    @property
    def batches(self) -> int:
        """How many batches a cycle has; 0 where the pool is too small for one."""
        return int(self._ends[-1]) if len(self._ends) else 0

    def candidates(self, count: int, *address: int) -> Items:
        """Return `count` items, or all where there are fewer, in random order; address: what decides it."""
        places = np.arange(min(count, self.rows))
        return self._items[permuted(places, self.rows, key_of(*address))]

    def draw(self, number: int, *address: int) -> Items:
        """Return the items of the batch of that number, shape (batch,), all of different groups.

        address: seed, epoch and what else decides the order.
        """
        cycle, place = divmod(number, self.batches)
        turn = int(np.searchsorted(self._ends, place, side="right"))
        place -= int(self._ends[turn - 1]) if turn else 0
        wanted = np.arange(place * self._batch, (place + 1) * self._batch)
        chosen = permuted(wanted, self._rounds[turn], key_of(*address, cycle, turn))
        if self._starts is None:
            return self._items[chosen]
        first = permuted(chosen, self._span, key_of(*address, cycle))
        return self._items[self._starts[chosen] + (first + turn) % self._sizes[chosen]]


def pool(coverage: Coverage, source: DataSource, wanted: NDArray[np.bool_], batch: int) -> Pool:
    """Return the pool of a source's items for which `wanted`, shape (items of the source,), is true."""
    items = (source.start + np.flatnonzero(wanted)).astype(np.int32)
    return Pool(items, coverage.group[items], batch)


def drawn_languages(
    mask: NDArray[np.uint64], languages: int, chance: NDArray[np.float64]
) -> list[NDArray[np.int64]]:
    """Draw different languages for each item, uniform over ordered choices; each result shape (items,).

    mask: as of a coverage, shape (items,); each item must have as many as are drawn. languages: how many
    there are. chance: uniform in [0, 1), shape (languages to draw, items).
    """
    free = (mask[:, None] >> np.arange(languages, dtype=np.uint64)) & np.uint64(1) != 0
    found = []
    for each in chance:
        left = free.sum(axis=1)
        nth = (each * left).astype(np.int64)
        lang = (np.cumsum(free, axis=1) > nth[:, None]).argmax(axis=1)
        free[np.arange(len(mask)), lang] = False
        found.append(lang)
    return found


def weights(sizes: Sequence[int], mix: str) -> NDArray[np.float64]:
    """Return how likely each data set is, up to a factor, shape (data sets,); 0 where its size is 0.

    sizes: rows that can be drawn. mix: in proportion to the "size", to its square root ("sqrt"), "uniform".
    """
    values = np.asarray(sizes, np.float64) ** {"size": 1.0, "sqrt": 0.5, "uniform": 0.0}[mix]
    values[np.asarray(sizes) == 0] = 0
    return values
