"""One system of scores on one collection, ready to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.variants import QueryForm
from hybrid_tui.retrieval.passage_pools import hits
from hybrid_tui.systems import queries, stage_times
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.retriever import NO_FORMS
from hybrid_tui.systems.scorer import Scorer, Shown, Staged, Steps, silent
from hybrid_tui.systems.stages.fuse import ranked


class ScoredRetriever:
    """Ranks the passages of a collection for one query at a time by a scorer; all it does is exact.

    name: of the system, in its written form.
    """

    def __init__(self, name: str, collection: Collection, scorer: Scorer) -> None:
        self.name = name
        self._collection = collection
        self._scorer = scorer

    def prepare(
        self,
        langs: list[str] | None = None,
        step: Steps = silent,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Encode (once, kept) and index what scoring passages of `langs`, all languages by default, takes."""
        self._scorer.prepare(queries.checked(self._collection, langs), step, cancelled)

    def to_encode(self, langs: list[str] | None = None) -> int:
        """Return how many texts `prepare` would encode, those known from elsewhere left out."""
        needed = self._scorer.needed(queries.checked(self._collection, langs))
        sides = {
            (each.spec.fingerprint, each.texts.fingerprint, each.role): each for each in reversed(needed)
        }
        return sum(shelves.to_encode() for shelves in sides.values())

    def kept(self, langs: list[str] | None = None) -> dict[str, int]:
        """Return how many passages of each of `langs`, all by default, can be ranked now: all, or none."""
        wanted = queries.checked(self._collection, langs)
        ready = not self.to_encode(wanted)
        return {lang: self._collection.passage_count(lang) if ready else 0 for lang in wanted}

    def recall(self) -> float:
        """Return the share of the exact top 10 that is found: 1."""
        return 1.0

    def search(
        self,
        query: str,
        *,
        query_id: str = "",
        query_lang: str = queries.AUTO,
        langs: list[str] | None = None,
        k: int = 10,
        forms: Mapping[str, QueryForm] = NO_FORMS,
        step: Steps = silent,
        cancelled: Callable[[], bool] | None = None,
    ) -> Ranking:
        """Return the first k passages of `langs` (default: all) for a query, as `Retriever.search` does."""
        wanted = queries.checked(self._collection, langs)
        asked = queries.asked(self._collection, query, query_id, query_lang, forms)
        self._scorer.prepare(wanted, step, cancelled)
        with stage_times.timed() as seconds:
            scores, before = self._scores(asked, wanted)
        return self._ranking(asked, wanted, scores, k, seconds, before)

    def search_kept(
        self,
        query: str,
        *,
        query_id: str = "",
        query_lang: str = queries.AUTO,
        langs: list[str] | None = None,
        k: int = 10,
        forms: Mapping[str, QueryForm] = NO_FORMS,
    ) -> Ranking:
        """Return the ranking where nothing is to be encoded, else no passage: parts cannot be fused."""
        wanted = queries.checked(self._collection, langs)
        if not self.to_encode(wanted):
            return self.search(query, query_id=query_id, query_lang=query_lang, langs=langs, k=k, forms=forms)
        asked = queries.asked(self._collection, query, query_id, query_lang, forms)
        return self._ranking(asked, wanted, np.empty(0), k, {})

    def _scores(
        self, asked: Asked, langs: list[str]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return the scores of passages, and those before the last stage, where that orders anew."""
        if isinstance(self._scorer, Staged):
            scores, before = self._scorer.staged([asked], langs)
            return scores[0], before[0]
        return self._scorer.scores([asked], langs)[0], None

    def _ranking(
        self,
        asked: Asked,
        langs: list[str],
        scores: NDArray[np.float64],
        k: int,
        seconds: dict[str, float],
        before: NDArray[np.float64] | None = None,
    ) -> Ranking:
        pool = sum(map(self._collection.passage_count, langs))
        rows = np.concatenate([np.array(self._collection.passage_rows(lang)) for lang in langs])
        out = self._collection.left_out(asked.query_id) if asked.query_id else []
        order = np.argsort(-scores, kind="stable")[: k + len(out)]
        best = np.array([at for at in order if rows[at] not in out][:k], np.int64)
        shown = scores[best]
        if isinstance(self._scorer, Shown) and len(best):
            shown = self._scorer.shown(asked, langs, scores, best)
        found = hits(
            self._collection, list(zip(shown.tolist(), rows[best].tolist(), strict=True)), asked.query_id
        )
        if before is not None:
            ranks = _ranks(before, np.isin(rows, out))[best].tolist()
            found = tuple(replace(hit, before=rank) for hit, rank in zip(found, ranks, strict=True))
        return Ranking(
            system=self.name,
            data=self._collection.name,
            query=asked.text,
            query_lang=asked.lang,
            langs=tuple(langs),
            pool=len(scores),
            hits=found,
            seconds=seconds,
            missing=pool - len(scores),
        )


def _ranks(scores: NDArray[np.float64], left_out: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the rank of each passage among those that are not left out, which come last."""
    found: NDArray[np.int64] = ranked(np.where(left_out, -np.inf, scores)[None])[0]
    return found
