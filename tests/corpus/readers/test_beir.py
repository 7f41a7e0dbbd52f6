from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.collection import build
from hybrid_tui.corpus.readers import beir
from hybrid_tui.errors import DataError
from tests.corpus.reading import collected, notes, tables

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
    collection = build("b", *tables(beir, folder(**{column: "en"})))
    assert collection.passages.select("passage_id", "lang", "text").rows() == [
        ("d1", "en", "Nile a river"),
        ("d2", "en", "a lake"),
    ]
    assert collection.queries.select("query_id", "item_id").rows() == [("q1", "q1")], "q2 was never judged"
    assert collection.relevance.select("item_id", "passage_id").rows() == [("q1", "d1")]


def test_ids_of_several_languages_are_no_translations_unless_that_is_said(
    folder: Callable[..., Path],
) -> None:
    folder("de")
    path = folder("en")
    apart, told = catalog.check(path).collection, catalog.check(path).notes
    assert apart.languages == ["de", "en"]
    assert apart.queries.select("query_id", "item_id").rows() == [("de-q1", "de-q1"), ("en-q1", "en-q1")]
    assert apart.monolingual
    assert any(note.startswith("1 id of queries in several languages") for note in told)
    parallel = collected(path, parallel_by="id")
    assert parallel.queries.select("query_id", "item_id").rows() == [("de-q1", "q1"), ("en-q1", "q1")]
    assert parallel.relevance.select("item_id", "passage_id").rows() == [("q1", "de-d1"), ("q1", "en-d1")]
    assert not parallel.monolingual


@pytest.fixture
def versions(tmp_path: Path, jsonl: Callable[..., Path]) -> Path:
    """One question in English and German, each with a judgement of its own."""
    ids = [("q1", "en"), ("q2", "de"), ("q3", "de")]
    rows = [
        {"_id": i, "item_id": "y" if i == "q3" else "x", "lang": lang, "text": f"{i}?"} for i, lang in ids
    ]
    jsonl(tmp_path / "queries.jsonl", rows)
    jsonl(
        tmp_path / "corpus.jsonl",
        [{"_id": "d1", "lang": "en", "text": "a river"}, {"_id": "d2", "lang": "de", "text": "ein Fluss"}],
    )
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS + "q1\td1\t1\nq2\td2\t1\nq2\td1\t0\n")
    return tmp_path


def test_a_judgement_counts_for_the_version_that_it_names(versions: Path) -> None:
    found = collected(versions)
    assert found.queries["item_id"].to_list() == ["x", "x"], "q3 was never judged"
    assert sorted(found.judgements.select("query_id", "passage_id").rows()) == [("q1", "d1"), ("q2", "d2")]
    assert found.monolingual


def test_or_for_all_versions_where_that_is_asked_for(versions: Path) -> None:
    found = collected(versions, parallel_by="item_id")
    assert sorted(found.judgements.select("query_id", "passage_id").rows()) == [
        ("q1", "d1"),
        ("q1", "d2"),
        ("q2", "d1"),
        ("q2", "d2"),
    ]


def test_judgements_of_zero_are_left_out(folder: Callable[..., Path]) -> None:
    path = folder(qrels=QRELS + "q1\td1\t1\nq1\td2\t0\nq2\td1\t0\n", lang="en")
    found = tables(beir, path)
    assert found.relevance.select("item_id", "passage_id", "where").rows() == [
        ("q1", "d1", f"{path / 'qrels' / 'test.tsv'}, line 2")
    ]
    assert found.queries["query_id"].to_list() == ["q1"]


def test_the_only_judgements_are_used_whatever_their_name(folder: Callable[..., Path]) -> None:
    assert tables(beir, folder(name="dev", lang="en")).relevance.height == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "test", "qrels": "q1\td1\t1\n"}, "field query-id is missing; there are: q1, d1, 1"),
        ({"qrels": QRELS + "q1\td1\tgood\n"}, "test.tsv, line 2: score 'good' is no number"),
        ({"qrels": QRELS + "q1\td1\tnan\n"}, "test.tsv, line 2: score 'nan' is no number"),
        ({"qrels": QRELS + "q1\td1\tinf\n"}, "test.tsv, line 2: score 'inf' is no number"),
        ({"qrels": ""}, "test.tsv: the file is empty"),
        ({"lang": "xx"}, "corpus.jsonl, line 1: passage lang 'xx' is no language code"),
    ],
)
def test_bad_folders_are_told(folder: Callable[..., Path], change: dict[str, str], told: str) -> None:
    path = folder(**({"lang": "en"} | change))
    with pytest.raises(DataError) as caught:
        build("b", *tables(beir, path))
    assert told in str(caught.value)


def test_a_corpus_without_languages_is_told(folder: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match=r"corpus\.jsonl: field lang is missing"):
        tables(beir, folder())


def test_of_several_judgements_without_test_those_of_dev_are_used(folder: Callable[..., Path]) -> None:
    path = folder(name="dev", lang="en")
    (path / "qrels" / "train.tsv").write_text(QRELS + "q2\td2\t1\n")
    assert collected(path).queries["query_id"].to_list() == ["q1"]
    assert "of the judgements those of dev are used, not those of train" in notes(path)
    (path / "qrels" / "dev.tsv").rename(path / "qrels" / "other.tsv")
    with pytest.raises(DataError, match="judgements of test are missing; there is other, train"):
        tables(beir, path)


def test_missing_files_are_told(folder: Callable[..., Path]) -> None:
    path = folder(lang="en")
    (path / "qrels" / "test.tsv").unlink()
    with pytest.raises(DataError, match=r"test\.tsv is missing; there is nothing"):
        tables(beir, path)
    (path / "queries.jsonl").unlink()
    with pytest.raises(DataError, match=r"queries\.jsonl: No such file"):
        tables(beir, path)


def test_judgements_of_what_is_not_there_are_left_out_with_their_number(folder: Callable[..., Path]) -> None:
    path = folder(qrels=QRELS + "q1\td1\t1\nq1\td9\t1\nq1\td8\t1\nq9\td1\t1\n", lang="en")
    assert collected(path).relevance.height == 1
    told = notes(path)
    assert any(
        note.startswith("2 judgements of passages that are not there, left out") and "line 3" in note
        for note in told
    )
    assert any(note.startswith("1 judgement of queries that are not there, left out") for note in told)
    with pytest.raises(DataError, match="2 judgements of passages that are not there"):
        collected(path, strict=True)


def test_a_query_whose_only_relevant_passage_is_not_there_is_left_out(folder: Callable[..., Path]) -> None:
    path = folder(qrels=QRELS + "q1\td1\t1\nq2\td9\t1\n", lang="en")
    assert collected(path).queries["query_id"].to_list() == ["q1"]
    assert any(note.startswith("1 query without a relevant passage, left out") for note in notes(path))


def test_a_passage_there_twice_is_taken_once_unless_its_texts_differ(
    folder: Callable[..., Path], jsonl: Callable[..., Path]
) -> None:
    path = folder(lang="en")
    rows = [{"_id": "d1", "text": "a river", "lang": "en"}, {"_id": "d2", "text": "a lake", "lang": "en"}]
    jsonl(path / "corpus.jsonl", [*rows, rows[0]])
    assert collected(path).passages["passage_id"].to_list() == ["d1", "d2"]
    assert any(note.startswith("1 passage there twice with the same text") for note in notes(path))
    jsonl(path / "corpus.jsonl", [*rows, rows[0] | {"text": "another river"}])
    with pytest.raises(DataError, match=r"corpus\.jsonl, line 3: passage passage_id 'd1' is there already"):
        collected(path)


def test_whole_numbers_are_ids_and_floats_are_not(
    folder: Callable[..., Path], jsonl: Callable[..., Path]
) -> None:
    path = folder(qrels=QRELS + "1\t7\t1\n", lang="en")
    jsonl(path / "corpus.jsonl", [{"_id": 7, "text": "a river", "lang": "en"}])
    jsonl(path / "queries.jsonl", [{"_id": 1, "text": "long?", "lang": "en"}])
    assert collected(path).judgements.select("query_id", "passage_id").rows() == [("1", "7")]
    jsonl(path / "queries.jsonl", [{"_id": 1.0, "text": "long?", "lang": "en"}])
    with pytest.raises(DataError, match=r"queries\.jsonl, line 1: _id is 1\.0, not text"):
        collected(path)


def test_grades_are_kept_where_they_differ(folder: Callable[..., Path]) -> None:
    path = folder(qrels=QRELS + "q1\td1\t2\nq1\td2\t1\nq2\td2\t0\nq2\td1\t-1\n", lang="en")
    found = collected(path)
    assert found.judgements.select("passage_id", "grade").rows() == [("d1", 2.0), ("d2", 1.0)]
    told = notes(path)
    assert any(note.startswith("2 judgements of zero or less, not relevant") for note in told)
    assert any(note.startswith("grades 1, 2") for note in told)
    catalog.add("graded", path)
    assert catalog.load("graded").fingerprint == found.fingerprint


def test_grades_that_are_all_alike_are_none(folder: Callable[..., Path]) -> None:
    path = folder(qrels=QRELS + "q1\td1\t2\n", lang="en")
    assert collected(path).relevance["grade"].to_list() == [None]
    assert collected(path).judgements["grade"].to_list() == [1.0]


def test_of_several_grades_of_a_pair_the_highest_counts(folder: Callable[..., Path]) -> None:
    path = folder(qrels=QRELS + "q1\td1\t1\nq1\td1\t3\nq1\td2\t1\n", lang="en")
    assert dict(collected(path).judgements.select("passage_id", "grade").rows()) == {"d1": 3.0, "d2": 1.0}
    assert any(note.startswith("1 judgement with several grades") for note in notes(path))


def test_long_passages_are_taken_cut_or_chunked(
    folder: Callable[..., Path], jsonl: Callable[..., Path]
) -> None:
    path = folder(lang="en")
    jsonl(path / "corpus.jsonl", [{"_id": "d1", "lang": "en", "text": "é" * 25_005}])
    assert collected(path).passages["text"].str.len_chars().to_list() == [25_005]
    assert any(note.startswith("1 passage of more than 20,000 characters") for note in notes(path))
    assert collected(path, max_chars=100).passages["text"].str.len_chars().to_list() == [100]
    jsonl(path / "corpus.jsonl", [{"_id": "d1", "lang": "en", "text": "one two three four five"}])
    cut = collected(path, chunk=2)
    assert cut.passages["passage_id"].to_list() == ["d1#1", "d1#2", "d1#3"]
    assert cut.relevance["passage_id"].to_list() == ["d1#1", "d1#2", "d1#3"]


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz", "zst"])
def test_compressed_files_are_read(folder: Callable[..., Path], ending: str) -> None:
    path = folder(lang="en")
    whole = collected(path).fingerprint
    packed = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstandard.compress}
    for name in ("corpus.jsonl", "queries.jsonl"):
        (path / f"{name}.{ending}").write_bytes(packed[ending]((path / name).read_bytes()))
        (path / name).unlink()
    assert collected(path).fingerprint == whole
    (path / f"corpus.jsonl.{ending}").write_bytes(b"\x00 nothing packed")
    with pytest.raises(DataError, match=rf"corpus\.jsonl\.{ending}"):
        collected(path)


def test_folders_may_be_named_by_other_codes(folder: Callable[..., Path]) -> None:
    folder("deu_Latn")
    path = folder("en")
    assert collected(path).queries["query_id"].to_list() == ["de-q1", "en-q1"]
    assert any("deu_Latn as de" in note for note in notes(path))


def test_the_language_of_a_folder_can_be_said(folder: Callable[..., Path]) -> None:
    assert collected(folder(), lang="en").languages == ["en"]


def test_folders_beside_a_corpus_are_told(folder: Callable[..., Path]) -> None:
    folder("de")
    assert "files that are not read: de" in notes(folder(lang="en"))


def test_grades_that_versions_differ_in_are_told(versions: Path) -> None:
    (versions / "qrels" / "test.tsv").write_text(QRELS + "q1\td1\t1\nq2\td2\t1\nq2\td1\t2\n")
    told = notes(versions, parallel_by="item_id")
    assert any(note.startswith("1 judgement with several grades among the versions") for note in told)
    found = collected(versions, parallel_by="item_id").judgements
    assert set(found.filter(passage_id="d1")["grade"]) == {2.0}
