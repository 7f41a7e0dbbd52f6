from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.readers import registry
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.errors import DataError, UsageError
from tests.corpus.reading import collected, notes
from tests.xbcp import DOCUMENTS, write

Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "XBCP")


def langs(path: Path, **options: str) -> dict[str, str]:
    return dict(collected(path, **options).passages.select("passage_id", "lang").iter_rows())


def test_each_corpus_is_read_in_its_languages(folder: Path) -> None:
    assert registry.source_of(str(folder)).reader == "xbcp"
    original = langs(folder, corpus="original")
    crossed = langs(folder, corpus="cross-lingual")
    mixed = langs(folder, corpus="multilingual")
    assert set(original) == set(crossed) == set(mixed) == set(DOCUMENTS)
    assert set(original.values()) == {"en"}
    assert {crossed["0-0"], crossed["0-1"]} == {"zh"}
    assert {crossed[each] for each in DOCUMENTS if each.startswith("n")} == {"en"}
    assert {"wo", "yo", "zu", "sw"} < set(mixed.values())
    assert len(set(mixed.values())) == 12
    found = collected(folder)
    assert dict(found.passages.select("passage_id", "lang").iter_rows()) == crossed
    assert found.queries["lang"].unique().to_list() == ["en"]
    assert sorted(found.queries["query_id"])[:3] == ["0", "1", "2"]


def test_what_was_chosen_and_left_out_is_told(folder: Path) -> None:
    told = notes(folder)
    assert "of several, corpus cross-lingual is read; --corpus multilingual or original reads another" in told
    assert "of several, qrels evidence is read; --qrels gold reads another" in told
    assert any(each.startswith("20 documents without a language, taken for en") for each in told)
    assert any(each.startswith("files that are not read:") for each in told)
    assert any("Wolof as wo" in each and "Yoruba as yo" in each for each in told)
    assert not any(each.startswith("of several") for each in notes(folder, corpus="original", qrels="gold"))


def test_gold_is_relevant_where_it_is_asked_for(folder: Path) -> None:
    evidence = collected(folder).judgements
    gold = collected(folder, qrels="gold").judgements
    assert evidence.filter(query_id="3")["passage_id"].to_list() == ["3-0", "3-1", "3-2"]
    assert gold.filter(query_id="3")["passage_id"].to_list() == ["3-0"]
    with pytest.raises(UsageError, match="no qrels named 'silver'"):
        collected(folder, qrels="silver")


def test_a_corpus_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(UsageError, match="no corpus named 'bilingual'"):
        collected(folder, corpus="bilingual")
    assert langs(folder, corpus="crosslingual") == langs(folder, corpus="cross-lingual")


def test_other_forms_have_one_corpus(tmp_path: Path, jsonl: Write) -> None:
    jsonl(tmp_path / "p.jsonl", [{"item_id": "a", "lang": "en", "query": "who?", "passage": "she"}])
    with pytest.raises(UsageError, match=r"--corpus original: .* is read as tables, which has one"):
        collected(tmp_path, corpus="original")


def test_several_texts_of_a_query_are_its_sub_queries(folder: Path) -> None:
    lines = "3\tfirst part of three?\n3\tsecond part of three?\n7\tonly part of seven?\n"
    (folder / "topics-qrels" / "sub_queries.tsv").write_text(lines)
    found = collected(folder).queries.filter(pl.col("item_id").is_in(["3", "7"]))
    assert found.select("query_id", "item_id", "text").rows() == [
        ("3/1", "3", "first part of three?"),
        ("3/2", "3", "second part of three?"),
        ("7", "7", "only part of seven?"),
    ]
    assert collected(folder).queries.height == 11
    assert "1 question asked by sub-queries, 2 in all" in notes(folder)


def test_whole_data_of_browsecomp_plus_tells_queries_and_judgements(folder: Path) -> None:
    plain = collected(folder, qrels="gold")
    for name in ("queries.tsv", "qrel_evidence.txt", "qrel_golds.txt"):
        (folder / "topics-qrels" / name).unlink()
    assert collected(folder, qrels="gold").fingerprint == plain.fingerprint
    assert collected(folder).judgements.height == 30


def test_tevatron_queries_name_their_passages(tmp_path: Path, jsonl: Write) -> None:
    jsonl(
        tmp_path / "corpus.jsonl",
        [
            {"docid": "1", "title": "Nile", "text": "A river."},
            {"docid": 2, "text": "Ein Fluss.", "lang": "German"},
        ],
    )
    query = {"query_id": "q", "query": "where?", "negative_passages": [{"docid": "1", "text": "x"}]}
    jsonl(
        tmp_path / "queries.jsonl",
        [query | {"positive_passages": [{"docid": "2", "title": "", "text": "y"}]}],
    )
    found = collected(tmp_path)
    assert langs(tmp_path) == {"1": "en", "2": "de"}
    assert found.judgements.select("query_id", "passage_id").rows() == [("q", "2")]
    catalog.add("kept", tmp_path)
    assert catalog.load("kept").passage_texts([0, 1])["text"].to_list() == ["Ein Fluss.", "Nile A river."]


@pytest.mark.parametrize("name", ["topics.txt", "topics.en.tsv"])
def test_topics_of_trec_are_queries(folder: Path, name: str) -> None:
    (folder / "topics-qrels" / "queries.tsv").unlink()
    if name.endswith("txt"):
        topics = "".join(f"<top>\n<num> Number: {n}\n<title> what is {n}?\n</top>\n" for n in range(10))
    else:
        topics = "".join(f"{n}\twhat is {n}?\n" for n in range(10))
    (folder / "topics-qrels" / name).write_text(topics)
    (folder / "data" / "original" / "browsecomp_plus_decrypted.jsonl").unlink()
    assert collected(folder).queries["text"].to_list()[:2] == ["what is 0?", "what is 1?"]


@pytest.mark.parametrize("name", ["lang_assignment.tsv", "languages.jsonl", "doc_langs.json"])
def test_languages_are_assigned_in_any_form_by_names_or_codes(folder: Path, name: str) -> None:
    expected = langs(folder)
    file = folder / "data" / "crosslingual" / "lang_assignment.json"
    assigned = json.loads(file.read_text())
    file.unlink()
    assert set(langs(folder).values()) == {"en"}
    assigned = {each: {"Yoruba": "yor", "Chinese": "zh"}.get(lang, lang) for each, lang in assigned.items()}
    lines = {
        "tsv": "".join(f"{each}\t{lang}\n" for each, lang in assigned.items()),
        "jsonl": "".join(
            json.dumps({"docid": each, "language": lang}) + "\n" for each, lang in assigned.items()
        ),
        "json": json.dumps(assigned),
    }
    (file.parent / name).write_text(lines[name.rpartition(".")[2]])
    assert langs(folder) == expected


def test_assigned_languages_of_no_document_are_counted(folder: Path) -> None:
    file = folder / "data" / "crosslingual" / "lang_assignment.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"nowhere": "Zulu"}))
    assert any(
        each.startswith("1 assigned language of a document that is not there, left out")
        for each in notes(folder)
    )
    with pytest.raises(DataError, match="assigned language of a document that is not there"):
        catalog.check(folder, options=ReadOptions(strict=True))


def test_parquet_is_read_as_the_original_corpus(folder: Path) -> None:
    file = folder / "data" / "original" / "corpus.jsonl"
    expected = collected(folder, corpus="original")
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    pl.DataFrame(rows).write_parquet(file.with_name("train-00000-of-00001.parquet"))
    file.unlink()
    assert collected(folder, corpus="original").fingerprint == expected.fingerprint


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        (
            "data/crosslingual/crosslingual_corpus_tevatron.jsonl",
            '{"text": "x"}\n',
            "line 1: no docid and text",
        ),
        (
            "data/crosslingual/crosslingual_corpus_tevatron.jsonl",
            '{"docid": "1", "text": 5}\n',
            "text is no text",
        ),
        (
            "data/crosslingual/crosslingual_corpus_tevatron.jsonl",
            '{"docid": "1"}\n',
            "line 1: no docid and text",
        ),
        ("data/crosslingual/lang_assignment.json", '{"1": 5}', "lang_assignment.json: Expected `str`"),
        ("data/crosslingual/lang_assignment.json", '{"0-0": "Elvish"}', "'Elvish' is no language code"),
        ("topics-qrels/queries.tsv", "7 no tab\n", "queries.tsv, line 1: not a number, a tab and a title"),
        ("topics-qrels/qrel_evidence.txt", "1 0 0-0 often\n", "qrel_evidence.txt"),
    ],
)
def test_broken_files_are_told(folder: Path, file: str, text: str, told: str) -> None:
    (folder / file).write_text(text)
    with pytest.raises(DataError) as caught:
        collected(folder)
    assert told in str(caught.value)


def test_queries_that_name_nothing_are_told(tmp_path: Path, jsonl: Write) -> None:
    jsonl(tmp_path / "corpus_tevatron.jsonl", [{"docid": "1", "text": "A river."}])
    jsonl(tmp_path / "queries.jsonl", [{"query_id": "q", "query": "where?"}])
    with pytest.raises(DataError, match="there are no qrels, and it names no positive_passages"):
        collected(tmp_path)
