"""`rerank:ID:50`: the first passages ordered anew by a model that reads query and passage together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import UsageError
from hybrid_tui.systems import stage_times
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.scorer import Cancelled, Needed, Scorer, Steps

DEPTH = 100


@dataclass(frozen=True)
class Rerank:
    """Reranking of the first `depth`. model: a CrossEncoder by hub id or folder, or `colbert:` and such."""

    kind: ClassVar[str] = "reranker"
    place: ClassVar[int] = 4
    model: str
    depth: int = DEPTH

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `rerank:ID`, `rerank:ID:DEPTH`, or the same with `colbert:ID`."""
        model = text.partition(":")[2]
        before, _, last = model.rpartition(":")
        depth = DEPTH
        if before and before != "colbert":
            if not (last.isascii() and last.isdigit() and int(last)):
                raise UsageError(f"{last!r} is no number of passages", f"write rerank:{before}:50")
            model, depth = before, int(last)
        if model in {"", "colbert", "colbert:"}:
            raise UsageError("rerank names no model", "write rerank:owner/name, or rerank:owner/name:50")
        return cls(model, depth)

    def __str__(self) -> str:
        return f"rerank:{self.model}" + (f":{self.depth}" if self.depth != DEPTH else "")


class PairScores(Protocol):
    """What a reranker orders passages by; safe to use from several threads."""

    @property
    def fingerprint(self) -> str:
        """What names all that decides the scores."""
        ...

    def prepare(self) -> None:
        """Load what scoring takes."""
        ...

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return the score of each passage, shape (passages,), higher is better."""
        ...


@dataclass(frozen=True, eq=False)
class Reranked:
    """A `Scorer` of places: the first `depth` by the reranker's scores, the rest behind them as it was.

    Its scores are minus the places, from 0 on, so that the order is exact whatever rounds.
    """

    collection: Collection
    first: Scorer
    stage: Rerank
    pairs: PairScores
    pool_bound: ClassVar[bool] = True

    @property
    def fingerprint(self) -> str:
        """What names all that decides the scores."""
        return f"{self.pairs.fingerprint} {self.stage.depth}\n{self.first.fingerprint}"

    @property
    def notes(self) -> tuple[str, ...]:
        """How deep it goes, and what the system before it tells."""
        told = (
            f"rerank:{self.stage.model} orders the first {self.stage.depth:,} of each pool, in one language "
            "and in all; the rest stays behind them in order"
        )
        return (*self.first.notes, told)

    def needed(self, langs: Sequence[str], *, asked: bool = False) -> Sequence[Needed]:
        """Return what the system before it needs."""
        return self.first.needed(langs, asked=asked)

    def prepare(
        self, langs: Sequence[str], step: Steps, cancelled: Cancelled | None = None, *, asked: bool = False
    ) -> None:
        """Prepare the system before it, and the reranker."""
        self.first.prepare(langs, step, cancelled, asked=asked)
        self.pairs.prepare()

    def scores(self, asked: Sequence[Asked], langs: Sequence[str]) -> NDArray[np.float64]:
        """Return minus the place of each passage."""
        return self.staged(asked, langs)[0]

    def staged(
        self, asked: Sequence[Asked], langs: Sequence[str]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return minus the place of each passage, and the scores of the system before it."""
        before = self.first.scores(asked, langs)
        found = before.copy()
        for row, each in zip(found, asked, strict=True):
            order = np.argsort(-row, kind="stable")
            # Ascending columns, so that a stable sort breaks the reranker's ties by row.
            head = np.sort(order[: self.stage.depth])
            with stage_times.stage("rerank"):
                made = self.pairs.scores(each.text, self._texts(head, langs))
            order[: len(head)] = head[np.argsort(-made, kind="stable")]
            row[order] = -np.arange(len(order), dtype=np.float64)
        return found, before

    def shown(
        self, asked: Asked, langs: Sequence[str], scores: NDArray[np.float64], at: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Return what is shown for some passages: the reranker's score, or that of the system before it."""
        head = scores[at] > -self.stage.depth
        found = np.empty(len(at)) if head.all() else self.first.scores([asked], langs)[0][at]
        found[head] = self.pairs.scores(asked.text, self._texts(at[head], langs))
        return found

    def _texts(self, columns: NDArray[np.integer], langs: Sequence[str]) -> list[str]:
        """Return the passages in some columns of the scores."""
        rows = np.concatenate([np.array(self.collection.passage_rows(lang)) for lang in langs])
        return self.collection.inputs_of(rows[columns])
