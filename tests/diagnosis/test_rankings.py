"""Ranks and languages of the first passages, by hand."""

from __future__ import annotations

import numpy as np
import polars as pl

from hybrid_tui.corpus.collection import build
from hybrid_tui.diagnosis.known_items import KnownItems
from hybrid_tui.diagnosis.mends import outcome
from hybrid_tui.diagnosis.rankings import ranked, with_quotas


def items() -> KnownItems:
    """Two passages each in de (of one document), en and th; queries of the first and the last."""
    langs = ["de", "de", "en", "en", "th", "th"]
    names = [f"p{n}" for n in range(6)]
    passages = pl.DataFrame({"passage_id": names, "lang": langs, "text": [f"text {n}" for n in range(6)]})
    queries = pl.DataFrame(
        {"query_id": ["p0?", "p5?"], "item_id": ["p0", "p5"], "lang": ["de", "th"], "text": ["a", "b"]}
    )
    relevance = pl.DataFrame({"item_id": ["p0", "p5"], "passage_id": ["p0", "p5"]})
    return KnownItems(build("x", queries, passages, relevance), np.array(["A", "A", "B", "C", "D", "E"]))


SCORES = np.array([[0.5, 0.9, 0.8, 0.4, 0.3, 0.2], [0.1, 0.2, 0.9, 0.8, 0.3, 0.8]])


def test_ranks_leave_out_the_own_document_and_ties_keep_the_order() -> None:
    found = ranked(items(), SCORES, 2)
    assert found.rank.tolist() == [2, 3]
    assert found.own_rank.tolist() == [1, 1]
    assert found.found.tolist() == [True, False]
    assert found.pushed_out.tolist() == [False, True]


def test_shares_are_those_of_other_documents() -> None:
    found = ranked(items(), SCORES, 2)
    assert found.languages == ["de", "en", "th"]
    assert found.own_share.tolist() == [0, 0]
    assert found.own_pool.tolist() == [0, 0.2]
    assert found.foreign[0].tolist()[1:] == [1, 0]
    assert found.foreign_pool[1].tolist()[:2] == [0.5, 0.5]
    assert np.isnan(found.foreign[0, 0])


def test_quotas_give_each_language_its_places() -> None:
    found = with_quotas(ranked(items(), SCORES, 3), items())
    assert found.found.tolist() == [True, True]
    assert found.own_share.tolist() == [1 / 3, 1 / 3]


def test_figures_of_an_outcome() -> None:
    before = ranked(items(), SCORES, 2)
    made = outcome("quotas", "", items(), with_quotas(before, items()), before, 0)
    assert before.found.mean() == 0.5
    assert made.pushed_out.value == 0.5
    assert [each.lang for each in made.favours] == ["de", "en", "th"] or len(made.favours) == 3
    assert made.unevenness == 0
