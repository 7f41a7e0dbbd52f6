from __future__ import annotations

import polars as pl

from hybrid_tui.corpus.collection import build
from hybrid_tui.corpus.description import describe, remarks


def collection(langs: tuple[str, str]) -> object:
    queries = {"query_id": ["q1", "q2"], "item_id": ["a", "a"], "lang": list(langs), "text": ["?", "?"]}
    passages = {"passage_id": ["p1", "p2", "p3"], "lang": ["en"] * 3, "text": ["x", "x", "y"]}
    relevance = {"item_id": ["a", "a"], "passage_id": ["p1", "p3"]}
    return build(
        "c", *map(pl.DataFrame, (queries | {"topic": ["t", "t"], "split": ["s", "s"]}, passages, relevance))
    )


def test_counts_are_by_language_and_in_all() -> None:
    facts = describe(collection(("en", "de")))
    assert facts["items"] == 1
    assert facts["languages"] == ["de", "en"]
    assert facts["queries"] == {"total": 2, "by_language": {"de": 1, "en": 1}}
    assert facts["passages"] == {"total": 3, "by_language": {"en": 3}}
    assert (facts["topics"], facts["splits"]) == (["t"], {"s": 1})


def test_remarks_tell_gaps_idle_passages_and_twins() -> None:
    assert remarks(collection(("en", "en"))) == [
        "1 of 3 passages are relevant to no query",
        "1 passages have the same text as an earlier one of their language",
    ]
    queries = {
        "query_id": ["q1", "q2", "q3"],
        "item_id": ["a", "a", "b"],
        "lang": ["en", "de", "en"],
        "text": ["?"] * 3,
    }
    passages = {"passage_id": ["p"], "lang": ["en"], "text": ["x"]}
    relevance = {"item_id": ["a", "b"], "passage_id": ["p", "p"]}
    partial = build("c", *map(pl.DataFrame, (queries, passages, relevance)))
    assert remarks(partial) == ["1 of 2 items do not have a query in every language"]
