"""A collection's own queries, what is relevant to them, and their rankings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Collection as Names

import numpy as np
import polars as pl

from hybrid_tui import errors
from hybrid_tui.api.progress import Cancelled, Counter
from hybrid_tui.api.records import Question, RankFigures
from hybrid_tui.api.workspace import Searcher
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.corpus.chunking import document_of
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.evaluation.metrics import RelevantInPool, average_precision

DEEPEST = 20_000
"""Passages of one ranking that are looked through at the most."""
DEEPER = 10


def questions(
    collection: Collection, lang: str, text: str = "", limit: int = 500
) -> tuple[tuple[Question, ...], int]:
    """Return the first `limit` queries of a language that contain `text` in any case, and how many do."""
    found = collection.queries.filter(
        pl.col("lang") == lang,
        pl.col("text").str.to_lowercase().str.contains(text.lower(), literal=True),
    )
    return tuple(question(row) for row in found.head(limit).iter_rows(named=True)), len(found)


def question(row: dict[str, str]) -> Question:
    """Return a row of `Collection.queries` as a record."""
    return Question(row["query_id"], row["lang"], row["text"], row["topic"] or "", row["item_id"])


def unit(collection: Collection) -> Callable[[str], str]:
    """Return what gives the id of what is ranked by that of a passage: its own, or its document's."""
    return document_of if collection.chunked else str


def relevant(collection: Collection, query_id: str, langs: Sequence[str]) -> set[str]:
    """Return the ids of the passages, or documents, of `langs` that answer a query; none for no query."""
    answers = collection.judgements.filter(pl.col("query_id") == query_id).select("passage_id")
    if set(langs) != set(collection.languages):
        inside = collection.passages.filter(pl.col("lang").is_in(langs))
        answers = answers.join(inside, on="passage_id", how="semi")
    return set(map(unit(collection), answers["passage_id"]))


def pool_sizes(collection: Collection, langs: Sequence[str]) -> dict[str, int]:
    """Return the number of passages in each of some languages."""
    return {lang: len(collection.passage_rows(lang)) for lang in langs}


def ranks(
    search: Callable[[int], Ranking],
    first: Ranking,
    wanted: Names[str],
    unit: Callable[[str], str] = str,
) -> dict[str, int] | None:
    """Return the exact rank of each wanted passage; None where one is not among the first 20,000.

    search: gives the first k passages. first: those known already. unit: gives what counts, such as a
    passage's document, which stands where its best passage does.
    """
    ranking, depth = first, len(first.hits)
    while True:
        order = dict.fromkeys(unit(hit.passage_id) for hit in ranking.hits)
        found = {each: rank for rank, each in enumerate(order, 1) if each in wanted}
        if len(found) == len(wanted):
            return found
        if depth >= min(ranking.pool, DEEPEST):
            return None
        depth = min(max(depth, 1) * DEEPER, ranking.pool, DEEPEST)
        ranking = search(depth)


def rank_figures(places: Names[int]) -> RankFigures:
    """Return the figures of a question whose relevant passages have these ranks, one or more."""
    ordered = sorted(places)
    found = np.array([ordered], np.float64)
    precision = average_precision(RelevantInPool(found, np.ones(found.shape, np.bool_)))
    return RankFigures(float(precision[0]), ordered[0], ordered[-1] - ordered[0], len(ordered))


def first_passages(
    retriever: Searcher,
    asked: Sequence[Question],
    langs: Sequence[str] = (),
    k: int = 10,
    *,
    progress: Counter | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[tuple[str, ...], ...]:
    """Return the ids of the first k passages of `langs` for each question, best first.

    Raises errors.Cancelled when `cancelled()` turns true.
    """
    found = []
    for number, each in enumerate(asked, 1):
        if cancelled and cancelled():
            raise errors.Cancelled
        ranking = retriever.search(
            each.text, query_id=each.query_id, langs=list(langs), k=k, cancelled=cancelled
        )
        found.append(tuple(hit.passage_id for hit in ranking.hits))
        if progress:
            progress(number, len(asked))
    return tuple(found)
