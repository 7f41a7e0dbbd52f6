"""The batch plan: which items in which languages make the batch of a step (arXiv 2408.10536, section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.choices import Mix, Pairing, SamplerName, Schedule
from hybrid_tui.errors import UsageError
from hybrid_tui.sampling.counter_rng import stream
from hybrid_tui.sampling.pools import Coverage, Items, Pool, drawn_languages, pool, weights

Mode = Literal["mono", "cross", "mixed"]
SAMPLERS: tuple[SamplerName, ...] = get_args(SamplerName)
PAIRINGS: tuple[Pairing, ...] = get_args(Pairing)
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)
MIXES: tuple[Mix, ...] = get_args(Mix)
_CHOICES, _LANGUAGES = 0, 1


@dataclass(frozen=True)
class Sampler:
    """How a training batch is drawn.

    name: mono (query and passage in one language, drawn uniformly), cross (different languages), hybrid
    (mono with probability alpha, else cross), mixed (each row in a language of its own; LAReQA's X-X).
    pairing: cross draws a pair of languages for each row ("item") or for the whole batch ("batch").
    schedule: hybrid flips a coin each step ("bernoulli") or keeps exact counts an epoch ("stratified").
    mix: a data set is drawn by "size", by its square root ("sqrt") or "uniform".
    """

    name: SamplerName = "hybrid"
    alpha: float = 0.5
    pairing: Pairing = "item"
    schedule: Schedule = "bernoulli"
    mix: Mix = "size"

    def __post_init__(self) -> None:
        """Raise UsageError for a value that is not allowed."""
        if not 0 <= self.alpha <= 1:
            raise UsageError(f"alpha is a share of mono batches: {self.alpha:g} is outside 0 to 1")
        for field, allowed in (
            ("name", SAMPLERS),
            ("pairing", PAIRINGS),
            ("schedule", SCHEDULES),
            ("mix", MIXES),
        ):
            if getattr(self, field) not in allowed:
                what = "sampler" if field == "name" else field
                raise UsageError(f"no {what} named {getattr(self, field)!r}", f"known: {', '.join(allowed)}")

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The kinds of batches that it draws."""
        if self.name != "hybrid":
            return (self.name,)
        both: tuple[Mode, Mode] = ("mono", "cross")
        return tuple(
            mode for mode, share in zip(both, (self.alpha, 1 - self.alpha), strict=True) if share > 0
        )


class Batch(NamedTuple):
    """The rows of a batch: items, query and passage languages, each shape (batch,); and where from."""

    mode: Mode
    source: int
    items: Items
    query_langs: NDArray[np.int64]
    passage_langs: NDArray[np.int64]


class _Choice(NamedTuple):
    """A kind of batch: its mode, the languages that all of its rows have (none: each its own), a source."""

    mode: Mode
    langs: tuple[int, ...]
    source: int


class _Epoch(NamedTuple):
    """The choice of each step, and how many steps before chose the same; each shape (steps,)."""

    choice: NDArray[np.int64]
    draw: NDArray[np.int64]


class Plan:
    """A pure function (seed, epoch, step) -> batch, which any process may ask for any step.

    An epoch has as many rows as the data has items, so its steps are the same for every sampler.
    Raises UsageError where the data cannot serve the sampler, or cannot fill a batch.
    """

    def __init__(self, coverage: Coverage, sampler: Sampler, batch_size: int, seed: int) -> None:
        self.coverage = coverage
        self.sampler = sampler
        self.batch_size = batch_size
        self.seed = seed
        self.steps_per_epoch = max(len(coverage.mask) // batch_size, 1)
        self._choices: list[_Choice] = []
        self._groups: dict[Mode, list[tuple[list[int], NDArray[np.float64]]]] = {}
        self._kept: dict[_Choice, Pool] = {}
        for mode in sampler.modes:
            self._groups[mode] = self._servable(mode)
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
        choice = self._choices[number]
        items = self._pool(choice).draw(int(drawn.draw[step]), self.seed, epoch, number)
        langs = self._languages(choice, items, epoch, step)
        return Batch(choice.mode, choice.source, items, langs[0], langs[-1])

    def modes(self, epoch: int) -> list[Mode]:
        """Return the mode of each step of an epoch."""
        return [self._choices[number].mode for number in self._epoch(epoch).choice]

    def _languages(self, choice: _Choice, items: Items, epoch: int, step: int) -> list[NDArray[np.int64]]:
        if choice.langs:
            return [np.full(len(items), lang) for lang in choice.langs]
        count = 2 if choice.mode == "cross" else 1
        chance = stream(self.seed, epoch, step, _LANGUAGES).random((count, len(items)))
        return drawn_languages(self.coverage.mask[items], len(self.coverage.languages), count, chance)

    def _drawn(self, epoch: int) -> _Epoch:
        """Return what every step of an epoch draws from."""
        steps = self.steps_per_epoch
        rng = stream(self.seed, epoch, 0, _CHOICES)
        mono = self._mono_steps(rng, steps)
        group, source = rng.random(steps), rng.random(steps)
        choice = np.empty(steps, np.int64)
        for mode, groups in self._groups.items():
            here = np.flatnonzero(mono if mode == "mono" else ~mono)
            which = (group[here] * len(groups)).astype(np.int64)
            for number, (choices, shares) in enumerate(groups):
                rows = here[which == number]
                choice[rows] = np.array(choices)[np.searchsorted(shares, source[rows], side="right")]
        order = np.argsort(choice, kind="stable")
        _, first, size = np.unique(choice[order], return_index=True, return_counts=True)
        draw = np.empty(steps, np.int64)
        draw[order] = np.arange(steps) - np.repeat(first, size)
        return _Epoch(choice, draw)

    def _mono_steps(self, rng: np.random.Generator, steps: int) -> NDArray[np.bool_]:
        chance = rng.random(steps)
        if self.sampler.name != "hybrid":
            return np.full(steps, self.sampler.name == "mono")
        if self.sampler.schedule == "bernoulli":
            return chance < self.sampler.alpha
        return np.argsort(np.argsort(chance)) < round(self.sampler.alpha * steps)

    def _servable(self, mode: Mode) -> list[tuple[list[int], NDArray[np.float64]]]:
        """Note the choices of a mode; return what is drawn uniformly: choices and their cumulative shares."""
        found = []
        for langs in self._language_choices(mode):
            choices = [_Choice(mode, langs, source) for source in range(len(self.coverage.sources))]
            pools = [self._fill(choice) for choice in choices]
            served = [
                (choice, pool) for choice, pool in zip(choices, pools, strict=True) if pool and pool.batches
            ]
            if served:
                first = len(self._choices)
                self._choices += [choice for choice, _ in served]
                shares = weights([pool.rows for _, pool in served], self.sampler.mix).cumsum()
                found.append((list(range(first, len(self._choices))), shares / shares[-1]))
            elif mode == "mono":
                self._lacking(langs[0])
        if not found:
            self._unservable(mode)
        return found

    def _language_choices(self, mode: Mode) -> list[tuple[int, ...]]:
        every = range(len(self.coverage.languages))
        if mode == "mono":
            paired = [source for source in self.coverage.sources if source.paired]
            return [(lang,) for lang in every if any(self.coverage.has(each, lang).any() for each in paired)]
        if mode == "cross" and self.sampler.pairing == "batch":
            return list(permutations(every, 2))
        return [()]

    def _fill(self, choice: _Choice) -> Pool | None:
        """Return the pool of a choice, to be kept but where there are very many; None where there is none."""
        wanted = self._wanted(choice)
        if wanted is None:
            return None
        made = pool(self.coverage, self.coverage.sources[choice.source], wanted, self.batch_size)
        if len(choice.langs) < 2:
            self._kept[choice] = made
        return made

    def _wanted(self, choice: _Choice) -> NDArray[np.bool_] | None:
        """Return which items of its source a choice can have; None where the source cannot serve it."""
        source = self.coverage.sources[choice.source]
        if choice.mode != "cross" and not source.paired:
            return None
        if choice.mode == "cross" and not choice.langs:
            return self.coverage.several(source)
        return self.coverage.has(source, *choice.langs)

    def _pool(self, choice: _Choice) -> Pool:
        if choice not in self._kept:
            if len(self._kept) > 256:
                self._kept.clear()
            made = self._fill(choice)
            assert made is not None
            self._kept[choice] = made
        return self._kept[choice]

    def _lacking(self, lang: int) -> None:
        """Refuse a language whose rows cannot fill a batch: leaving it out in silence would be no sampler."""
        code = self.coverage.languages[lang]
        most = self._most("mono", (lang,))
        raise UsageError(
            f"a batch of {self.batch_size} needs that many different items: {code} has {most:,} to train on",
            f"--batch-size {most} or less, or leave {code} out of --langs",
        )

    def _unservable(self, mode: Mode) -> None:
        name = self.sampler.name
        most = max((self._most(mode, langs) for langs in self._language_choices(mode)), default=0)
        if most:
            same = "the same two languages" if self.sampler.pairing == "batch" else "two languages"
            have = same if mode == "cross" else "a query and a passage"
            what = f"a batch of {self.batch_size} needs that many different items: {most:,} have {have}"
            raise UsageError(what, f"--batch-size {most} or less")
        if mode == "cross":
            what, hint = "items in two languages or more", "--sampler mono needs one language alone"
        else:
            what, hint = "pairs of a query and a passage", "translations alone serve --sampler cross"
        raise UsageError(f"the data cannot serve the sampler {name}: it has no {what}", hint)

    def _most(self, mode: Mode, langs: tuple[int, ...]) -> int:
        """Return how many groups the source that has most of them has for a kind of batch."""
        found = [0]
        for number, source in enumerate(self.coverage.sources):
            wanted = self._wanted(_Choice(mode, langs, number))
            if wanted is not None:
                found.append(self.coverage.groups(source, wanted))
        return max(found)
