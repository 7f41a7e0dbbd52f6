from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hybrid_tui.corpus.collection import build
from hybrid_tui.corpus.readers import beir
from hybrid_tui.errors import DataError

QRELS = "query-id\tcorpus-id\tscore\n"


@pytest.fixture
def folder(tmp_path: Path, jsonl: Callable[..., Path]) -> Callable[..., Path]:
    def write(inner: str = "", qrels: str = QRELS + "q1\td1\t1\n", name: str = "test", **lang: Any) -> Path:
        path = tmp_path / "beir" / inner
        corpus = [
            {"_id": "d1", "title": "Nile", "text": "a river"},
            {"_id": "d2", "title": "", "text": "a lake"},
        ]
        jsonl(path / "corpus.jsonl", [row | lang for row in corpus])
        jsonl(
            path / "queries.jsonl", [{"_id": f"q{i}", "text": "long?", "metadata": {}} | lang for i in (1, 2)]
        )
        (path / "qrels").mkdir()
        (path / "qrels" / f"{name}.tsv").write_text(qrels)
        return tmp_path / "beir"

    return write


@pytest.mark.parametrize("column", ["lang", "language"])
def test_a_folder_with_a_language_column(folder: Callable[..., Path], column: str) -> None:
    collection = build("b", *beir.read(folder(**{column: "en"})))
    assert collection.passages.select("passage_id", "lang", "text").rows() == [
        ("d1", "en", "Nile a river"),
        ("d2", "en", "a lake"),
    ]
    assert collection.queries.select("query_id", "item_id").rows() == [("q1", "q1")], "q2 was never judged"
    assert collection.relevance.rows() == [("q1", "d1")]


def test_a_folder_per_language_shares_its_items(folder: Callable[..., Path]) -> None:
    folder("de")
    collection = build("b", *beir.read(folder("en")))
    assert collection.languages == ["de", "en"]
    assert collection.queries.select("query_id", "item_id").rows() == [("de-q1", "q1"), ("en-q1", "q1")]
    assert collection.relevance.rows() == [("q1", "de-d1"), ("q1", "en-d1")]


def test_item_ids_join_queries_of_several_languages(tmp_path: Path, jsonl: Callable[..., Path]) -> None:
    ids = [("q1", "en"), ("q2", "de")]
    jsonl(
        tmp_path / "queries.jsonl", [{"_id": i, "item_id": "x", "lang": lang, "text": "?"} for i, lang in ids]
    )
    jsonl(tmp_path / "corpus.jsonl", [{"_id": "d1", "lang": "en", "text": "a river"}])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS + "q1\td1\t2\n")
    collection = build("b", *beir.read(tmp_path))
    assert collection.relevance.rows() == [("x", "d1")]
    assert collection.queries["item_id"].to_list() == ["x", "x"]


def test_judgements_of_zero_are_left_out(folder: Callable[..., Path]) -> None:
    path = folder(qrels=QRELS + "q1\td1\t1\nq1\td2\t0\nq2\td1\t0\n", lang="en")
    tables = beir.read(path)
    assert tables.relevance.rows() == [("q1", "d1", f"{path / 'qrels' / 'test.tsv'}, line 2")]
    assert tables.queries["query_id"].to_list() == ["q1"]


def test_the_only_judgements_are_used_whatever_their_name(folder: Callable[..., Path]) -> None:
    assert beir.read(folder(name="dev", lang="en")).relevance.height == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "test", "qrels": "q1\td1\t1\n"}, "field query-id is missing; there are: q1, d1, 1"),
        ({"qrels": QRELS + "q1\td1\tgood\n"}, "test.tsv, line 2: score 'good' is no number"),
        (
            {"qrels": QRELS + "q1\td9\t1\n"},
            "test.tsv, line 2: relevance passage_id 'd9' belongs to no passage",
        ),
        (
            {"qrels": QRELS + "q1\td1\t1\nq9\td1\t1\n"},
            "test.tsv, line 3: relevance item_id 'q9' belongs to no",
        ),
        ({"qrels": ""}, "test.tsv: the file is empty"),
        ({"lang": "xx"}, "corpus.jsonl, line 1: passage lang 'xx' is no language code"),
    ],
)
def test_bad_folders_are_told(folder: Callable[..., Path], change: dict[str, str], told: str) -> None:
    path = folder(**({"lang": "en"} | change))
    with pytest.raises(DataError) as caught:
        build("b", *beir.read(path))
    assert told in str(caught.value)


def test_a_corpus_without_languages_is_told(folder: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match=r"corpus\.jsonl: field lang is missing"):
        beir.read(folder())


def test_missing_files_are_told(folder: Callable[..., Path]) -> None:
    path = folder(lang="en")
    (path / "qrels" / "test.tsv").unlink()
    with pytest.raises(DataError, match=r"test\.tsv is missing; there is nothing"):
        beir.read(path)
    (path / "queries.jsonl").unlink()
    with pytest.raises(DataError, match=r"queries\.jsonl: No such file"):
        beir.read(path)
