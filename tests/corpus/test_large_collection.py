from __future__ import annotations

import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui import settings
from hybrid_tui.corpus import (
    catalog,
    collection,
    collection_files,
    description,
    large_collection,
    text_shards,
)
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.readers import registry
from hybrid_tui.corpus.readers.files import Stream
from hybrid_tui.errors import DataError, UsageError

ROWS = [(f"{lang}-{n}", lang, f"{lang} tells {n}") for lang in ("de", "en") for n in range(7)]
QUERIES = pl.DataFrame(
    [(f"{lang}-q", f"{lang}-q", lang, "why?", split) for lang, split in (("de", "x"), ("en", "y"))],
    ["query_id", "item_id", "lang", "text", "split"],
    orient="row",
)
RELEVANCE = pl.DataFrame(
    {
        "item_id": ["de-q", "en-q", "en-q"],
        "passage_id": ["de-1", "en-5", "en-2"],
        "where": ["line 1", "line 2", "line 3"],
    }
)


def batches(rows: list[tuple[str, ...]], size: int) -> Iterator[pl.DataFrame]:
    schema = dict.fromkeys(("passage_id", "lang", "text"), pl.String)
    frame = pl.DataFrame(rows, schema, orient="row").with_columns(
        where=pl.format("row {}", pl.int_range(1, pl.len() + 1))
    )
    yield from frame.iter_slices(size)


def source(rows: list[tuple[str, ...]] = ROWS, size: int = 3) -> Stream:
    return Stream(QUERIES, lambda: batches(rows, size), RELEVANCE)


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_shards, "SHARD", 4)
    monkeypatch.setattr(text_shards, "GROUP", 2)


@pytest.fixture
def made(tmp_path: Path) -> Collection:
    return large_collection.build("s", source(), tmp_path / "texts")


@pytest.fixture
def eager() -> Collection:
    return collection.build("s", QUERIES, pl.concat(batches(ROWS, 99)), RELEVANCE)


def test_it_reads_as_if_it_were_in_memory(made: Collection, eager: Collection) -> None:
    assert made.passages["passage_id"].to_list() == eager.passages["passage_id"].to_list()
    assert "text" not in made.passages.columns
    assert made.languages == eager.languages
    for lang in ("de", "en", "fr"):
        assert made.passage_rows(lang) == eager.passage_rows(lang)
        assert made.passage_inputs(lang) == eager.passage_inputs(lang)
        assert made.passage_inputs(lang, 2, 5) == eager.passage_inputs(lang, 2, 5)
    assert description.remarks(made) == description.remarks(eager)
    assert description.describe(made) | {"fingerprint": ""} == description.describe(eager) | {
        "fingerprint": ""
    }


@given(rows=st.lists(st.integers(0, len(ROWS) - 1), max_size=20))
def test_any_rows_are_read_in_the_order_asked_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[int]
) -> None:
    made = large_collection.build("s", source(), tmp_path_factory.mktemp("s") / "texts")
    found = made.passage_texts(np.array(rows, np.int64))
    assert found["text"].to_list() == [ROWS[row][2] for row in rows]
    assert found.schema == {"text": pl.String, "context": pl.String}


def test_a_split_is_in_memory(made: Collection, eager: Collection) -> None:
    assert made.split("y").texts is None
    assert made.split("y").fingerprint == eager.split("y").fingerprint
    assert made.split("y").passages["text"].to_list() == ["en tells 2", "en tells 5"]


def test_the_fingerprint_tells_texts_apart(made: Collection) -> None:
    other = [*ROWS[:-1], ("en-6", "en", "en tells 6!")]
    assert large_collection.build("t", source(size=5)).fingerprint == made.fingerprint
    assert large_collection.build("t", source(other)).fingerprint != made.fingerprint


def test_no_more_than_a_batch_is_in_memory() -> None:
    seen: list[weakref.ref[pl.DataFrame]] = []
    most = 0

    def watched() -> Iterator[pl.DataFrame]:
        nonlocal most
        for batch in batches(ROWS, 1):
            seen.append(weakref.ref(batch))
            most = max(most, sum(ref() is not None for ref in seen))
            yield batch

    assert large_collection.build("s", Stream(QUERIES, watched, RELEVANCE)).passages.height == len(ROWS)
    assert most <= 2, "the one that is made, and the one that was checked"


def test_reading_a_text_touches_one_file(made: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    scan = pl.scan_parquet
    monkeypatch.setattr(pl, "scan_parquet", lambda file, **rest: (read.append(file), scan(file, **rest))[1])
    made.passage_texts([9])
    assert [file.name for file in read] == ["000002.parquet"]


def test_an_id_that_is_there_twice_is_told_with_its_place_in_any_batch() -> None:
    rows = [*ROWS, ("de-1", "en", "again"), ("en-3", "en", "again")]
    with pytest.raises(DataError) as caught:
        large_collection.build("s", source(rows))
    assert "row 15: passage passage_id 'de-1' is there already" in str(caught.value)
    assert "row 16: passage passage_id 'en-3' is there already" in str(caught.value)
    assert "s: 2 problems" in str(caught.value)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("en-7", "en", " "), "row 15: passage text is empty"),
        (("en-7", "en", None), "row 15: passage text is missing"),
        (("en-7", "xx", "text"), "row 15: passage lang 'xx' is no language code"),
        ((None, "en", "text"), "row 15: passage passage_id is missing"),
    ],
)
def test_what_is_wrong_in_a_passage_is_told(row: tuple[str, ...], told: str) -> None:
    with pytest.raises(DataError) as caught:
        large_collection.build("s", source([*ROWS, row]))
    assert told in str(caught.value)


def test_no_passages_at_all_is_told() -> None:
    with pytest.raises(DataError, match="passages: none found"):
        large_collection.build("s", source([]))


def test_a_source_that_mixes_languages_is_refused() -> None:
    with pytest.raises(ValueError, match="by language"):
        large_collection.build("s", source(ROWS[::-1]))


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Add the stream as the collection `big`; return its folder."""
    found = registry.CollectionSource("stream", "here", lambda *_: source())
    monkeypatch.setattr(registry, "source_of", lambda _: found)
    assert catalog.add("big", "here")[1]
    return settings.data_dir() / "collections" / "big"


def test_what_is_added_is_loaded_as_it_was(added: Path, eager: Collection) -> None:
    big = catalog.load("big")
    assert (
        big.fingerprint
        == catalog.check("here").collection.fingerprint
        == collection_files.read_entry(added).fingerprint
    )
    assert big.passage_inputs("en") == eager.passage_inputs("en")
    assert [file.name for file in sorted(added.parent.iterdir())] == ["big"], "no scratch folder stays"
    assert catalog.add("big", "here") == (collection_files.read_entry(added), False)


def test_it_has_no_context(added: Path) -> None:
    with pytest.raises(UsageError, match="no context"):
        catalog.add("other", "here", with_context=True)
    assert [file.name for file in sorted(added.parent.iterdir())] == ["big"]


def test_a_lost_shard_or_digest_is_told_when_it_is_loaded(added: Path) -> None:
    shard = added / "texts" / "000001.parquet"
    content = shard.read_bytes()
    shard.unlink()
    with pytest.raises(DataError, match=r"the collection big is damaged: .*000001\.parquet is missing"):
        catalog.load("big")
    shard.write_bytes(content)
    frame = pl.read_parquet(added / "passages.parquet")
    frame.with_columns(digest=pl.lit("x")).write_parquet(added / "passages.parquet")
    with pytest.raises(DataError, match="its content is not what was added"):
        catalog.load("big")
    frame.drop("digest").write_parquet(added / "passages.parquet")
    with pytest.raises(DataError, match="its content is not what was added"):
        catalog.load("big")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["a", "b", "c", "d"], "its content is not what was added"),
        (["de tells 4"], "rows are missing"),
        ([None] * 4, "its content is not what was added"),
        (None, r"000001\.parquet"),
    ],
)
def test_a_changed_text_is_told_when_it_is_read(added: Path, rows: list[str] | None, told: str) -> None:
    shard = added / "texts" / "000001.parquet"
    if rows is None:
        shard.write_bytes(b"PAR1")
    else:
        pl.DataFrame({"text": pl.Series(rows, dtype=pl.String)}).write_parquet(shard)
    big = catalog.load("big")
    assert big.passage_inputs("de", 0, 4) == [text for _, _, text in ROWS[:4]], "other shards are sound"
    with pytest.raises(DataError, match=told) as caught:
        big.passage_inputs("de")
    assert "data remove" in caught.value.hint
