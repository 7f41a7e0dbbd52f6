"""The rankings of an imported run, question by question."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.comparison.retriever_names import RUN
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import metric_tables
from hybrid_tui.evaluation.ranks import UNRANKED
from hybrid_tui.evaluation.results import Evaluation


class RunRankings:
    """Answers a collection's own questions with what a run ranks for them.

    evaluation: of an imported run. collection: the one that it is of, unchanged.
    """

    def __init__(self, evaluation: Evaluation, collection: Collection) -> None:
        self.name = RUN + evaluation.manifest.system
        self._ranks = evaluation.ranks
        self._collection = collection
        self._rows = {query: row for row, query in enumerate(self._ranks.queries["query_id"])}
        together = (evaluation.values["pool"] == metric_tables.MULTILINGUAL).any()
        self._own_language = len(self._ranks.languages) > 1 and not together

    def search(self, query_id: str, langs: Sequence[str] = (), k: int = 10) -> Ranking:
        """Return the first k passages of `langs` (default: all) for a question, of those that were kept.

        Raises UsageError for a question that the run does not answer, and languages that it does not rank.
        """
        row = self._rows.get(query_id)
        if row is None or self._ranks.top[row, 0] == UNRANKED:
            raise UsageError(f"{self.name} has no line of this question", "choose another question")
        asked = self._collection.queries.filter(pl.col("query_id") == query_id).row(0, named=True)
        wanted = self._pool(asked["lang"], langs)
        if not wanted:
            raise UsageError(f"{self.name} ranks no passages in {', '.join(langs)}", "choose other languages")
        answers = self._collection.judgements.filter(pl.col("query_id") == query_id)["passage_id"]
        return Ranking(
            system=self.name,
            data=self._collection.name,
            query=asked["text"],
            query_lang=asked["lang"],
            langs=tuple(wanted),
            pool=sum(int(self._ranks.pool[self._ranks.languages.index(lang)]) for lang in wanted),
            hits=self._hits(row, wanted, k, set(answers)),
        )

    def relevant_ranks(self, query_id: str, langs: Sequence[str]) -> dict[str, int] | None:
        """Return the rank of each relevant passage among those of `langs`; None where one is not ranked."""
        columns = [self._ranks.languages.index(lang) for lang in langs]
        pairs = self._ranks.relevant
        at = pairs.with_row_index("at").filter(
            pl.col("query") == self._rows[query_id], pl.col("lang").is_in(langs)
        )
        beaten = self._ranks.beaten[at["at"].to_numpy()][:, columns]
        if (beaten == UNRANKED).any():
            return None
        return dict(zip(at["passage_id"], (1 + beaten.sum(axis=1)).tolist(), strict=True))

    def first_passages(
        self, query_ids: Sequence[str], langs: Sequence[str] = (), k: int = 10
    ) -> tuple[tuple[str, ...], ...]:
        """Return the ids of the first k passages of `langs` for each question; () for one without lines."""
        ids = self._collection.passages["passage_id"]
        found = []
        for query_id in query_ids:
            row = self._rows.get(query_id)
            places = [] if row is None else self._places(row, langs or self._ranks.languages, k)
            found.append(tuple(ids.gather([int(self._ranks.top[row, place]) for place in places])))
        return tuple(found)

    def _pool(self, query_lang: str, langs: Sequence[str]) -> list[str]:
        pool = [query_lang] if self._own_language else self._ranks.languages
        return [lang for lang in pool if not langs or lang in langs]

    def _places(self, row: int, langs: Sequence[str], k: int) -> list[int]:
        codes = {code for code, lang in enumerate(self._ranks.languages) if lang in langs}
        return [place for place, code in enumerate(self._ranks.top_lang[row]) if code in codes][:k]

    def _hits(self, row: int, langs: Sequence[str], k: int, answers: set[str]) -> tuple[Hit, ...]:
        places = self._places(row, langs, k)
        rows = [int(self._ranks.top[row, place]) for place in places]
        ids = self._collection.passages["passage_id"].gather(rows)
        texts = self._collection.passage_texts(rows)
        return tuple(
            Hit(
                rank=rank,
                passage_id=passage_id,
                lang=self._ranks.languages[self._ranks.top_lang[row, place]],
                score=float(self._ranks.top_scores[row, place]),
                text=text,
                relevant=passage_id in answers,
                context=context or "",
            )
            for rank, (place, passage_id, (text, context)) in enumerate(
                zip(places, ids, texts.rows(), strict=True), 1
            )
        )
