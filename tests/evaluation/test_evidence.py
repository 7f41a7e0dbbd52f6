from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import DataError
from hybrid_tui.evaluation.evidence import evidence, lines
from hybrid_tui.evaluation.grouping import Grouping
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks
from hybrid_tui.evaluation.significance import PairedTest

QUICK = PairedTest(draws=100)
ITEMS = Grouping(pl.DataFrame(schema={"item_id": pl.String}))
PASSAGES = pl.DataFrame({"passage_id": ["a"], "document": pl.Series([None], dtype=pl.String)})
PLAIN = Collection("c", pl.DataFrame(), PASSAGES, pl.DataFrame())
CHUNKED = replace(PLAIN, passages=pl.DataFrame({"passage_id": ["a#1"], "document": ["a"]}))
Case = list[tuple[str, str, dict[tuple[str, str], int]]]


def ranked(case: Case, suffix: str = "") -> Ranks:
    """Ranks of queries: (item, query language, {(document, its language): rank, 0 where not retrieved})."""
    queries = pl.DataFrame(
        [(f"q{at}", item, lang) for at, (item, lang, _) in enumerate(case)],
        ["query_id", "item_id", "lang"],
        orient="row",
    )
    rows = [
        (at, f"{name}{suffix}", lang, rank)
        for at, (_, _, own) in enumerate(case)
        for (name, lang), rank in own.items()
    ]
    langs = sorted({lang for _, _, lang, _ in rows})
    beaten = np.zeros((len(rows), len(langs)), np.int32)
    for at, (_, _, _, rank) in enumerate(rows):
        beaten[at, 0] = rank - 1
        if not rank:
            beaten[at] = UNRANKED
    columns = {"query": pl.UInt32, "passage_id": pl.String, "lang": pl.String}
    none = np.empty((len(case), 0))
    return Ranks(
        tuple(langs),
        np.full(len(langs), 99),
        queries,
        pl.DataFrame([row[:3] for row in rows], columns, orient="row"),
        beaten,
        none.astype(np.int32),
        none.astype(np.int16),
        none.astype(np.float32),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Items with up to three documents, asked by one to three sub-queries in a language or two."""
    found: Case = []
    for item in range(draw(st.integers(1, 4))):
        langs = draw(st.lists(st.sampled_from(["sw", "yo", "zh"]), min_size=1, max_size=3))
        for asked in draw(st.sampled_from([["en"], ["de", "en"]])):
            for _ in range(draw(st.integers(1, 3))):
                own = {(f"d{item}-{at}", lang): draw(st.integers(0, 9)) for at, lang in enumerate(langs)}
                found.append((f"i{item}", asked, own))
    return found


def recalled(case: Case, k: int, lang: str = "") -> float:
    """The recall, one question after the other."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item, asked, own in case:
        for (name, told), rank in own.items():
            if lang in {"", told}:
                wanted[asked, item].add(name)
                if 0 < rank <= k:
                    found[asked, item].add(name)
    langs = sorted({asked for asked, _ in wanted})
    shares = [
        [len(found[key]) / len(names) for key, names in wanted.items() if key[0] == asked] for asked in langs
    ]
    return float(np.mean([np.mean(each) for each in shares]))


@given(cases(), st.integers(1, 9))
def test_recall_is_that_of_counting_one_by_one(case: Case, k: int) -> None:
    found = lines(evidence(ranked(case), PLAIN), k, ITEMS, test=QUICK)
    langs = sorted({lang for _, _, own in case for _, lang in own})
    assert [line.language for line in found] == ["", *(langs if len(langs) > 1 else [])]
    for line in found:
        assert line.recall == pytest.approx(recalled(case, k, line.language))
        assert line.gap is None
    everything = {name for _, _, own in case for name, _ in own}
    assert found[0].documents == len(everything)
    assert found[0].items == len({item for item, _, _ in case})


@given(cases(), st.integers(1, 9), st.randoms(use_true_random=False))
def test_the_gap_is_the_original_less_the_translated_on_the_same_documents(
    case: Case, k: int, random
) -> None:
    before = [(item, asked, {key: random.randint(0, 9) for key in own}) for item, asked, own in case]
    in_english = [
        (item, asked, {(name, "en"): rank for (name, _), rank in own.items()}) for item, asked, own in before
    ]
    original = evidence(ranked(in_english, "#1"), CHUNKED)
    for line in lines(evidence(ranked(case), PLAIN), k, ITEMS, original, QUICK):
        assert line.gap
        assert line.left_out == 0
        assert line.gap.a == pytest.approx(line.recall)
        assert line.gap.b == pytest.approx(recalled(before, k, line.language))
        assert line.gap.difference == pytest.approx(line.gap.b - line.gap.a)
        assert line.gap.holm is not None


def test_sub_queries_find_together_what_none_finds_alone() -> None:
    case: Case = [
        ("i", "en", {("a", "sw"): 1, ("b", "sw"): 9}),
        ("i", "en", {("a", "sw"): 9, ("b", "sw"): 2}),
    ]
    assert [lines(evidence(ranked(case), PLAIN), k, ITEMS)[0].recall for k in (1, 2)] == [0.5, 1]
    apart = [("i", "en", case[0][2]), ("i", "de", case[1][2])]
    assert lines(evidence(ranked(apart), PLAIN), 2, ITEMS)[0].recall == 0.5


def test_documents_that_the_original_lacks_are_counted_and_none_is_refused() -> None:
    case: Case = [("i", "en", {("a", "sw"): 1, ("b", "yo"): 9})]
    some = evidence(ranked([("i", "en", {("a", "en"): 1})]), PLAIN)
    found = {line.language: line for line in lines(evidence(ranked(case), PLAIN), 1, ITEMS, some, QUICK)}
    assert [found[lang].left_out for lang in ("", "sw", "yo")] == [1, 0, 1]
    assert found["yo"].gap is None
    other = evidence(ranked([("other", "en", {("a", "en"): 1})]), PLAIN)
    with pytest.raises(DataError, match="has none of these questions"):
        lines(evidence(ranked(case), PLAIN), 1, ITEMS, other)
