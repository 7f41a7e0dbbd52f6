"""Ranks of systems that give scores are those of a brute-force ranking, in each pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hybrid_tui.corpus import collection as corpus
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import Cancelled
from hybrid_tui.evaluation import evaluate, metric_tables
from hybrid_tui.evaluation.ranks import Ranks, scored_ranks
from hybrid_tui.evaluation.relevant_ranks import multilingual_ranks, own_ranks
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.stages.fuse import Fused, ranked

from .. import toys

LANGS = ("de", "en", "th")


def small_collection(items: int) -> Collection:
    rows = [(item, lang) for lang in LANGS for item in range(items)]
    return corpus.build(
        "small",
        pl.DataFrame(
            [
                {"query_id": f"{lang}-q{i}", "item_id": str(i), "lang": lang, "text": f"{lang}{i}?"}
                for i, lang in rows
            ]
        ),
        pl.DataFrame(
            [{"passage_id": f"{lang}-{i}", "lang": lang, "text": f"{lang}{i}."} for i, lang in rows]
        ),
        pl.DataFrame([{"item_id": str(i), "passage_id": f"{lang}-{i}"} for i, lang in rows]),
    )


@dataclass
class Drawn:
    """Scores drawn by query; those of a pool of one language are others where `pool_bound`."""

    collection: Collection
    values: int
    pool_bound: bool = True
    fingerprint: str = "drawn"
    notes: tuple[str, ...] = ()

    def needed(self, langs, *, asked=False):
        return []

    def prepare(self, langs, step, cancelled=None, *, asked=False):
        pass

    def scores(self, asked, langs: Sequence[str]) -> NDArray[np.float64]:
        alone = len(langs) if self.pool_bound else 0
        rows = []
        for each in asked:
            drawn = []
            for lang in langs:
                seed = [*map(ord, each.query_id + lang), alone]
                drawn.append(
                    np.random.default_rng(seed).integers(0, self.values, self.collection.passage_count(lang))
                )
            rows.append(np.concatenate(drawn))
        return np.array(rows, np.float64)


def places(scorer, collection: Collection, query_id: str, lang: str, langs: Sequence[str]) -> list[str]:
    """The ids of the pool's passages, best first, ties in the order of the collection."""
    scores = scorer.scores([Asked("", lang, query_id)], langs)[0]
    ids = [name for each in langs for name in collection.passages.filter(lang=each)["passage_id"]]
    return [ids[at] for at in sorted(range(len(ids)), key=lambda at: (-scores[at], at))]


@settings(max_examples=30)
@given(
    st.integers(1, 5),
    st.sampled_from([1, 2, 5, 1000]),
    st.booleans(),
    st.sampled_from([1, 1 << 30]),
    st.data(),
)
def test_every_place_is_that_of_a_sorted_list(
    items: int, values: int, bound: bool, memory: int, data: st.DataObject
):
    collection = small_collection(items)
    own = collection.queries.join(collection.passages, on="lang").select("query_id", "passage_id")
    left = own.filter([data.draw(st.integers(0, 4)) == 0 for _ in range(own.height)])
    collection = replace(collection, self_passages=left)
    gone = set(left.iter_rows())
    scorer = Drawn(collection, values, bound)
    found: Ranks = scored_ranks(collection, scorer, LANGS, LANGS, top=4, memory=memory)
    alone, together = own_ranks(found), multilingual_ranks(found)
    for at, (query, passage_id, lang, _) in enumerate(found.relevant.iter_rows()):
        query_id, asked_in = found.queries.select("query_id", "lang").row(query)
        every = [
            each
            for each in places(scorer, collection, query_id, asked_in, LANGS)
            if (query_id, each) not in gone
        ]
        here = [each for each in every if each.startswith(lang)]
        if bound:
            here = [
                each
                for each in places(scorer, collection, query_id, asked_in, [lang])
                if (query_id, each) not in gone
            ]
        if (query_id, passage_id) in gone:
            assert (alone[at], together[at]) == (np.inf, np.inf)
        else:
            assert (alone[at], together[at]) == (1 + here.index(passage_id), 1 + every.index(passage_id))
        ids = collection.passages["passage_id"]
        assert [ids[int(row)] for row in found.top[query] if row >= 0] == every[:4]


def test_queries_of_their_own_language_alone():
    collection = small_collection(4)
    scorer = Drawn(collection, 3)
    found = scored_ranks(collection, scorer, LANGS, LANGS, own_language=True)
    assert found.alone is None
    for at, (query, passage_id, lang, _) in enumerate(found.relevant.iter_rows()):
        query_id, asked_in = found.queries.select("query_id", "lang").row(query)
        assert lang == asked_in
        assert own_ranks(found)[at] == 1 + places(scorer, collection, query_id, lang, [lang]).index(
            passage_id
        )


def test_it_can_be_cancelled():
    with pytest.raises(Cancelled):
        collection = small_collection(3)
        scored_ranks(collection, Drawn(collection, 9), LANGS, LANGS, cancelled=lambda: True)


@given(st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=1, max_size=4))
def test_ranks_are_by_score_then_by_place(scores: list[list[int]]):
    for row, found in zip(scores, ranked(np.array(scores, np.float64)), strict=True):
        order = sorted(range(5), key=lambda at: (-row[at], at))
        assert [order.index(at) + 1 for at in range(5)] == found.tolist()


def test_fusion_is_the_sum_of_reciprocal_ranks():
    collection = small_collection(5)
    one, two = Drawn(collection, 4), Drawn(collection, 4, pool_bound=False)
    asked = [Asked("", "de", "de-q0"), Asked("", "en", "en-q1")]
    wanted = sum(1 / (60 + ranked(each.scores(asked, LANGS))) for each in (one, two))
    np.testing.assert_allclose(Fused((one, two)).scores(asked, LANGS), wanted, rtol=1e-12)


def test_a_system_is_kept_with_its_places_alone_and_read_again():
    toys.toy()
    found = evaluate.evaluate(toys.system("bm25"))
    again = evaluate.find_kept(toys.system("bm25:words"))
    assert again is not None
    assert again.manifest.key == found.manifest.key
    np.testing.assert_array_equal(again.ranks.alone, found.ranks.alone)
    assert metric_tables.summary(again.values) == metric_tables.summary(found.values)
