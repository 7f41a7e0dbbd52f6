"""The batch plan: a pure function (seed, epoch, step) -> the items and languages of a batch."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.errors import UsageError
from hybrid_tui.sampling.counter_rng import stream
from hybrid_tui.sampling.coverage import Coverage
from hybrid_tui.sampling.pools import Items, Pool, drawn_languages, pool, weights
from hybrid_tui.sampling.samplers import BatchKind, Languages, Sampler

VERSION = 2
"""Of how batches are drawn, as manifests have it: another one draws others from the same seed.

1 drew each language's items without repeats for itself, so that others were never drawn; 2 draws over all
languages those that came least often in the epoch.
"""
_CHOICES, _LANGUAGES = 0, 1
"""The last number of a random stream's address: what an epoch's steps choose, what a step's rows draw."""
_MOST_POOLS = 256
_CANDIDATES = 16
"""Batches of candidates that one is chosen from: all of small data, and a bound on the time for large."""


class Batch(NamedTuple):
    """The rows of a batch.

    mode: the name of its kind. source: the number of its data set.
    items, query_langs, passage_langs: numbers in the coverage, int32 and int64, each shape (batch,).
    """

    mode: str
    source: int
    items: Items
    query_langs: NDArray[np.int64]
    passage_langs: NDArray[np.int64]


class _Choice(NamedTuple):
    """A step's kind of batch, the languages that its rows share (none: each its own), and data set."""

    kind: BatchKind
    langs: Languages
    source: int


class _Group(NamedTuple):
    """Choices that differ in their source alone, and their cumulative shares; both shape (choices,)."""

    choices: NDArray[np.int64]
    shares: NDArray[np.float64]


class _Epoch(NamedTuple):
    """The choice of each step, shape (steps,), and its items, shape (steps, batch)."""

    choice: NDArray[np.int64]
    items: Items


class Plan:
    """The batches of a training, a pure function of seed, epoch and step: any process may ask for any step.

    An epoch has as many rows as the data has items, so its steps are the same for every sampler.
    batch_size: rows. Raises UsageError where the data cannot serve the sampler, or cannot fill a batch.
    """

    def __init__(self, coverage: Coverage, sampler: Sampler, batch_size: int, seed: int) -> None:
        self.coverage = coverage
        self.sampler = sampler
        self.batch_size = batch_size
        self.seed = seed
        self.steps_per_epoch = max(len(coverage.mask) // batch_size, 1)
        self._choices: list[_Choice] = []
        self._pools: dict[_Choice, Pool] = {}
        self._groups = [self._servable(kind) for kind in sampler.shares]
        self._ends = np.cumsum(list(sampler.shares.values()))[:-1]
        self._epoch = lru_cache(2)(self._drawn)

    def batch(self, number: int) -> Batch:
        """Return the batch of a step counted through all epochs, from 0 on."""
        return self.at(*divmod(number, self.steps_per_epoch))

    def at(self, epoch: int, step: int) -> Batch:
        """Return the batch of a step of an epoch, both from 0 on; IndexError outside of that."""
        if epoch < 0 or not 0 <= step < self.steps_per_epoch:
            raise IndexError(f"no step {step} of {self.steps_per_epoch} in epoch {epoch}")
        drawn = self._epoch(epoch)
        number = int(drawn.choice[step])
        choice, items = self._choices[number], drawn.items[step]
        langs = self._languages(choice, items, epoch, step)
        return Batch(choice.kind.name, choice.source, items, langs[0], langs[-1])

    def modes(self, epoch: int) -> list[str]:
        """Return the mode of each step of an epoch."""
        return [self._choices[number].kind.name for number in self._epoch(epoch).choice]

    def _languages(self, choice: _Choice, items: Items, epoch: int, step: int) -> list[NDArray[np.int64]]:
        if choice.langs:
            return [np.full(len(items), lang) for lang in choice.langs]
        chance = stream(self.seed, epoch, step, _LANGUAGES).random((choice.kind.row_languages, len(items)))
        return drawn_languages(self.coverage.mask[items], len(self.coverage.languages), chance)

    def _drawn(self, epoch: int) -> _Epoch:
        """Return what every step of an epoch draws from."""
        steps = self.steps_per_epoch
        rng = stream(self.seed, epoch, 0, _CHOICES)
        kind = self._kinds(rng.random(steps))
        group, source = rng.random(steps), rng.random(steps)
        choice = np.empty(steps, np.int64)
        for number, groups in enumerate(self._groups):
            here = np.flatnonzero(kind == number)
            which = (group[here] * len(groups)).astype(np.int64)
            for each, (choices, shares) in enumerate(groups):
                rows = here[which == each]
                choice[rows] = choices[np.searchsorted(shares, source[rows], side="right")]
        order = np.argsort(choice, kind="stable")
        _, first, size = np.unique(choice[order], return_index=True, return_counts=True)
        draw = np.empty(steps, np.int64)
        draw[order] = np.arange(steps) - np.repeat(first, size)
        return _Epoch(choice, self._items(epoch, choice, draw))

    def _items(self, epoch: int, choice: NDArray[np.int64], draw: NDArray[np.int64]) -> Items:
        """Return the items of each step of an epoch: of some candidates those drawn least often in it so far.

        Pools overlap, as an item is in that of each of its languages: each pool alone without repeats would
        draw many items several times in an epoch and others never.
        """
        found = np.empty((len(choice), self.batch_size), np.int32)
        uses = np.zeros(len(self.coverage.mask), np.int32)
        for step, (number, before) in enumerate(zip(choice.tolist(), draw.tolist(), strict=True)):
            pool = self._pool(self._choices[number])
            items = pool.candidates(_CANDIDATES * self.batch_size, self.seed, epoch, number, before)
            items = items[np.argsort(uses[items], kind="stable")]
            first = np.sort(np.unique(self.coverage.group[items], return_index=True)[1])
            if len(first) < self.batch_size:
                found[step] = pool.draw(before, self.seed, epoch, number)
            else:
                found[step] = items[first[: self.batch_size]]
            uses[found[step]] += 1
        return found

    def _kinds(self, chance: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the number of each step's kind of batch; chance: uniform in [0, 1), shape (steps,)."""
        if self.sampler.schedule == "bernoulli":
            return np.searchsorted(self._ends, chance, side="right")
        place = np.argsort(np.argsort(chance))
        return np.searchsorted(np.round(self._ends * len(chance)), place, side="right")

    def _servable(self, kind: BatchKind) -> list[_Group]:
        """Note the choices of a kind of batch; return the groups, of which a step chooses one uniformly."""
        found = []
        sources = range(len(self.coverage.sources))
        for langs in kind.shared_languages(self.coverage):
            choices = [_Choice(kind, langs, source) for source in sources]
            served = {choice: pool for choice in choices if (pool := self._pool(choice)).batches}
            if served:
                shares = weights([pool.rows for pool in served.values()], self.sampler.mix).cumsum()
                first = len(self._choices)
                self._choices += served
                found.append(_Group(np.arange(first, len(self._choices)), shares / shares[-1]))
            elif kind.every_language:
                self._refuse_language(kind, langs)
        if not found:
            self._refuse(kind)
        return found

    def _pool(self, choice: _Choice) -> Pool:
        """Return the pool of a choice, kept unless there are very many."""
        if choice not in self._pools:
            if len(self._pools) > _MOST_POOLS:
                self._pools.clear()
            source = self.coverage.sources[choice.source]
            served = source.paired or not choice.kind.needs_pairs
            items = choice.kind.items(self.coverage, source, choice.langs) & served
            self._pools[choice] = pool(self.coverage, source, items, self.batch_size)
        return self._pools[choice]

    def _refuse_language(self, kind: BatchKind, langs: Languages) -> None:
        """Refuse a language whose rows cannot fill a batch: leaving it out in silence would be no sampler."""
        code = " ".join(self.coverage.languages[lang] for lang in langs)
        most = most_rows(self.coverage, kind, langs)
        raise UsageError(
            f"a batch of {self.batch_size} needs that many different items: {code} has {most:,} to train on",
            f"--batch-size {most} or less, or leave {code} out of --langs",
        )

    def _refuse(self, kind: BatchKind) -> None:
        if most := largest_of_kind(self.coverage, kind):
            raise UsageError(
                f"a batch of {self.batch_size} needs that many different items: "
                f"{most:,} have {kind.items_have}",
                f"--batch-size {most} or less",
            )
        lacks, hint = kind.data_lacks
        raise UsageError(f"the data cannot serve the sampler {self.sampler.name}: it has no {lacks}", hint)


def largest_batch(coverage: Coverage, sampler: Sampler) -> int:
    """Return the most rows that every batch of a sampler can have; 0 where the data cannot serve it.

    With `pairing="batch"` that is what the best pair of languages has: others are then never drawn.
    """
    return min(largest_of_kind(coverage, kind) for kind in sampler.shares)


def largest_of_kind(coverage: Coverage, kind: BatchKind) -> int:
    """Return the most rows that a batch of a kind can have."""
    choices = {tuple(sorted(langs)) for langs in kind.shared_languages(coverage)}
    sizes = [most_rows(coverage, kind, langs) for langs in choices]
    return (min if kind.every_language else max)(sizes, default=0)


def most_rows(coverage: Coverage, kind: BatchKind, langs: Languages) -> int:
    """Return how many groups the data set that has most of them has for a choice of shared languages."""
    return max(
        coverage.groups(source, kind.items(coverage, source, langs))
        if source.paired or not kind.needs_pairs
        else 0
        for source in coverage.sources
    )
