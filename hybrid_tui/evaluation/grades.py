"""Grades of relevance, carried from a collection to the ranks of its relevant passages."""

from __future__ import annotations

from dataclasses import replace

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.evaluation.ranks import Ranks


def graded(ranks: Ranks, collection: Collection) -> Ranks:
    """Return ranks whose `relevant` has the column `grade` (float64), where the collection has grades."""
    grades = collection.relevance["grade"]
    if grades.null_count() == len(grades):
        return ranks
    asked = ranks.queries["query_id"].gather(ranks.relevant["query"])
    judged = collection.judgements.select("query_id", "passage_id", "grade")
    found = ranks.relevant.with_columns(query_id=asked).join(
        judged, on=["query_id", "passage_id"], how="left", maintain_order="left"
    )
    return replace(ranks, relevant=found.drop("query_id"))
