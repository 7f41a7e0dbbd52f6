"""Ranks of documents whose passages are chunks, against counting them one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hybrid_tui.api import questions
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.corpus import collection as corpus
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.evaluation import trec
from hybrid_tui.evaluation.kernel import documents
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks, ranks, scored_ranks
from hybrid_tui.systems.asked import Asked

Vectors = dict[str, NDArray[np.float32]]
LANGS = ("de", "en")
ITEMS = 3


def made(sizes: dict[str, list[int]], relevant: list[tuple[int, str, int]]) -> Collection:
    """A collection of documents with so many chunks each; relevant: (item, language, number of document)."""
    chunks = [
        (f"{lang}{at}#{n + 1}", lang, "text", f"{lang}{at}")
        for lang, counts in sizes.items()
        for at, count in enumerate(counts)
        for n in range(count)
    ]
    passages = pl.DataFrame(chunks, ["passage_id", "lang", "text", "document"], orient="row")
    asked = {item for item, _, _ in relevant}
    queries = [(f"q{item}-{lang}", f"i{item}", lang, "?") for lang in sizes for item in sorted(asked)]
    judged = pl.DataFrame(
        [(f"i{item}", f"{lang}{at}") for item, lang, at in relevant], ["item_id", "document"], orient="row"
    ).unique(maintain_order=True)
    return corpus.build(
        "made",
        pl.DataFrame(queries, ["query_id", "item_id", "lang", "text"], orient="row"),
        passages,
        judged.join(passages, on="document", maintain_order="left_right").select("item_id", "passage_id"),
    )


@st.composite
def worlds(draw: Callable[..., Any]) -> tuple[Collection, Vectors, Vectors]:
    """Few documents with few chunks, and embeddings of so few kinds that most scores tie."""
    sizes = {lang: draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)) for lang in LANGS}
    places = [(item, lang, at) for item in range(ITEMS) for lang in LANGS for at in range(len(sizes[lang]))]
    relevant = draw(st.lists(st.sampled_from(places), min_size=1, unique=True))
    found = made(sizes, relevant)
    pairs = (
        found.queries.join(found.passages, on="lang").select("query_id", "document").unique().sort(pl.all())
    )
    selves = pairs.filter([draw(st.integers(0, 5)) == 0 for _ in range(pairs.height)])
    chunks = selves.join(found.passages, on="document").select("query_id", "passage_id")
    found = replace(found, self_passages=chunks.sort("query_id", "passage_id"))
    value = st.sampled_from([-1.0, 0.0, 0.5, 1.0])

    def embedded(table: pl.DataFrame, lang: str) -> NDArray[np.float32]:
        rows = table.filter(lang=lang).height
        values = draw(st.lists(value, min_size=2 * rows, max_size=2 * rows))
        return np.array(values, np.float32).reshape(rows, 2)

    return (
        found,
        {lang: embedded(found.queries, lang) for lang in LANGS},
        {lang: embedded(found.passages, lang) for lang in LANGS},
    )


def best_chunks(
    collection: Collection, query: NDArray[np.float32], passages: Vectors
) -> list[tuple[float, int]]:
    """The best score of each document and the first row that has it, in the collection's order."""
    scores = np.concatenate([passages[lang] @ query for lang in LANGS])
    named = collection.passages["document"].to_list()
    found: dict[str, tuple[float, int]] = {}
    for row, name in enumerate(named):
        if name not in found or scores[row] > found[name][0]:
            found[name] = (float(scores[row]), row)
    return list(found.values())


def counted(collection: Collection, queries: Vectors, passages: Vectors, found: Ranks, top: int) -> None:
    """Assert that ranks are those of counting one by one, without what a query leaves out."""
    named = collection.passages.unique("document", keep="first", maintain_order=True)
    places = {passage: at for at, passage in enumerate(named["passage_id"])}
    at_lang = [LANGS.index(lang) for lang in named["lang"]]
    every = collection.queries.with_columns(row=pl.int_range(pl.len()).over("lang"))
    asked = found.queries.join(every, on="query_id", how="left", maintain_order="left")
    selves = collection.self_passages.join(named, on="passage_id")
    for number, (query, lang, row) in enumerate(asked.select("query_id", "lang", "row").iter_rows()):
        best = best_chunks(collection, queries[lang][row], passages)
        gone = {places[passage] for passage in selves.filter(query_id=query)["passage_id"]}
        for pair in np.flatnonzero(found.relevant["query"].to_numpy() == number):
            own = places[found.relevant["passage_id"][int(pair)]]
            beaten = [UNRANKED if own in gone else 0] * len(LANGS)
            for other, (score, _) in enumerate(best):
                if gone & {own, other}:
                    continue
                ahead = score > best[own][0] or (score == best[own][0] and other < own)
                beaten[at_lang[other]] += ahead
            assert found.beaten[pair].tolist() == beaten
        order = sorted(
            (each for at, each in enumerate(best) if at not in gone), key=lambda each: (-each[0], each[1])
        )[:top]
        rows = [row for _, row in order] + [UNRANKED] * (top - len(order))
        assert found.top[number].tolist() == rows
        assert found.top_scores[number, : len(order)].tolist() == [score for score, _ in order]


@settings(max_examples=25)
@given(worlds(), st.sampled_from([1, 1 << 12, 1 << 30]), st.sampled_from(["cpu", "torch"]))
def test_documents_are_ranked_by_their_best_chunk(
    world: tuple[Collection, Vectors, Vectors], memory: int, device: str
) -> None:
    collection, queries, passages = world
    name = device if device == "cpu" else "cpu:0"
    found = ranks(collection, queries, passages, top=3, memory=memory, device=name)
    judged = collection.judgements.join(collection.passages, on="passage_id")
    assert found.relevant.height == judged.n_unique(["query_id", "document"])
    documents = collection.passages.unique("document").group_by("lang").len().sort("lang")
    assert found.pool.tolist() == documents["len"].to_list()
    counted(collection, queries, passages, found, top=3)


class Products:
    """A scorer of embeddings' products; bound to the pool, so that each language is searched alone too."""

    pool_bound, fingerprint, notes = True, "", ()

    def __init__(self, queries: dict[str, NDArray[np.float32]], passages: Vectors) -> None:
        self.queries, self.passages = queries, passages

    def needed(self, langs: Sequence[str], *, asked: bool = False) -> list[Any]:
        return []

    def prepare(self, *_: Any, **__: Any) -> None:
        return None

    def scores(self, asked: Sequence[Asked], langs: Sequence[str]) -> NDArray[np.float64]:
        vectors = np.stack([self.queries[each.query_id] for each in asked]).astype(np.float64)
        return np.concatenate([vectors @ self.passages[lang].T for lang in langs], axis=1)


@settings(max_examples=25)
@given(worlds())
def test_documents_of_systems_of_scores_are_ranked_alike(world: tuple[Collection, Vectors, Vectors]) -> None:
    collection, queries, passages = world
    rows = collection.queries.select("query_id", "lang", row=pl.int_range(pl.len()).over("lang"))
    by_query = {query: queries[lang][row] for query, lang, row in rows.iter_rows()}
    found = scored_ranks(collection, Products(by_query, passages), LANGS, LANGS, top=3)
    expected = ranks(collection, queries, passages, top=3)
    assert (found.beaten == expected.beaten).all()
    assert (found.top == expected.top).all()
    assert (found.pool == expected.pool).all()
    assert found.relevant.equals(expected.relevant)
    assert found.alone is not None
    own = [LANGS.index(lang) for lang in found.relevant["lang"]]
    there = (found.beaten != UNRANKED).all(axis=1)
    assert found.alone[there].tolist() == found.beaten[np.arange(len(own)), own][there].tolist()


def test_many_documents_of_many_chunks_are_ranked_the_same_in_any_portions() -> None:
    random = np.random.default_rng(0)
    sizes = {lang: random.integers(1, 30, 40).tolist() for lang in LANGS}
    collection = made(sizes, [(item, lang, 7 * item + 1) for item in range(5) for lang in LANGS])
    queries = {lang: random.standard_normal((5, 16)).astype(np.float32) for lang in LANGS}
    passages = {lang: random.standard_normal((sum(sizes[lang]), 16)).astype(np.float32) for lang in LANGS}
    whole = ranks(collection, queries, passages)
    for memory in (1 << 14, 1 << 17):
        some = ranks(collection, queries, passages, memory=memory)
        assert (some.beaten == whole.beaten).all()
        assert (some.top == whole.top).all()
    alone = ranks(collection, queries, passages, own_language=True)
    of_own = {
        (whole.queries["query_id"][query], passage): beaten[LANGS.index(lang)]
        for (query, passage, lang, _), beaten in zip(whole.relevant.iter_rows(), whole.beaten, strict=True)
    }
    for (query, passage, _, _), beaten in zip(alone.relevant.iter_rows(), alone.beaten, strict=True):
        assert beaten.sum() == of_own[alone.queries["query_id"][query], passage]


@pytest.mark.parametrize("most", [1, 3, 4, 100])
def test_stretches_tear_no_document(most: int) -> None:
    starts = np.array([0, 3, 4, 10, 11])
    found = list(documents.stretches(starts, 0, 13, most))
    assert [start for start, _ in found] == [0, *(stop for _, stop in found[:-1])]
    assert found[-1][1] == 13
    for start, stop in found:
        assert start in starts
        assert stop - start <= most or not ((starts > start) & (starts < stop)).any()


def test_runs_and_qrels_name_documents(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    collection = made({"de": [2, 1, 3], "en": [1, 4]}, [(0, "de", 1), (0, "en", 1), (1, "de", 2)])
    queries = {lang: random.standard_normal((2, 4)).astype(np.float32) for lang in LANGS}
    passages = {"de": random.standard_normal((6, 4)), "en": random.standard_normal((5, 4))}
    found = ranks(collection, queries, {lang: rows.astype(np.float32) for lang, rows in passages.items()})
    assert trec.write_run(tmp_path / "a.run", [found], collection, "tag") == 4
    lines = [line.split()[2] for line in (tmp_path / "a.run").read_text().splitlines()]
    assert sorted(lines) == sorted(["de0", "de1", "de2", "en0", "en1"] * 4)
    trec.write_qrels(tmp_path / "qrels", collection)
    assert (tmp_path / "qrels").read_text().split("\n")[:3] == [
        "q0-de 0 de1 1",
        "q0-de 0 en1 1",
        "q1-de 0 de2 1",
    ]
    again = trec.read_run(tmp_path / "a.run", collection).ranks
    assert (again.beaten == found.beaten).all()
    assert again.pool.tolist() == [3, 2]
    assert again.relevant.equals(found.relevant)


def test_a_question_is_ranked_by_documents_and_a_passage_by_passages() -> None:
    collection = made({"de": [2, 2]}, [(0, "de", 1)])
    hits = tuple(Hit(n, each, "de", 1 - n / 9, "") for n, each in enumerate(("de0#2", "de0#1", "de1#2"), 1))
    ranking = Ranking("m", "d", "?", "de", ("de",), 4, hits)
    wanted = questions.relevant(collection, "q0-de", ["de"])
    assert wanted == {"de1"}
    assert questions.ranks(lambda _: ranking, ranking, wanted, questions.unit(collection)) == {"de1": 2}
    assert questions.ranks(lambda _: ranking, ranking, {"de1#2"}) == {"de1#2": 3}
