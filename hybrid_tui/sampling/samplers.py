"""Samplers: which kinds of batches a training draws (arXiv 2408.10536, section 3), and in which shares."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, ClassVar, Protocol, get_args

from hybrid_tui.choices import Mix, Pairing, Schedule
from hybrid_tui.errors import UsageError

if TYPE_CHECKING:  # the command line lists samplers without loading numpy
    import numpy as np
    from numpy.typing import NDArray

    from hybrid_tui.sampling.coverage import Coverage, DataSource

PAIRINGS, SCHEDULES, MIXES = get_args(Pairing), get_args(Schedule), get_args(Mix)

Languages = tuple[int, ...]
"""Numbers of languages in a coverage: one for query and passage alike, or the query's and the passage's."""


@dataclass(frozen=True)
class Sampler:
    """How a training batch is drawn.

    name: of SAMPLERS. alpha: hybrid's share of mono batches, in [0, 1].
    pairing: cross draws a pair of languages for each row ("item") or for the whole batch ("batch").
    schedule: the kind of a step is drawn for each alone ("bernoulli"), or each kind has its exact share of an
    epoch ("stratified").
    mix: a data set is drawn by "size", by its square root ("sqrt") or "uniform".
    """

    name: str = "hybrid"
    alpha: float = 0.5
    pairing: Pairing = "item"
    schedule: Schedule = "bernoulli"
    mix: Mix = "size"

    def __post_init__(self) -> None:
        """Raise UsageError for a value that is not allowed."""
        if not 0 <= self.alpha <= 1:
            raise UsageError(f"alpha is a share of mono batches: {self.alpha:g} is outside 0 to 1")
        for field, value, allowed in (
            ("sampler", self.name, SAMPLERS),
            ("pairing", self.pairing, PAIRINGS),
            ("schedule", self.schedule, SCHEDULES),
            ("mix", self.mix, MIXES),
        ):
            if value not in allowed:
                raise UsageError(f"no {field} named {value!r}", f"known: {', '.join(allowed)}")

    @property
    def shares(self) -> dict[BatchKind, float]:
        """The kinds of batches that it draws, and the share of the steps that each has; none of 0."""
        return {kind: share for kind, share in SAMPLERS[self.name](self).items() if share > 0}

    @property
    def modes(self) -> tuple[str, ...]:
        """The names of the kinds of batches that it draws."""
        return tuple(kind.name for kind in self.shares)


@dataclass(frozen=True)
class BatchKind:
    """A kind of batch: the items that it is drawn from, and the languages of their rows.

    A subclass says what differs. name: the mode of its batches, as plans and logs have it.
    needs_pairs: a row is a query and its passage in one language, which translated texts do not have.
    row_languages: different languages that a row draws for itself where its batch shares none: 1 for query
    and passage alike, 2 for one each.
    every_language: data is refused where a choice of `shared_languages` cannot fill a batch, not left out.
    items_have, data_lacks: what its items have, and what data without any lacks, with a hint: for errors.
    """

    name: ClassVar[str]
    needs_pairs: ClassVar[bool] = True
    row_languages: ClassVar[int] = 1
    every_language: ClassVar[bool] = False
    data_lacks: ClassVar[tuple[str, str]] = (
        "pairs of a query and a passage",
        "translations alone serve --sampler cross",
    )

    @property
    def items_have(self) -> str:
        """What an item must have."""
        return "a query and a passage"

    def shared_languages(self, coverage: Coverage) -> list[Languages]:  # noqa: ARG002
        """Return the languages that all rows of a batch may share, of which each batch draws one entry.

        The empty entry stands for rows that draw languages of their own.
        """
        return [()]

    def items(self, coverage: Coverage, source: DataSource, langs: Languages) -> NDArray[np.bool_]:
        """Return which items of a data set can be in a batch, bool, shape (items of the source,)."""
        return coverage.has(source, *langs)


class Mono(BatchKind):
    """Query and passage in one language that the whole batch shares (the paper's X-X)."""

    name = "mono"
    every_language = True

    def shared_languages(self, coverage: Coverage) -> list[Languages]:
        """Return each language that has pairs."""
        paired = [source for source in coverage.sources if source.paired]
        every = range(len(coverage.languages))
        return [(lang,) for lang in every if any(coverage.has(each, lang).any() for each in paired)]


class Mixed(BatchKind):
    """Query and passage in one language, each row in one of its own (LAReQA's X-X, arXiv 2004.05484)."""

    name = "mixed"


@dataclass(frozen=True)
class Cross(BatchKind):
    """Query and passage in different languages (the paper's X-Y), drawn for a row or for a whole batch."""

    pairing: str

    name = "cross"
    needs_pairs = False
    row_languages = 2
    data_lacks = ("items in two languages or more", "--sampler mono needs one language alone")

    @property
    def items_have(self) -> str:
        """What an item must have."""
        return "the same two languages" if self.pairing == "batch" else "two languages"

    def shared_languages(self, coverage: Coverage) -> list[Languages]:
        """Return every ordered pair of languages, or none where each row draws its own."""
        return list(permutations(range(len(coverage.languages)), 2)) if self.pairing == "batch" else [()]

    def items(self, coverage: Coverage, source: DataSource, langs: Languages) -> NDArray[np.bool_]:
        """Return the items that have both languages, or any two."""
        return coverage.has(source, *langs) if langs else coverage.several(source)


class SamplerType(Protocol):
    """A sampler: a function of its options that returns kinds of batches with their shares of the steps.

    Its docstring is what `--help` and the training screen say of it. To add one, write the function below,
    with a `BatchKind` where none of these serves, and name it in SAMPLERS.
    """

    def __call__(self, options: Sampler, /) -> dict[BatchKind, float]:
        """Return each kind's share, which sum to 1."""
        ...


def mono(_options: Sampler) -> dict[BatchKind, float]:
    """one language a batch"""
    return {Mono(): 1.0}


def cross(options: Sampler) -> dict[BatchKind, float]:
    """two languages a row"""
    return {Cross(options.pairing): 1.0}


def hybrid(options: Sampler) -> dict[BatchKind, float]:
    """some batches of each"""
    return {Mono(): options.alpha, Cross(options.pairing): 1 - options.alpha}


def mixed(_options: Sampler) -> dict[BatchKind, float]:
    """one language a row"""
    return {Mixed(): 1.0}


SAMPLERS: dict[str, SamplerType] = {each.__name__: each for each in (mono, cross, hybrid, mixed)}
"""Every sampler by its name."""


def summary(name: str) -> str:
    """Return what a sampler does, in a few words."""
    return SAMPLERS[name].__doc__ or ""
