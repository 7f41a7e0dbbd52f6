"""Passages that are a query themselves: found, told, kept with the collection."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from hybrid_tui.corpus import catalog, collection_files, text_shards
from hybrid_tui.corpus.collection_names import folder_of
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.errors import DataError
from tests.corpus.reading import collected, notes

Rows = list[dict[str, str]]
DROP = ReadOptions(drop_self=True)


def lines(rows: Rows) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def beir(tmp_path: Path) -> Callable[..., Path]:
    """Write BEIR's form in English: passages and queries by id and text, judgements as pairs."""

    def write(passages: dict[str, str], queries: dict[str, str], judged: list[tuple[str, str]]) -> Path:
        folder = tmp_path / "beir"
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        for name, rows in (("corpus", passages), ("queries", queries)):
            both = [{"_id": key, "text": text, "lang": "en"} for key, text in rows.items()]
            (folder / f"{name}.jsonl").write_text(lines(both))
        pairs = "".join(f"{query}\t{passage}\t1\n" for query, passage in judged)
        (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{pairs}")
        return folder

    return write


def test_passages_that_are_a_query_are_told_and_left_out_of_its_ranking_if_asked(
    beir: Callable[..., Path],
) -> None:
    path = beir(
        {"d1": "a river", "q1": "Rivers How long?", "x": "How long?"}, {"q1": "How long?"}, [("q1", "d1")]
    )
    (told,) = [note for note in notes(path) if "with the text of a query" in note]
    assert told == (
        "2 passages with the text of a query, which finds it first; "
        "--drop-self leaves it out of that query's ranking"
    )
    assert collected(path).self_passages.is_empty()
    assert "2 passages with the text of a query, left out of its ranking" in notes(path, drop_self=True)
    found = collected(path, drop_self=True)
    assert found.passages.height == 3
    assert found.self_passages.rows() == [("q1", "q1"), ("q1", "x")]
    assert found.left_out("q1") == [1, 2]


def test_a_passage_that_answers_another_query_stays_for_it(beir: Callable[..., Path]) -> None:
    path = beir({"d1": "a river", "x": "Is it wide?"}, {"q1": "long?", "q2": "Is it wide?"},
                [("q1", "x"), ("q2", "d1")])  # fmt: skip
    found = collected(path, drop_self=True)
    assert found.self_passages.rows() == [("q2", "x")]
    assert found.left_out("q1") == []


def test_another_language_and_another_text_are_no_query(beir: Callable[..., Path]) -> None:
    path = beir({"d1": "a river", "q1": "How long? Nobody knows"}, {"q1": "How long?"}, [("q1", "d1")])
    corpus = path / "corpus.jsonl"
    corpus.write_text(corpus.read_text() + lines([{"_id": "d2", "text": "How long?", "lang": "de"}]))
    assert collected(path, drop_self=True).self_passages.is_empty()
    assert not any("with the text of a query" in note for note in notes(path))


def test_of_what_is_judged_relevant_only_the_same_id_and_text_is_left_out(beir: Callable[..., Path]) -> None:
    """As in BEIR and mteb, whose evaluations drop hits of the query's id, whatever is judged."""
    path = beir(
        {"q1": "How long?", "x": "How long?", "q2": "Titled How wide?", "d": "1 km"},
        {"q1": "How long?", "q2": "How wide?"},
        [("q1", "q1"), ("q1", "x"), ("q1", "d"), ("q2", "q2")],
    )
    assert collected(path, drop_self=True).self_passages.rows() == [("q1", "q1")]
    told = notes(path, drop_self=True)
    assert (
        "1 passage with id and text of a query that it is judged relevant to, left out of its ranking all "
        "the same, so that it counts as not retrieved, as in BEIR and mteb" in told
    )
    assert "2 passages with the text of a query that it is judged relevant to, ranked as its answer" in told
    assert not any("with the text of a query" in note for note in notes(path)), "answers are no fault"


def test_a_collection_without_them_is_what_it_was(beir: Callable[..., Path]) -> None:
    path = beir({"d1": "a river", "x": "How long?"}, {"q1": "How long?"}, [("q1", "d1")])
    apart = beir({"d1": "a river", "x": "Not asked"}, {"q1": "How long?"}, [("q1", "d1")])
    assert collected(apart, drop_self=True).fingerprint == collected(apart).fingerprint
    path = beir({"d1": "a river", "x": "How long?"}, {"q1": "How long?"}, [("q1", "d1")])
    assert collected(path, drop_self=True).fingerprint != collected(path).fingerprint


def test_they_are_kept_and_belong_to_the_content(beir: Callable[..., Path]) -> None:
    path = beir({"d1": "a river", "x": "How long?"}, {"q1": "How long?"}, [("q1", "d1")])
    entry, _ = catalog.add("s", path, options=DROP)
    assert catalog.load("s").self_passages.rows() == [("q1", "x")]
    assert any("left out of its ranking" in note for note in entry.notes)
    (folder_of("s") / collection_files.SELVES).unlink()
    with pytest.raises(DataError, match="damaged"):
        catalog.load("s")


def test_chunks_of_a_document_are_the_query_together(beir: Callable[..., Path]) -> None:
    path = beir({"d1": "a river", "x": "How long is it?"}, {"q1": "How long is it?"}, [("q1", "d1")])
    found = collected(path, drop_self=True, chunk=3)
    assert found.self_passages.rows() == [("q1", "x#1"), ("q1", "x#2")]
    cut = collected(path, drop_self=True, max_chars=9)
    assert cut.self_passages.rows() == [("q1", "x")]


def test_a_split_has_those_of_its_queries_and_passages(tmp_path: Path) -> None:
    queries = [
        {"query_id": f"q{n}", "item_id": f"i{n}", "lang": "en", "text": f"{n}?", "split": split}
        for n, split in enumerate(("a", "b"))
    ]
    passages = [
        {"passage_id": key, "lang": "en", "text": text}
        for key, text in (("p0", "0?"), ("p1", "1?"), ("p2", "0?"))
    ]
    relevance = [{"item_id": "i0", "passage_id": "p1"}, {"item_id": "i1", "passage_id": "p0"}]
    relevance.append({"item_id": "i1", "passage_id": "p2"})
    for name, rows in (("queries", queries), ("passages", passages), ("relevance", relevance)):
        (tmp_path / f"{name}.jsonl").write_text(lines(rows))
    catalog.add("s", tmp_path, options=DROP)
    whole = catalog.load("s")
    assert whole.self_passages.rows() == [("q0", "p0"), ("q0", "p2"), ("q1", "p1")]
    assert whole.split("a").self_passages.is_empty(), "what is left out is no passage of the split"


@pytest.fixture
def miracl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write MIRACL's form in two languages, read batch by batch: document 7 has the text of question 1."""
    monkeypatch.setattr(text_shards, "SHARD", 4)
    for lang in ("sw", "th"):
        topics = tmp_path / f"miracl-v1.0-{lang}" / "topics" / f"topics.miracl-v1.0-{lang}-dev.tsv"
        qrels = tmp_path / f"miracl-v1.0-{lang}" / "qrels" / f"qrels.miracl-v1.0-{lang}-dev.tsv"
        docs = tmp_path / f"miracl-corpus-v1.0-{lang}" / "docs-0.jsonl.gz"
        for file in (topics, qrels, docs):
            file.parent.mkdir(parents=True)
        topics.write_text(f"1\t{lang} who\n2\t{lang} where\n")
        qrels.write_text("1\tQ0\t1#0\t1\n2\tQ0\t7#0\t1\n")
        texts = [lang + " x" * n for n in range(12)]
        texts[7] = f"{lang} who"
        rows = [{"docid": f"{n}#0", "title": "", "text": text} for n, text in enumerate(texts)]
        docs.write_bytes(gzip.compress(lines([*rows, rows[3]]).encode()))
    return tmp_path


def test_passages_that_are_read_in_batches_are_compared_too(miracl: Path) -> None:
    found = collected(miracl, drop_self=True)
    assert found.texts is None
    assert found.self_passages.rows() == [("sw-1", "sw-7#0"), ("th-1", "th-7#0")]
    assert "2 passages with the text of a query, left out of its ranking" in notes(miracl, drop_self=True)
    catalog.add("m", miracl, options=DROP)
    assert catalog.load("m").self_passages.equals(found.self_passages)
    assert isinstance(catalog.load("m").texts, text_shards.ShardedTexts)
    assert pl.Series(notes(miracl)).str.contains("2 passages with the text of a query, which finds it").any()


def test_a_document_of_a_query_s_id_and_text_is_left_out_though_judged(beir: Callable[..., Path]) -> None:
    path = beir({"d1": "a river", "q1": "How long?"}, {"q1": "How long?"}, [("q1", "d1"), ("q1", "q1")])
    for size in (0, 9):
        found = collected(path, drop_self=True, chunk=size)
        assert found.self_passages["query_id"].to_list() == ["q1"]
