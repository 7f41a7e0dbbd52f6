from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hybrid_tui.corpus.collection import Collection, build
from hybrid_tui.corpus.readers import tabular
from hybrid_tui.errors import DataError

Write = Callable[..., Path]


def collected(path: Path) -> Collection:
    return build("c", *tabular.read(path))


def test_pairs_become_queries_passages_and_relevance(pairs_file: Path) -> None:
    collection = collected(pairs_file)
    assert collection.queries.rows()[0] == ("de-one", "one", "de", "de asks one?", None, "train")
    assert collection.passages["passage_id"].to_list() == ["de-one", "de-two", "en-one", "en-two"]
    assert sorted(collection.relevance.rows()) == sorted(
        (item, f"{lang}-{item}") for item in ("one", "two") for lang in ("de", "en")
    )


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_parquet_and_csv_give_what_jsonl_gives(
    pairs_file: Path, pairs: list[dict[str, Any]], tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"same.{suffix}"
    frame = pl.DataFrame(pairs)
    frame.write_csv(file) if suffix == "csv" else frame.write_parquet(file)
    assert collected(file).fingerprint == collected(pairs_file).fingerprint


def test_a_folder_of_pairs_is_read_as_one(tmp_path: Path, pairs: list[dict[str, Any]], jsonl: Write) -> None:
    jsonl(tmp_path / "in" / "b.jsonl", pairs[2:])
    folder = jsonl(tmp_path / "in" / "a.jsonl", pairs[:2]).parent
    assert collected(folder).queries["item_id"].to_list() == ["one", "two"] * 2


def test_identical_passages_of_an_item_are_one(tmp_path: Path, jsonl: Write) -> None:
    row = {"item_id": "a", "lang": "en", "query": "who?", "passage": "she", "source": "s", "licence": "l"}
    collection = collected(jsonl(tmp_path / "p.jsonl", [row, row, row | {"passage": "he"}]))
    assert collection.passages.select("passage_id", "text").rows() == [("en-a", "she"), ("en-a/2", "he")]
    assert collection.queries.height == 1
    assert collection.relevance.rows() == [("a", "en-a"), ("a", "en-a/2")]


def test_a_passage_that_two_items_share_is_one_relevant_to_both(tmp_path: Path, jsonl: Write) -> None:
    row = {"item_id": "a", "lang": "en", "query": "who?", "passage": "she"}
    collection = collected(jsonl(tmp_path / "p.jsonl", [row, row | {"item_id": "b"}]))
    assert collection.passages["passage_id"].to_list() == ["en-a"]
    assert collection.relevance.rows() == [("a", "en-a"), ("b", "en-a")]


def test_two_queries_of_one_item_in_one_language_are_told(tmp_path: Path, jsonl: Write) -> None:
    row = {"item_id": "a", "lang": "en", "query": "who?", "passage": "she"}
    file = jsonl(tmp_path / "p.jsonl", [row, row | {"query": "what?"}])
    with pytest.raises(DataError, match=r"p\.jsonl, line 2: query query_id 'en-a' is there already"):
        collected(file)


def test_language_serves_as_lang_and_context_is_kept(tmp_path: Path, jsonl: Write) -> None:
    row = {"item_id": "a", "language": "en", "query": "who?", "passage": "she", "context": "she and he"}
    collection = collected(jsonl(tmp_path / "p.jsonl", [row]))
    assert collection.passages.row(0) == ("en-a", "en", "she", "she and he")


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_a_folder_of_three_tables_is_read(
    pairs_file: Path, tmp_path: Path, jsonl: Write, suffix: str
) -> None:
    collection = collected(pairs_file)
    folder = tmp_path / "tables"
    for table in ("queries", "passages", "relevance"):
        frame: pl.DataFrame = getattr(collection, table)
        file = folder / f"{table}.{suffix}"
        jsonl(file, frame.to_dicts())
        if suffix == "parquet":
            frame.write_parquet(file)
    assert collected(folder).fingerprint == collection.fingerprint


def test_every_line_that_is_wrong_is_told(tmp_path: Path, jsonl: Write) -> None:
    row = {"item_id": "a", "lang": "en", "query": "who?", "passage": "she"}
    file = jsonl(tmp_path / "p.jsonl", [row, row | {"passage": 3}, row | {"item_id": ["x"]}])
    with pytest.raises(DataError) as caught:
        tabular.read(file)
    assert "p.jsonl, line 2: passage is 3, not text" in str(caught.value)
    assert 'p.jsonl, line 3: item_id is ["x"], not text' in str(caught.value)


def test_a_value_missing_in_one_line_is_told_with_it(tmp_path: Path, jsonl: Write) -> None:
    row = {"item_id": "a", "lang": "en", "query": "who?", "passage": "she"}
    file = jsonl(tmp_path / "p.jsonl", [row, {"item_id": "b", "lang": "en", "query": "who?"}])
    with pytest.raises(DataError, match=r"p\.jsonl, line 2: passage text is missing"):
        collected(file)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "p.jsonl",
            b'{"item_id": "a"}\n\n{"item_id":\n',
            "p.jsonl, line 3: Input data was truncated (byte 11)",
        ),
        ("p.jsonl", b'{"item_id": "a"}\n[1]\n', "p.jsonl, line 2: Expected `object`, got `array`"),
        ("p.jsonl", b'{"item_id": "a"}\n{"x": "\xc3("}\n', "p.jsonl, line 2: byte 24 (0xc3) is not UTF-8"),
        ("p.jsonl", b"", "p.jsonl: the file is empty"),
        ("p.jsonl", b'{"a": "b"}\n', "field item_id is missing; there are: none"),
        (
            "p.csv",
            b"item_id,lang,query\na,en,who?\n",
            "field passage is missing; there are: item_id, lang, query",
        ),
        ("p.csv", b"item_id,lang\na,en,who?,x,y\n", "p.csv: "),
        ("p.csv", b"\xff\xfe", "p.csv, line 1: byte 0 (0xff) is not UTF-8"),
        ("p.parquet", b"PAR1 and no more", "p.parquet: "),
        ("p.parquet", b"", "p.parquet: "),
    ],
)
def test_bad_files_are_told(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        tabular.read(tmp_path / name)
    assert told in str(caught.value)
    assert name in str(caught.value)


def test_a_column_of_numbers_is_told(tmp_path: Path) -> None:
    file = tmp_path / "p.parquet"
    pl.DataFrame({"item_id": [1], "lang": ["en"], "query": ["who?"], "passage": ["she"]}).write_parquet(file)
    with pytest.raises(DataError, match=r"p\.parquet: field item_id holds Int64, not text"):
        tabular.read(file)
