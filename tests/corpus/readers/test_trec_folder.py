from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from hybrid_tui.errors import DataError
from tests.corpus.reading import collected, notes

Write = Callable[..., Path]


@pytest.fixture
def neuclir(tmp_path: Path, jsonl: Write) -> Path:
    for lang in ("fas", "rus"):
        rows = [{"id": f"{lang}{n}", "title": "T", "text": f"{lang} text {n}", "url": "x"} for n in (1, 2)]
        jsonl(tmp_path / f"{lang}.jsonl", rows)
    versions = [
        {"lang": lang, "source": "x", "topic_title": f"{lang} where?"} for lang in ("eng", "fas", "fas")
    ]
    jsonl(tmp_path / "topics.0720.jsonl", [{"topic_id": "0", "topics": versions}])
    (tmp_path / "qrels.fas.txt").write_text("0 0 fas1 3\n0 0 fas2 0\n")
    (tmp_path / "qrels.rus.txt").write_text("0 0 rus2 1\n")
    return tmp_path


def test_neuclir(neuclir: Path) -> None:
    found = collected(neuclir)
    assert found.languages == ["en", "fa", "ru"]
    assert found.queries.select("query_id", "item_id").rows() == [("en-0", "0"), ("fa-0", "0")]
    assert sorted(found.judgements.select("query_id", "passage_id", "grade").rows()) == [
        ("en-0", "fas1", 3.0),
        ("en-0", "rus2", 1.0),
        ("fa-0", "fas1", 3.0),
        ("fa-0", "rus2", 1.0),
    ]
    assert any(note.startswith("1 topic in a language that has it already") for note in notes(neuclir))


def test_clef(tmp_path: Path) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "1995.sgml").write_text(
        "<DOC>\n<DOCNO> D-1 </DOCNO>\n<TITLE>Nil</TITLE>\n<TEXT>Er steigt &amp; f&auml;llt.</TEXT>\n</DOC>\n"
    )
    (tmp_path / "topics.xml").write_text(
        '<topics><topic lang="de"><identifier>41</identifier><title>Wo?</title></topic>'
        "<topic><identifier>41</identifier><EN-title>Where?</EN-title></topic></topics>"
    )
    (tmp_path / "qrels.txt").write_text("41 0 D-1 1\n")
    found = collected(tmp_path)
    assert found.queries.select("query_id", "text").rows() == [("de-41", "Wo?"), ("en-41", "Where?")]
    assert found.passages["passage_id"].to_list() == ["D-1"]


def test_documents_without_a_language_are_told_or_given_one(neuclir: Path) -> None:
    (neuclir / "fas.jsonl").rename(neuclir / "documents.jsonl")
    with pytest.raises(DataError, match=r"documents\.jsonl: its name tells no language"):
        collected(neuclir)
    assert "fa" in collected(neuclir, lang="fa").languages


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        ("fas.jsonl", {"id": "x"}, "fas.jsonl, line 1: no id and text"),
        ("topics.0720.jsonl", {"topics": []}, "topics.0720.jsonl, line 1: it has no topic_id"),
        (
            "topics.0720.jsonl",
            {"topic_id": 1, "topics": [{"lang": "en"}]},
            "line 1: a topic without lang and",
        ),
        *(
            ("topics.0720.jsonl", {"topic_id": 1, "topics": [odd]}, "line 1: a topic without lang and")
            for odd in ("en", None, {"lang": True, "title": "x"}, {"lang": ["en"], "title": "x"})
        ),
    ],
)
def test_broken_lines_are_told(neuclir: Path, file: str, line: object, told: str) -> None:
    (neuclir / file).write_text(json.dumps(line) + "\n")
    with pytest.raises(DataError) as caught:
        collected(neuclir)
    assert told in str(caught.value)


def test_files_that_are_not_read_are_told(neuclir: Path) -> None:
    (neuclir / "more.txt").write_text("x")
    assert "files that are not read: more.txt" in notes(neuclir)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("topics.de.xml", "<topic lang='de'><identifier>1</identifier></topic>", "topic 1: it has no title"),
        ("rus.2.xml", "<html></html>", "rus.2.xml: it holds no <DOC>"),
    ],
)
def test_xml_without_what_is_read_is_told(neuclir: Path, name: str, text: str, told: str) -> None:
    (neuclir / name).write_text(text)
    with pytest.raises(DataError) as caught:
        collected(neuclir)
    assert told in str(caught.value)


def test_topics_may_be_lines_of_number_tab_and_title(neuclir: Path) -> None:
    (neuclir / "topics.0720.jsonl").write_text('{"topic_id": "1", "lang": "en", "title": "?"}')
    (neuclir / "topics.de.tsv").write_text("0\tWo?\r\n\n")
    assert collected(neuclir).queries.select("query_id", "text").rows() == [("de-0", "Wo?")]
    (neuclir / "topics.de.tsv").rename(neuclir / "topics.tsv")
    with pytest.raises(DataError, match="line 1: it tells no language"):
        collected(neuclir)
