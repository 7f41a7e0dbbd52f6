"""`fuse:bm25`: reciprocal rank fusion with another retriever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.comparison.retriever_names import shortest
from hybrid_tui.errors import UsageError
from hybrid_tui.systems import stage_times
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.scorer import Cancelled, Needed, Scorer, Steps

RANK_CONSTANT = 60
"""Cormack, Clarke and Buettcher 2009, SIGIR, "Reciprocal Rank Fusion"."""


@dataclass(frozen=True)
class Fuse:
    """Fusion with a retriever, written as a system is, without stages of its own."""

    kind: ClassVar[str] = "fusion"
    place: ClassVar[int] = 3
    retriever: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `fuse:RETRIEVER`."""
        retriever = text.partition(":")[2]
        if not retriever:
            raise UsageError("fuse names no retriever", "write fuse:bm25")
        return cls(shortest(retriever))

    def __str__(self) -> str:
        return f"fuse:{self.retriever}"


@dataclass(frozen=True, eq=False)
class Fused:
    """Several scorers fused: the sum over them of 1 / (60 + rank in the pool), ties of each by row.

    stage: as what the time of all but the first is counted.
    """

    scorers: Sequence[Scorer]
    stage: str = "fuse"
    pool_bound: ClassVar[bool] = True

    @property
    def fingerprint(self) -> str:
        """What names all that decides the scores."""
        return "rrf\n" + "\n".join(each.fingerprint for each in self.scorers)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the scorers tell."""
        return tuple(dict.fromkeys(note for each in self.scorers for note in each.notes))

    def needed(self, langs: Sequence[str], *, asked: bool = False) -> Sequence[Needed]:
        """Return what any of the scorers needs."""
        return [shelves for each in self.scorers for shelves in each.needed(langs, asked=asked)]

    def prepare(
        self, langs: Sequence[str], step: Steps, cancelled: Cancelled | None = None, *, asked: bool = False
    ) -> None:
        """Prepare each scorer."""
        for each in self.scorers:
            each.prepare(langs, step, cancelled, asked=asked)

    def scores(self, asked: Sequence[Asked], langs: Sequence[str]) -> NDArray[np.float64]:
        """Return the fused scores."""
        return self.staged(asked, langs)[0]

    def staged(
        self, asked: Sequence[Asked], langs: Sequence[str]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the fused scores, and those of the first scorer."""
        first, *others = self.scorers
        found = first.scores(asked, langs)
        with stage_times.stage(self.stage):
            fused = _reciprocal(found)
            for each in others:
                fused += _reciprocal(each.scores(asked, langs))
        return fused, found


def _reciprocal(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 / (RANK_CONSTANT + ranked(scores))


def ranked(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rank of each passage, shape and order as `scores` (queries, passages); ties by place."""
    order = np.argsort(-scores, axis=1, kind="stable")
    ranks = np.empty(scores.shape, np.int64)
    np.put_along_axis(ranks, order, np.arange(1, scores.shape[1] + 1)[None, :], axis=1)
    return ranks
