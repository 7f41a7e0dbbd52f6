"""Samples of items with a value for each cell that a macro mean is taken over, drawn in groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.evaluation import resampling

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sample:
    """Values of items, summed by cell: a cell is a query language and a pool, and all weigh alike.

    sums: of the values of an item's queries in a cell, shape (seeds, items, cells), float64; seeds are
    trainings of one system. counts: how many queries these are, shape (items, cells), int64. groups: the
    group that each item is drawn with, from 0, shape (items,), int64. unit: what such a group is. too_few:
    coarser groups that were passed over for it, counted in words.
    """

    sums: Floats
    counts: Integers
    groups: Integers
    unit: str = "item"
    too_few: str = ""

    @classmethod
    def of_values(cls, values: Floats, unit: str = "item") -> Sample:
        """Return a sample of one value a unit, shape (seeds, units)."""
        units = values.shape[1]
        return cls(values[..., None], np.ones((units, 1), np.int64), np.arange(units), unit)

    @property
    def items(self) -> int:
        """The number of items."""
        return len(self.counts)

    @cached_property
    def units(self) -> int:
        """The number of groups."""
        return int(self.groups.max()) + 1 if len(self.groups) else 0

    @property
    def mean(self) -> float:
        """The macro mean over cells of the mean over queries, and over seeds: the figure that tables show."""
        return float(_macro(self.sums.sum(axis=1), self.counts.sum(axis=0)).mean())

    @property
    def item_means(self) -> Floats:
        """The mean of each item over its queries, and over seeds, shape (items,)."""
        means: Floats = self.sums.mean(axis=0).sum(axis=1) / np.maximum(self.counts.sum(axis=1), 1)
        return means

    def by_item(self) -> Sample:
        """Return the sample with each item as a group of its own."""
        return replace(self, groups=np.arange(self.items), unit="item")

    @cached_property
    def _by_group(self) -> tuple[Floats, Floats, Floats]:
        """Sums (seeds, groups, columns), counts (groups, columns) and cells a column, (columns,).

        A column is the sum of the cells with equal counts, which on parallel data are all: so that one tells
        what a hundred do.
        """
        sums = np.zeros((len(self.sums), self.units, self.counts.shape[1]))
        counts = np.zeros(sums.shape[1:])
        for seed, values in enumerate(self.sums):
            np.add.at(sums[seed], self.groups, values)
        np.add.at(counts, self.groups, self.counts)
        counts, column = np.unique(counts, axis=1, return_inverse=True)
        column = column.reshape(-1)
        columns = [sums[:, :, column == each].sum(axis=2) for each in range(counts.shape[1])]
        return np.stack(columns, axis=2), counts, np.bincount(column).astype(np.float64)

    def contributions(self) -> Floats:
        """Return what each group adds to the macro mean, shape (groups,): they add up to it."""
        sums, counts, cells = self._by_group
        parts: Floats = (sums.mean(axis=0) / counts.sum(axis=0)).sum(axis=1) / cells.sum()
        return parts

    def influence(self) -> Floats:
        """Return how far each group draws the macro mean from what it is, shape (groups,)."""
        sums, counts, cells = self._by_group
        mean = sums.mean(axis=0)
        total = counts.sum(axis=0)
        expected = mean.sum(axis=0) / (total * cells)
        drawn: Floats = ((mean - counts * expected * cells) / total).sum(axis=1) / cells.sum()
        return drawn

    @property
    def standard_error(self) -> float:
        """The standard error of the macro mean over groups, linearised (Cochran 1977, ch. 6); nan for one."""
        if self.units < 2:
            return float("nan")
        return float(np.sqrt(self.units / (self.units - 1) * (self.influence() ** 2).sum()))

    @property
    def jackknife(self) -> Floats:
        """The macro mean without each group in turn, shape (groups,)."""
        sums, counts, cells = self._by_group
        mean = sums.mean(axis=0)
        return _macro(mean.sum(axis=0) - mean, counts.sum(axis=0) - counts, cells)

    def resampled(self, draws: int, seed: int) -> Floats:
        """Return the macro mean of groups drawn anew, of seeds and then groups where there are several.

        Shape (draws,), float64; nan where a draw has no value.
        """
        return _drawn([self], draws, seed)[0]


def resampled_difference(a: Sample, b: Sample, draws: int, seed: int) -> Floats:
    """Return B less A of the same groups drawn anew, shape (draws,); seeds of each first where several."""
    of_a, of_b = _drawn([a, b], draws, seed)
    return of_b - of_a


def _drawn(samples: list[Sample], draws: int, seed: int) -> list[Floats]:
    rng = np.random.default_rng([seed, 1])

    def statistic(times: Floats) -> Floats:
        return np.stack([_of_drawn(each, times, rng) for each in samples], axis=1)

    found = resampling.bootstrap(statistic, samples[0].units, draws=draws, seed=seed)
    return list(found.T)


def _of_drawn(sample: Sample, times: Floats, rng: np.random.Generator) -> Floats:
    sums, counts, cells = sample._by_group
    seeds, draws = len(sums), len(times)
    if seeds == 1:
        return _macro(times @ sums[0], times @ counts, cells)
    chosen = rng.integers(seeds, size=(draws, seeds))
    share = np.stack([(chosen == each).mean(axis=1) for each in range(seeds)])
    total = sum((share[each][:, None] * (times @ sums[each]) for each in range(seeds)), start=np.zeros(()))
    return _macro(total, times @ counts, cells)


def _macro(sums: Floats, counts: NDArray[np.float64] | Integers, cells: Floats | None = None) -> Floats:
    """Return the mean over cells of sums / counts, of those that have a count; along the last axis.

    cells: how many each column stands for, its sums added up.
    """
    known = counts > 0
    weight = np.ones(counts.shape[-1]) if cells is None else cells
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(known, sums / np.where(known, counts, 1), 0.0).sum(axis=-1)
        macro: Floats = means / (known * weight).sum(axis=-1)
    return macro
