"""Protocol of what scores every passage of a pool for queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.text_input import TextInput
from hybrid_tui.encoders.encoder import Progress, Role
from hybrid_tui.encoders.model import Provenance
from hybrid_tui.systems.asked import Asked

Cancelled = Callable[[], bool]
Steps = Callable[[str], Progress]
"""Begins a step, named in words, and returns what tells how far it is."""


def silent(_step: str) -> Progress:
    """Tell of a step to nobody."""
    return lambda _done, _total: None


class Named(Protocol):
    """A model that encodes texts, as far as is told of it before."""

    @property
    def name(self) -> str:
        """As it was asked for."""
        ...

    @property
    def fingerprint(self) -> str:
        """What names its weights and settings."""
        ...

    @property
    def provenance(self) -> Provenance:
        """Where it comes from."""
        ...


class Needed(Protocol):
    """Texts that must be encoded by a model before it is searched; langs: those that are asked for."""

    @property
    def spec(self) -> Named:
        """The model."""
        ...

    @property
    def texts(self) -> TextInput:
        """What has the texts."""
        ...

    @property
    def role(self) -> Role:
        """Which of them."""
        ...

    @property
    def langs(self) -> Sequence[str]:
        """In which languages."""
        ...

    def to_encode(self) -> int:
        """Return how many different texts are not encoded yet."""
        ...


class Scorer(Protocol):
    """Scores the passages of one collection.

    To add a retriever, write one in a file of its own in `retrievers/` and name it in their registry; a stage
    likewise, which takes the scorer that it works upon.
    pool_bound: whether a passage's score depends on which languages are searched, as BM25's statistics do.
    fingerprint: names all that decides the scores. notes: what of them a reader must know, a sentence each.
    """

    @property
    def pool_bound(self) -> bool:
        """Whether scores depend on which languages are searched."""
        ...

    @property
    def fingerprint(self) -> str:
        """What names all that decides the scores."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the scores."""
        ...

    def needed(self, langs: Sequence[str], *, asked: bool = False) -> Sequence[Needed]:
        """Return what must be encoded to score passages of `langs`, in the order in which it is.

        asked: for all queries of the collection, too.
        """
        ...

    def prepare(
        self, langs: Sequence[str], step: Steps, cancelled: Cancelled | None = None, *, asked: bool = False
    ) -> None:
        """Encode, load or index what scoring passages of `langs` takes. Raises Cancelled.

        asked: for all queries of the collection, too.
        """
        ...

    def scores(self, asked: Sequence[Asked], langs: Sequence[str]) -> NDArray[np.float64]:
        """Return scores, shape (queries, passages of `langs` in the collection's order), higher is better.

        `prepare` comes first. Safe to call from several threads. A passage whose score is equal to another's
        comes in the order of the collection.
        """
        ...


@runtime_checkable
class Staged(Protocol):
    """A `Scorer` that orders anew what others have ordered."""

    def staged(
        self, asked: Sequence[Asked], langs: Sequence[str]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what `scores` gives, and the scores of what is ordered anew, in the same shape."""
        ...


@runtime_checkable
class Shown(Protocol):
    """A `Scorer` whose scores are not what a person is shown."""

    def shown(
        self, asked: Asked, langs: Sequence[str], scores: NDArray[np.float64], at: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Return what is shown of some passages, shape (passages,).

        scores: what `scores` gave for this query. at: which of the passages, by their places among these.
        """
        ...
