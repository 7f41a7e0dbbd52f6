"""What a batch may be drawn from: items by the languages that they have, never two that share a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.sampling.counter_rng import key_of, permuted

MOST_LANGUAGES = 64
Items = NDArray[np.int32]


@dataclass(frozen=True)
class DataSource:
    """The items from `start` to `stop` of a coverage, which come from one data set.

    paired: whether they have queries, so that they can serve mono batches; translations have none.
    """

    name: str
    start: int
    stop: int
    paired: bool = True


@dataclass(frozen=True, eq=False)
class Coverage:
    """Which item has which languages.

    languages: codes, sorted; at most 64. sources: the data sets, end to end.
    mask: shape (items,), uint64; bit l is set where an item has language l.
    group: shape (items,), int32; items of one group share a query or a passage, or are linked by others
    that do, so that they must not meet in a batch.
    """

    languages: tuple[str, ...]
    sources: tuple[DataSource, ...]
    mask: NDArray[np.uint64]
    group: NDArray[np.int32]

    def has(self, source: DataSource, *langs: int) -> NDArray[np.bool_]:
        """Return which items of a source have all of the languages, shape (items of the source,)."""
        wanted = np.uint64(sum(1 << lang for lang in langs))
        found: NDArray[np.bool_] = (self.mask[source.start : source.stop] & wanted) == wanted
        return found

    def several(self, source: DataSource) -> NDArray[np.bool_]:
        """Return which items of a source have two languages or more."""
        mask = self.mask[source.start : source.stop]
        found: NDArray[np.bool_] = (mask & (mask - np.uint64(1))) != 0
        return found

    def count(self, source: DataSource) -> NDArray[np.int64]:
        """Return how many items of a source have each language, shape (languages,)."""
        return np.array([self.has(source, lang).sum() for lang in range(len(self.languages))])

    def groups(self, source: DataSource, wanted: NDArray[np.bool_]) -> int:
        """Return how many groups there are among a source's items for which `wanted` is true."""
        return int(np.count_nonzero(np.bincount(self.group[source.start : source.stop][wanted])))


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
    mask: NDArray[np.uint64], languages: int, count: int, chance: NDArray[np.float64]
) -> list[NDArray[np.int64]]:
    """Return `count` different languages of each item, uniform over ordered choices; each shape (items,).

    mask: shape (items,). chance: uniform in [0, 1), shape (count, items). Each item must have `count`.
    """
    free = (mask[:, None] >> np.arange(languages, dtype=np.uint64)) & np.uint64(1) != 0
    found = []
    for turn in range(count):
        left = free.sum(axis=1)
        nth = (chance[turn] * left).astype(np.int64)
        lang = (np.cumsum(free, axis=1) > nth[:, None]).argmax(axis=1)
        free[np.arange(len(mask)), lang] = False
        found.append(lang)
    return found


def weights(sizes: Sequence[int], mix: str) -> NDArray[np.float64]:
    """Return how likely each data set is: by size, by its square root, or uniform; 0 where size is 0."""
    values = np.asarray(sizes, np.float64) ** {"size": 1.0, "sqrt": 0.5, "uniform": 0.0}[mix]
    values[np.asarray(sizes) == 0] = 0
    return values
