from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hybrid_tui.corpus.collection import build
from hybrid_tui.corpus.readers import squad_r
from hybrid_tui.errors import DataError
from tests.corpus.reading import notes, tables

CONTEXT = {"en": "It rose. In 1905 it fell.", "de": "Es stieg. 1905 fiel es."}
BREAKS = {"en": [[0, 8], [9, 25]], "de": [[0, 9], [10, 23]]}


def squad(lang: str, *, breaks: bool = True, **changes: Any) -> dict[str, Any]:
    context = CONTEXT[lang]
    answer = {"text": "1905", "answer_start": context.index("1905")}
    question = {"id": "x1", "question": "When?", "answers": [answer]}
    paragraph = {"context": context, "qas": [question], "sentence_breaks": BREAKS[lang]}
    if not breaks:
        del paragraph["sentence_breaks"]
    return {"version": "1.1", "data": [{"title": "t", "paragraphs": [paragraph | changes]}]}


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, Any], Path]:
    def write(name: str, value: Any) -> Path:
        content = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
        (tmp_path / name).write_bytes(content)
        return tmp_path

    return write


def test_candidates_are_the_sentences_and_the_answers_one_is_relevant(put: Callable[..., Path]) -> None:
    put("en.json", squad("en"))
    collection = build("x", *tables(squad_r, put("de.json", squad("de"))))
    assert collection.passages.select("passage_id", "text", "context").rows() == [
        ("de-1-1", "Es stieg.", CONTEXT["de"]),
        ("de-1-2", "1905 fiel es.", CONTEXT["de"]),
        ("en-1-1", "It rose.", CONTEXT["en"]),
        ("en-1-2", "In 1905 it fell.", CONTEXT["en"]),
    ]
    assert collection.relevance.select("item_id", "passage_id").rows() == [("x1", "de-1-2"), ("x1", "en-1-2")]
    assert collection.queries.select("query_id", "item_id", "text").row(0) == ("de-x1", "x1", "When?")


def test_a_single_file_can_be_named(put: Callable[..., Path]) -> None:
    folder = put("en.json", squad("en"))
    put("de.json", squad("de"))
    assert squad_r.fits(folder / "de.json")
    assert tables(squad_r, folder / "de.json").queries["lang"].to_list() == ["de"]


def test_an_answer_that_crosses_a_break_belongs_to_the_sentence_it_starts_in(
    put: Callable[..., Path],
) -> None:
    answer = {"text": "rose. In", "answer_start": 3}
    folder = put("en.json", squad("en", qas=[{"id": "x", "question": "?", "answers": [answer]}]))
    assert tables(squad_r, folder).relevance["passage_id"].to_list() == ["en-1-1"]


def test_an_answer_at_the_first_character_of_a_sentence_belongs_to_it(put: Callable[..., Path]) -> None:
    answer = {"text": "It", "answer_start": 0}, {"text": "In", "answer_start": 9}
    qas = [{"id": f"x{i}", "question": "?", "answers": [each]} for i, each in enumerate(answer)]
    folder = put("en.json", squad("en", sentence_breaks=[[0, 9], [9, 25]], qas=qas))
    assert tables(squad_r, folder).relevance["passage_id"].to_list() == ["en-1-1", "en-1-2"]


def test_offsets_count_characters_not_bytes_or_utf16_units(put: Callable[..., Path]) -> None:
    context = "𝄞𝄞é. Jahr 1905."
    qas = [{"id": "x", "question": "?", "answers": [{"text": "1905", "answer_start": 10}]}]
    folder = put("de.json", squad("de", context=context, sentence_breaks=[[0, 4], [5, 15]], qas=qas))
    found = tables(squad_r, folder)
    assert found.passages["text"].to_list() == ["𝄞𝄞é.", "Jahr 1905."]
    assert found.relevance["passage_id"].to_list() == ["de-1-2"]


def test_mlqa_is_split_into_sentences_and_read_where_languages_agree(put: Callable[..., Path]) -> None:
    for context, question in (("de", "de"), ("en", "en"), ("de", "en")):
        put(f"test-context-{context}-question-{question}.json", squad(context, breaks=False))
    folder = put("dev-context-en-question-en.json", json.loads(json.dumps(squad("en")).replace("x1", "x0")))
    collection = build("mlqa", *tables(squad_r, folder))
    assert collection.passages.filter(lang="de")["text"].to_list() == ["Es stieg.", "1905 fiel es."]
    assert collection.queries.select("query_id", "split").rows() == [
        ("de-x1", "test"),
        ("en-x0", "dev"),
        ("en-x1", "test"),
    ]
    assert collection.passages["passage_id"].n_unique() == collection.passages.height == 6


@pytest.mark.parametrize(
    "name", ["README.json", "test-context-de-question-en.json", "de.txt", "de.json.part"]
)
def test_other_files_do_not_fit(put: Callable[..., Path], name: str) -> None:
    assert not squad_r.fits(put(name, squad("de")))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (json.dumps(squad("de")).encode()[:200], "de.json: Input data was truncated (byte 200)"),
        (json.dumps(squad("de"), indent=1).encode()[:-20], "de.json, line "),
        (b'{"data": [\n{"paragraphs": [nonsense]}]}', "de.json, line 2: JSON is malformed"),
        (b'{"data": "\xff\xfe"}', "de.json, line 1: byte 10 (0xff) is not UTF-8"),
        (b"  \n", "de.json: the file is empty"),
        (b"", "de.json: the file is empty"),
        (b"[]", "de.json: Expected `object`, got `array`"),
        (b'{"items": []}', "de.json: Object missing required field `data`"),
        (
            b'{"data": [{"paragraphs": [{"context": 3, "qas": []}]}]}',
            "de.json: Expected `str`, got `int` - at `$.data[0].paragraphs[0].context`",
        ),
        (
            squad("de", qas=[{"id": 7}]),
            "de.json: Expected `str`, got `int` - at `$.data[0].paragraphs[0].qas[0].id`",
        ),
        (
            squad("de", sentence_breaks=[[0, 99]]),
            "paragraphs[0]: sentence_breaks holds [0, 99], context has 23",
        ),
        (squad("de", sentence_breaks=[[5, 5]]), "sentence_breaks holds [5, 5]"),
        (squad("de", sentence_breaks=[[0, 9]]), "qas[0]: answer_start 10 lies in no sentence"),
        (
            squad(
                "de", qas=[{"id": "x", "question": "?", "answers": [{"text": "1905", "answer_start": 11}]}]
            ),
            "data[0].paragraphs[0].qas[0]: context does not hold '1905' at answer_start 11",
        ),
        (
            squad("de", qas=[{"id": "x", "question": "?", "answers": [{"text": ".", "answer_start": -1}]}]),
            "at answer_start -1",
        ),
    ],
)
def test_bad_files_are_told_with_file_and_place(put: Callable[..., Path], content: Any, told: str) -> None:
    folder = put("de.json", content)
    with pytest.raises(DataError) as caught:
        tables(squad_r, folder)
    assert told in str(caught.value)
    assert str(folder) in str(caught.value)


def test_lone_surrogates_are_refused(put: Callable[..., Path]) -> None:
    folder = put("de.json", json.dumps(squad("de", context=CONTEXT["de"] + "\ud800")).encode())
    with pytest.raises(DataError, match=r"de\.json"):
        tables(squad_r, folder)


def test_a_question_without_answers_is_named(put: Callable[..., Path]) -> None:
    folder = put("de.json", squad("de", qas=[{"id": "x", "question": "?", "answers": []}]))
    with pytest.raises(
        DataError, match=r"de\.json, data\[0\]\.paragraphs\[0\]\.qas\[0\]: .*no relevant passage"
    ):
        build("x", *tables(squad_r, folder))


def test_an_unknown_language_code_in_a_file_name_is_named(put: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="'qq' is no language code"):
        build("x", *tables(squad_r, put("qq.json", squad("de"))))


def test_a_byte_order_mark_is_no_problem(put: Callable[..., Path]) -> None:
    folder = put("de.json", b"\xef\xbb\xbf" + json.dumps(squad("de")).encode())
    assert tables(squad_r, folder).queries.height == 1


def test_questions_are_grouped_by_article_and_paragraph_over_languages(put: Callable[..., Path]) -> None:
    """Articles stand in another order in the second file, and lack a question that the first has."""

    def paragraph(lang: str, *ids: str) -> dict[str, Any]:
        answers = [{"text": "1905", "answer_start": CONTEXT[lang].index("1905")}]
        asked = [{"id": name, "question": "When?", "answers": answers} for name in ids]
        return {"context": CONTEXT[lang], "qas": asked}

    put(
        "de.json",
        {
            "data": [
                {"paragraphs": [paragraph("de", "a", "b"), paragraph("de", "c")]},
                {"paragraphs": [paragraph("de", "d")]},
            ]
        },
    )
    folder = put(
        "en.json",
        {
            "data": [
                {"paragraphs": [paragraph("en", "d")]},
                {"paragraphs": [paragraph("en", "b"), paragraph("en", "c")]},
            ]
        },
    )
    found = build("x", *tables(squad_r, folder)).groups
    assert found.columns == ["item_id", "article", "paragraph"]
    items = {
        level: {frozenset(each) for each in found.group_by(level).agg("item_id")["item_id"]}
        for level in ("article", "paragraph")
    }
    assert items == {
        "article": {frozenset("abc"), frozenset("d")},
        "paragraph": {frozenset("ab"), frozenset("c"), frozenset("d")},
    }


def test_files_of_two_languages_are_counted(put: Callable[..., Path]) -> None:
    put("test-context-en-question-de.json", {})
    path = put("test-context-en-question-en.json", squad("en"))
    assert any(note.startswith("1 file of questions in another language") for note in notes(path))


def squad_rows(path: Path, answers: dict[str, list[Any]], **columns: list[str]) -> Path:
    """Write four questions, two of each paragraph, as the hub keeps them: a row a question."""
    first, second = CONTEXT["en"], f"Then. {CONTEXT['en']}"
    contexts = [first, first, second, second]
    starts = [[context.index("1905")] for context in contexts]
    held = [{"text": ["1905"], "answer_start": start} for start in starts]
    held[-1] |= answers
    rows = {"id": list("abcd"), "context": contexts, "question": ["When?"] * 4, "answers": held}
    pl.DataFrame(rows | columns).write_parquet(path)
    return path


@pytest.mark.parametrize(
    ("titles", "articles"),
    [
        ({}, {frozenset("ab"), frozenset("cd")}),
        ({"title": ["t"] * 4}, {frozenset("abcd")}),
    ],
)
def test_parquet_of_the_hub_has_its_articles_by_title_and_else_by_paragraph(
    tmp_path: Path, titles: dict[str, list[str]], articles: set[frozenset[str]]
) -> None:
    pl.DataFrame({"id": [1]}).write_parquet(tmp_path / "other.de.parquet")
    file = squad_rows(tmp_path / "squad.en.parquet", {}, **titles)
    found = tables(squad_r, tmp_path)
    assert found.queries["lang"].unique().to_list() == ["en"]
    assert found.relevance["passage_id"].to_list() == ["en-1-2", "en-1-2", "en-2-3", "en-2-3"]
    groups = found.queries.group_by("article").agg("item_id")["item_id"].to_list()
    assert set(map(frozenset, groups)) == articles
    assert found.passages["where"].unique().sort().to_list() == [f"{file}, row 1", f"{file}, row 3"]


def test_a_row_of_parquet_whose_answers_do_not_pair_is_named(tmp_path: Path) -> None:
    file = squad_rows(tmp_path / "squad.en.parquet", {"answer_start": [1, 2]})
    with pytest.raises(DataError, match=re.escape(f"{file}, row 3: answers hold no text and answer_start")):
        tables(squad_r, file)


def test_articles_of_a_file_are_numbered_from_one(put: Callable[..., Path]) -> None:
    twice = squad("en")
    twice["data"] *= 2
    assert set(tables(squad_r, put("en.json", twice)).queries["article"]) == {"en-en-1", "en-en-2"}
