from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hybrid_tui.corpus import collection as corpus
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import Cancelled, DataError, UsageError
from hybrid_tui.evaluation.kernel import device
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks, ranks

Matrices = dict[str, NDArray[np.floating]]
FEW = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 0), (-1, 2, 1), (2, -1, 3)]
"""So few that most scores tie."""
BESIDES = 1 << 20
"""Bytes for tables, results and threads."""


def made(queries: list[tuple[str, str]], passages: list[str], relevance: list[tuple[str, int]]) -> Collection:
    """A collection of (item, language) queries and languages of passages; relevance by passage number."""
    return corpus.build(
        "made",
        pl.DataFrame(
            [(f"q{at}", item, lang, "text") for at, (item, lang) in enumerate(queries)],
            schema=["query_id", "item_id", "lang", "text"],
            orient="row",
        ),
        pl.DataFrame(
            [(f"p{at}", lang, "text") for at, lang in enumerate(passages)],
            schema=["passage_id", "lang", "text"],
            orient="row",
        ),
        pl.DataFrame(
            [(item, f"p{at}") for item, at in relevance], schema=["item_id", "passage_id"], orient="row"
        ),
    )


def split(table: pl.DataFrame, values: NDArray[np.floating]) -> Matrices:
    """The rows of each language."""
    return {lang: values[(table["lang"] == lang).to_numpy()] for lang in table["lang"].unique()}


def embedded(
    collection: Collection, draw: Callable[[int], NDArray[np.floating]]
) -> tuple[Matrices, Matrices]:
    """Embeddings drawn for all queries and all passages."""
    return (
        split(collection.queries, draw(collection.queries.height)),
        split(collection.passages, draw(collection.passages.height)),
    )


def parallel(items: int, langs: list[str], others: int) -> Collection:
    """A collection of parallel items, with so many more passages a language that answer nothing."""
    queries = [(f"i{item}", lang) for item in range(items) for lang in langs]
    passages = [lang for lang in langs for _ in range(items + others)]
    relevance = [(f"i{i}", at * (items + others) + i) for at in range(len(langs)) for i in range(items)]
    return made(queries, passages, relevance)


def dot(one: NDArray[np.floating], other: NDArray[np.floating]) -> Fraction:
    """The score in exact arithmetic."""
    return sum((Fraction(float(a)) * Fraction(float(b)) for a, b in zip(one, other, strict=True)), Fraction())


def counted(collection: Collection, queries: Matrices, passages: Matrices, top: int) -> Ranks:
    """The ranks, counted one candidate at a time."""
    langs = sorted(passages)
    pool = [
        (index, langs.index(row["lang"]), row["passage_id"], row["lang"])
        for index, row in enumerate(collection.passages.iter_rows(named=True))
        if row["lang"] in passages
    ]
    place = {
        index: sum(other[3] == lang and other[0] < index for other in pool) for index, _, _, lang in pool
    }
    relevance = set(collection.relevance.select("item_id", "passage_id").iter_rows())
    selves = set(collection.self_passages.iter_rows())
    asked, pairs, beaten, best, left_out = [], [], [], [], []
    seen: dict[str, int] = {}
    for row in collection.queries.iter_rows(named=True):
        at = seen[row["lang"]] = seen.get(row["lang"], -1) + 1
        wanted = [some for some in pool if (row["item_id"], some[2]) in relevance]
        if row["lang"] not in queries or not wanted:
            continue
        vector = queries[row["lang"]][at]
        ranked = [some for some in pool if (row["query_id"], some[2]) not in selves]
        order = {some[0]: (-dot(vector, passages[some[3]][place[some[0]]]), some[0]) for some in ranked}
        for some in wanted:
            before = [other[1] for other in ranked if some in ranked and order[other[0]] < order[some[0]]]
            counts = np.bincount(before, minlength=len(langs))
            beaten.append(counts if some in ranked else np.full(len(langs), UNRANKED))
            pairs.append((len(asked), some[2], some[3], some[0]))
        first = sorted(order.values())[:top]
        best.append([(index, -float(score)) for score, index in first] + [(-1, -np.inf)] * (top - len(first)))
        asked.append((row["query_id"], row["item_id"], row["lang"]))
        left_out.append(len(pool) - len(ranked))
    lang_of = {index: at for index, at, *_ in pool} | {-1: -1}
    scores = np.array([[score for _, score in row] for row in best])
    about = pl.DataFrame(asked, schema=["query_id", "item_id", "lang"], orient="row")
    if any(left_out):
        about = about.with_columns(left_out=pl.Series(left_out, dtype=pl.UInt32))
    return Ranks(
        tuple(langs),
        np.array([sum(some[3] == lang for some in pool) for lang in langs]),
        about,
        pl.DataFrame(
            pairs,
            schema={"query": pl.UInt32, "passage_id": pl.String, "lang": pl.String, "passage": pl.Int64},
            orient="row",
        ),
        np.array(beaten, np.int32),
        np.array([[index for index, _ in row] for row in best], np.int32),
        np.array([[lang_of[index] for index, _ in row] for row in best], np.int16),
        np.clip(scores, -np.inf, 3e38).astype(np.float32),
    )


def assert_same(found: Ranks, expected: Ranks) -> None:
    assert found.languages == expected.languages
    assert found.queries.equals(expected.queries)
    assert found.relevant.equals(expected.relevant)
    assert found.relevant.schema == expected.relevant.schema
    for name in ("pool", "beaten", "top", "top_lang", "top_scores"):
        one, other = getattr(found, name), getattr(expected, name)
        np.testing.assert_array_equal(one, other, name)
        assert one.dtype == other.dtype


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Collection, Matrices, Matrices]:
    """A few queries and passages whose scores tie; some queries have several relevant passages a language."""
    passages = draw(st.lists(st.sampled_from(["de", "en", "th"]), min_size=1, max_size=14))
    items = [f"i{at}" for at in range(draw(st.integers(1, 3)))]
    langs = st.lists(st.sampled_from(["de", "en", "zh"]), min_size=1, unique=True)
    queries = [(item, lang) for item in items for lang in draw(langs)]
    some = st.lists(st.integers(0, len(passages) - 1), min_size=1, unique=True)
    collection = made(queries, passages, [(item, at) for item in items for at in draw(some)])
    kind = draw(st.sampled_from([np.float32, np.float16]))

    def vectors(count: int) -> NDArray[np.floating]:
        return np.array(draw(st.lists(st.sampled_from(FEW), min_size=count, max_size=count)), kind)

    return collection, *embedded(collection, vectors)


@given(worlds(), st.integers(1, 16), st.sampled_from([1, 300, 1 << 12, 1 << 30]))
def test_ranks_are_those_of_counting_one_by_one(
    world: tuple[Collection, Matrices, Matrices], top: int, memory: int
) -> None:
    assert_same(ranks(*world, top=top, memory=memory), counted(*world, top))


@given(worlds(), st.data(), st.integers(1, 16), st.sampled_from([1, 300, 1 << 30]))
def test_what_a_query_leaves_out_is_no_candidate_for_it(
    world: tuple[Collection, Matrices, Matrices], data: st.DataObject, top: int, memory: int
) -> None:
    collection, *sides = world
    own = (
        collection.queries.join(collection.passages, on="lang")
        .select("query_id", "passage_id")
        .sort(pl.all())
    )
    left = own.filter([data.draw(st.booleans()) for _ in range(own.height)])
    without = replace(collection, self_passages=left)
    assert_same(ranks(without, *sides, top=top, memory=memory), counted(without, *sides, top))


def test_what_is_left_out_may_tie_and_differ_in_the_last_bit() -> None:
    collection = parallel(4, ["de", "en"], 30)
    queries, passages = embedded(collection, close_calls)
    own = collection.queries.join(collection.passages, on="lang").select("query_id", "passage_id")
    without = replace(collection, self_passages=own.gather_every(3))
    found = ranks(without, queries, passages, top=68)
    assert_same(found, counted(without, queries, passages, 68))
    assert (found.beaten != ranks(collection, queries, passages, top=68).beaten).any()


@given(worlds(), st.data())
def test_languages_without_embeddings_are_not_in_the_pool_and_do_not_ask(
    world: tuple[Collection, Matrices, Matrices], data: st.DataObject
) -> None:
    collection, queries, passages = world
    relevant = collection.passages.filter(pl.col("passage_id").is_in(collection.relevance["passage_id"]))
    kept = data.draw(st.sets(st.sampled_from(sorted(passages)))) | {relevant["lang"][0]}
    item = collection.relevance.filter(passage_id=relevant["passage_id"][0])["item_id"][0]
    asking = data.draw(st.sets(st.sampled_from(sorted(queries)))) | {
        collection.queries.filter(item_id=item)["lang"][0]
    }
    some = {lang: queries[lang] for lang in asking}, {lang: passages[lang] for lang in kept}
    assert_same(ranks(collection, *some, top=3), counted(collection, *some, 3))


def close_calls(rows: int) -> NDArray[np.float32]:
    """Unit vectors of which many differ in the last bit of one value, or not at all."""
    random = np.random.default_rng(7)
    base = random.standard_normal((12, 48)).astype(np.float32)
    values = base[random.integers(0, len(base), rows)]
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    place = np.arange(rows), random.integers(0, 48, rows)
    values[place] = np.nextafter(values[place], random.choice([-9, 9], rows).astype(np.float32))
    return values


def test_scores_too_close_for_float32_are_told_apart() -> None:
    collection = parallel(4, ["de", "en"], 30)
    queries, passages = embedded(collection, close_calls)
    expected = counted(collection, queries, passages, 68)
    assert_same(ranks(collection, queries, passages, top=68), expected)
    rounded = queries["de"] @ np.concatenate([passages["de"], passages["en"]]).T
    assert (np.argsort(-rounded, axis=1, kind="stable") != expected.top[:4]).any()


@pytest.mark.parametrize(
    ("query_size", "passage_size"),
    [(1e-30, 1e-30), (1e30, 1e30), (1e-42, 1e3), (1, 0), (0, 1), (1e-30, 1e30)],
)
def test_neither_tiny_nor_huge_embeddings_confuse(query_size: float, passage_size: float) -> None:
    collection = parallel(3, ["de", "en"], 9)
    queries, passages = embedded(collection, close_calls)
    queries = {lang: (values * query_size).astype(np.float32) for lang, values in queries.items()}
    passages = {lang: (values * passage_size).astype(np.float32) for lang, values in passages.items()}
    found, expected = ranks(collection, queries, passages), counted(collection, queries, passages, 10)
    np.testing.assert_array_equal(found.beaten, expected.beaten)
    np.testing.assert_array_equal(found.top, expected.top)


@pytest.fixture(scope="module")
def crowd() -> tuple[Collection, Matrices, Matrices]:
    """Enough passages for several tiles, with duplicates and uneven numbers of relevant passages."""
    random = np.random.default_rng(3)
    queries = [(f"i{item}", lang) for item in range(60) for lang in ("ar", "de", "zh")]
    passages = ["ar"] * 500 + ["de"] * 900 + ["th"] * 200
    relevance = [
        (f"i{item}", int(at))
        for item in range(60)
        for at in random.choice(len(passages), 1 + item % 7, replace=False)
    ]
    collection = made(queries, passages, relevance)

    def vectors(rows: int) -> NDArray[np.float32]:
        return random.standard_normal((400, 24)).astype(np.float32)[random.integers(0, 400, rows)]

    return collection, *embedded(collection, vectors)


@pytest.mark.parametrize("memory", [1 << 16, 1 << 18, 1 << 21])
def test_memory_changes_no_result(crowd: tuple[Collection, Matrices, Matrices], memory: int) -> None:
    assert_same(ranks(*crowd, memory=memory), ranks(*crowd))


@pytest.mark.parametrize("memory", [1 << 12, 1 << 18, 1 << 24])
def test_torch_gives_the_same(
    crowd: tuple[Collection, Matrices, Matrices], monkeypatch: pytest.MonkeyPatch, memory: int
) -> None:
    expected = ranks(*crowd)
    monkeypatch.setattr(device, "choose", lambda *_: device.torch_device("cpu", memory))
    assert_same(ranks(*crowd), expected)


def test_memory_mapped_rows_give_the_same(
    crowd: tuple[Collection, Matrices, Matrices], tmp_path_factory: pytest.TempPathFactory
) -> None:
    collection, queries, passages = crowd
    folder = tmp_path_factory.mktemp("rows")
    mapped = {}
    for lang, values in passages.items():
        np.save(folder / lang, values)
        mapped[lang] = np.load(folder / f"{lang}.npy", mmap_mode="r")
    assert_same(ranks(collection, queries, mapped), ranks(*crowd))


class Recorded:
    """Rows on disk, as it were: notes how many are read at a time."""

    def __init__(self, values: NDArray[np.float32]) -> None:
        self.values = values
        self.most = 0

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> NDArray[np.float32]:
        found = self.values[rows].copy()
        self.most = max(self.most, found.nbytes)
        return found


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each core has a little memory of its own."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


@pytest.mark.usefixtures("two_cores")
def test_memory_bounds_what_is_read_and_what_is_computed() -> None:
    collection = parallel(20, ["de", "en"], 8_000)
    random = np.random.default_rng(0)
    queries, passages = embedded(collection, lambda n: random.standard_normal((n, 64), dtype=np.float32))
    read = {lang: Recorded(values) for lang, values in passages.items()}
    memory = 1 << 19
    tracemalloc.start()
    found = ranks(collection, queries, read, memory=memory)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(rows.most for rows in read.values()) <= memory // 2
    assert peak < memory + BESIDES < sum(rows.values.nbytes for rows in read.values()) / 2
    assert_same(found, ranks(collection, queries, passages))


@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize("memory", [1 << 20, 1 << 24])
def test_when_all_embeddings_are_equal_the_index_decides_within_memory(memory: int) -> None:
    collection = parallel(3, ["de", "en"], 5_000)
    queries, passages = embedded(collection, lambda n: np.full((n, 8), 0.125, np.float32))
    tracemalloc.start()
    found = ranks(collection, queries, passages, memory=memory)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    own = found.relevant["passage"].to_numpy()
    before = np.minimum(own, 5_003), np.maximum(own - 5_003, 0)
    np.testing.assert_array_equal(found.beaten, np.stack(before, axis=1))
    np.testing.assert_array_equal(found.top, np.tile(np.arange(10), (6, 1)))
    assert peak < memory + BESIDES


def test_where_the_pool_is_smaller_than_the_top_the_rest_is_unranked() -> None:
    collection = made([("i", "de")], ["de", "en"], [("i", 1)])
    queries, passages = embedded(collection, lambda n: np.eye(2, dtype=np.float32)[:n])
    found = ranks(collection, queries, passages, top=4)
    assert found.top.tolist() == [[0, 1, UNRANKED, UNRANKED]]
    assert found.top_lang.tolist() == [[0, 1, UNRANKED, UNRANKED]]
    assert found.top_scores.tolist() == [[1, 0, -np.inf, -np.inf]]


def test_one_language_alone_is_a_pool() -> None:
    collection = parallel(5, ["th"], 8)
    random = np.random.default_rng(0)
    world = embedded(collection, lambda n: random.standard_normal((n, 6), dtype=np.float32))
    assert_same(ranks(collection, *world), counted(collection, *world, 10))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    ("role", "row", "name"),
    [("query", 1, "q2"), ("passage", 2, "p2"), ("passage", 7, "p7"), ("passage", 0, "p0")],
)
def test_what_is_not_finite_is_named(value: float, role: str, row: int, name: str) -> None:
    collection = parallel(3, ["de", "en"], 6)
    queries, passages = embedded(collection, lambda n: np.ones((n, 4), np.float32))
    (queries if role == "query" else passages)["de"][[row, 1 + row], 2] = value
    with pytest.raises(DataError, match=rf"de {role} '{name}' \(row {row + 1}\): .* of broken is not finite"):
        ranks(collection, queries, passages, model="broken", memory=1 << 10)


def test_what_is_not_finite_is_named_before_anything_is_counted_with_it() -> None:
    collection = parallel(3, ["de", "en"], 60)
    queries, passages = embedded(collection, lambda n: np.ones((n, 4), np.float32))
    passages["en"][[2, 50]] = np.nan
    with pytest.raises(DataError, match=r"en passage 'p65' \(row 3\)"):
        ranks(collection, queries, passages, memory=1 << 10)


def test_rows_of_another_collection_are_refused() -> None:
    collection = parallel(3, ["de", "en"], 6)
    queries, passages = embedded(collection, lambda n: np.ones((n, 4), np.float32))
    with pytest.raises(DataError, match="en passage embeddings of some: 8 rows for 9 texts of made"):
        ranks(collection, queries, {**passages, "en": passages["en"][1:]}, model="some")
    with pytest.raises(DataError, match="fr query embeddings: 3 rows for 0 texts"):
        ranks(collection, {**queries, "fr": queries["de"]}, passages)


def test_queries_and_passages_of_different_models_are_refused() -> None:
    collection = parallel(3, ["de", "en"], 6)
    queries, passages = embedded(collection, lambda n: np.ones((n, 4), np.float32))
    with pytest.raises(DataError, match="passage embeddings have 5 dimensions, de query embeddings 4"):
        ranks(collection, {"de": queries["de"]}, {**passages, "de": np.ones((9, 5), np.float32)})
    with pytest.raises(DataError, match="float64"):
        ranks(collection, queries, {**passages, "de": np.ones((9, 4))})


def test_a_pool_without_any_answer_is_refused() -> None:
    collection = made([("i", "de")], ["de", "en"], [("i", 1)])
    queries, passages = embedded(collection, lambda n: np.ones((n, 2), np.float32))
    with pytest.raises(DataError, match="no query has a relevant passage in de"):
        ranks(collection, queries, {"de": passages["de"]})


def test_wrong_requests_are_refused() -> None:
    collection = parallel(1, ["de"], 1)
    world = embedded(collection, lambda n: np.ones((n, 2), np.float32))
    with pytest.raises(UsageError, match="best 0"):
        ranks(collection, *world, top=0)
    with pytest.raises(UsageError, match="no device 'abacus'"):
        ranks(collection, *world, device="abacus")


def test_progress_rises_to_its_total_and_cancelling_stops(
    crowd: tuple[Collection, Matrices, Matrices],
) -> None:
    heard: list[tuple[int, int]] = []
    ranks(*crowd, memory=1 << 17, progress=lambda done, total: heard.append((done, total)))
    assert len(heard) > 10
    assert [done for done, _ in heard] == sorted({done for done, _ in heard})
    assert {total for _, total in heard} == {heard[-1][0]}
    stopped: list[int] = []
    with pytest.raises(Cancelled):
        ranks(
            *crowd,
            memory=1 << 17,
            progress=lambda done, _: stopped.append(done),
            cancelled=lambda: len(stopped) == 3,
        )
    assert len(stopped) == 3
