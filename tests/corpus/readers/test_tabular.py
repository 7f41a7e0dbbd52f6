from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers import csv_text, tabular
from hybrid_tui.errors import DataError, UsageError
from tests.corpus.reading import collected, notes, tables

Write = Callable[..., Path]


def test_pairs_become_queries_passages_and_relevance(pairs_file: Path) -> None:
    collection = collected(pairs_file)
    assert collection.queries.rows()[0] == ("de-one", "one", "de", "de asks one?", None, "train")
    assert collection.passages["passage_id"].to_list() == ["de-one", "de-two", "en-one", "en-two"]
    assert sorted(collection.relevance.select("item_id", "passage_id").rows()) == sorted(
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
    assert collection.relevance.select("item_id", "passage_id").rows() == [("a", "en-a"), ("a", "en-a/2")]


def test_a_passage_that_two_items_share_is_one_relevant_to_both(tmp_path: Path, jsonl: Write) -> None:
    row = {"item_id": "a", "lang": "en", "query": "who?", "passage": "she"}
    collection = collected(jsonl(tmp_path / "p.jsonl", [row, row | {"item_id": "b"}]))
    assert collection.passages["passage_id"].to_list() == ["en-a"]
    assert collection.relevance.select("item_id", "passage_id").rows() == [("a", "en-a"), ("b", "en-a")]


def test_two_queries_of_one_item_in_one_language_are_told(tmp_path: Path, jsonl: Write) -> None:
    row = {"item_id": "a", "lang": "en", "query": "who?", "passage": "she"}
    file = jsonl(tmp_path / "p.jsonl", [row, row | {"query": "what?"}])
    with pytest.raises(DataError, match=r"p\.jsonl, line 2: query query_id 'en-a' is there already"):
        collected(file)


def test_language_serves_as_lang_and_context_is_kept(tmp_path: Path, jsonl: Write) -> None:
    row = {"item_id": "a", "language": "en", "query": "who?", "passage": "she", "context": "she and he"}
    collection = collected(jsonl(tmp_path / "p.jsonl", [row]))
    assert collection.passages.row(0) == ("en-a", "en", "she", "she and he", None)


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
        tables(tabular, file)
    assert "p.jsonl, line 2: passage is 3, not text" in str(caught.value)
    assert 'p.jsonl, line 3: item_id is ["x"], not text' in str(caught.value)


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
        ("p.jsonl", b'{"a": "b"}\n', "field lang is missing; there are: a"),
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
        tables(tabular, tmp_path / name)
    assert told in str(caught.value)
    assert name in str(caught.value)


def frame_of(**changes: Any) -> pl.DataFrame:
    return pl.DataFrame({"item_id": ["1"], "lang": ["en"], "query": ["who?"], "passage": ["she"]} | changes)


def test_whole_numbers_and_categories_are_ids_and_languages(tmp_path: Path) -> None:
    file = tmp_path / "p.parquet"
    frame_of(item_id=[1], lang=pl.Series(["en"], dtype=pl.Categorical)).write_parquet(file)
    assert collected(file).queries.select("item_id", "lang").rows() == [("1", "en")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"item_id": [1.5]}, "item_id holds Float64"),
        ({"query": [3]}, "query holds Int64"),
        ({"passage": [["a", "b"]], "query": [True]}, "query holds Boolean"),
    ],
)
def test_a_column_of_other_values_is_told(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    file = tmp_path / "p.parquet"
    frame_of(**change).write_parquet(file)
    with pytest.raises(DataError, match=rf"p\.parquet: field {told}, not text"):
        tables(tabular, file)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"anchor": "Where?", "positive": "a", "negative": "b"}, "anchor, positive, negative"),
        ({"query": "Where?", "pos": ["a"], "neg": ["b"]}, "query, pos, neg"),
        (
            {
                "query_id": "1",
                "query": "Where?",
                "positive_passages": [{"docid": "1", "title": "", "text": "a"}],
            },
            "query_id, query, positive_passages",
        ),
    ],
)
def test_usual_names_of_columns_are_known_and_those_there_are_told(
    tmp_path: Path, jsonl: Write, row: dict[str, Any], told: str
) -> None:
    file = jsonl(tmp_path / "p.jsonl", [row])
    with pytest.raises(DataError, match=f"field lang is missing; there are: {told}; say --lang en"):
        collected(file)
    found = collected(file, lang="en")
    assert (found.queries["text"].to_list(), found.passages["text"].to_list()) == (["Where?"], ["a"])


@pytest.mark.parametrize(
    ("row", "query", "passage"),
    [
        ({"question": "Where?", "context": "Here."}, "Where?", "Here."),
        ({"title": "Nile", "text": "A river."}, "Nile", "A river."),
        ({"query": "Where?", "title": "Nile", "text": "A river."}, "Where?", "Nile A river."),
        ({"question": "Where?", "answer": "Here."}, "Where?", "Here."),
    ],
)
def test_pairs_under_other_names(
    tmp_path: Path, jsonl: Write, row: dict[str, Any], query: str, passage: str
) -> None:
    found = collected(jsonl(tmp_path / "p.jsonl", [row | {"item_id": 3, "lang": "en"}]))
    assert (found.queries["text"][0], found.passages["text"][0]) == (query, passage)


def test_columns_are_named_by_option(tmp_path: Path, jsonl: Write) -> None:
    file = jsonl(tmp_path / "p.jsonl", [{"a": "Where?", "b": "Here.", "query": "no"}])
    found = collected(file, lang="en", columns={"query": "a", "passage": "b"})
    assert (found.queries["text"][0], found.passages["text"][0]) == ("Where?", "Here.")
    with pytest.raises(UsageError, match="no column 'c' for query") as caught:
        collected(file, lang="en", columns={"query": "c"})
    assert "a, b, query" in caught.value.hint


def test_a_file_without_names_of_columns(tmp_path: Path) -> None:
    (tmp_path / "p.tsv").write_text("Where?\tHere.\tThere.\nWho?\tShe.\tHe.\n")
    found = collected(tmp_path / "p.tsv", lang="en", columns={"query": "1", "passage": "2"})
    assert found.passages["text"].to_list() == ["Here.", "She."]
    with pytest.raises(DataError) as caught:
        collected(tmp_path / "p.tsv")
    told = caught.value.whole
    assert "say --columns passage=NAME where it has another name, or passage=1 where the file begins" in told
    assert "say --lang en where all of it is in one language" in told


def test_a_quoted_field_may_go_on_after_its_quote(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        'item_id,lang,query,passage\n0,en,"Where" does it end?,"In the\nsea, ""far"" away."\n'
        '1,en,Who?,"Bees" do.\n'
    )
    found = collected(tmp_path / "p.csv")
    assert found.queries["text"].to_list() == ["Where does it end?", "Who?"]
    assert found.passages["text"].to_list() == ['In the\nsea, "far" away.', "Bees do."]
    assert any(
        "go on after their quote" in note and "p.csv, line 2" in note for note in notes(tmp_path / "p.csv")
    )
    with pytest.raises(DataError, match=r"p\.csv, line 2"):
        collected(tmp_path / "p.csv", strict=True)


def test_quotes_in_tab_separated_texts_are_text(tmp_path: Path) -> None:
    (tmp_path / "p.tsv").write_text('item_id\tlang\tquery\tpassage\n0\ten\t"Where" is it?\t"Bees ""do""."\n')
    found = collected(tmp_path / "p.tsv")
    assert (found.queries["text"][0], found.passages["text"][0]) == ('"Where" is it?', 'Bees "do".')


@given(
    st.lists(
        st.tuples(
            *[st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)] * 2
        ),
        min_size=1,
    ),
    st.sampled_from([",", "\t"]),
)
def test_what_csv_writes_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]], separator: str
) -> None:
    path = tmp_path_factory.mktemp("csv") / "p.csv"
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows([("query", "passage"), *texts])
    found = csv_text.rows(path, written.getvalue(), separator, Notes())
    assert [tuple(fields) for _, fields in found][1:] == texts


@pytest.mark.parametrize("wrap", [json.dumps, lambda rows: "\n".join(map(json.dumps, rows))])
def test_json_is_a_list_or_lines(
    pairs: list[dict[str, Any]], pairs_file: Path, tmp_path: Path, wrap: Any
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "p.json").write_text(wrap(pairs))
    assert collected(tmp_path / "in").fingerprint == collected(pairs_file).fingerprint


def test_what_datasets_saved_is_read(pairs: list[dict[str, Any]], pairs_file: Path, tmp_path: Path) -> None:
    import datasets

    rows = [{key: value for key, value in row.items() if key != "split"} for row in pairs]
    both = {"train": datasets.Dataset.from_list(rows[:2]), "test": datasets.Dataset.from_list(rows[2:])}
    datasets.DatasetDict(both).save_to_disk(tmp_path / "saved")
    assert sorted(collected(tmp_path / "saved").queries.rows()) == sorted(
        collected(pairs_file).queries.rows()
    )


@pytest.mark.parametrize("name", ["x[1].parquet", "a*b.parquet", "[x]/p?.parquet"])
def test_names_are_paths_not_patterns(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        frame_of(query=["mine"]).write_parquet(file)
    for other in ("x1.parquet", "aab.parquet"):
        frame_of(query=["other"]).write_parquet(tmp_path / other)
    assert collected(path).queries["text"].to_list() == ["mine"]


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.jsonl")
    with pytest.raises(DataError, match="no regular file"):
        collected(tmp_path / "p.jsonl")


@pytest.mark.parametrize("code", ["deu", "deu_Latn", "DE", "german"])
def test_languages_are_read_in_any_usual_form(
    tmp_path: Path, pairs: list[dict[str, Any]], jsonl: Write, code: str
) -> None:
    rows = [row | {"lang": code if row["lang"] == "de" else "en"} for row in pairs]
    file = jsonl(tmp_path / "p.jsonl", rows)
    assert collected(file).languages == ["de", "en"]
    assert f"languages are read under other codes: {code} as de" in notes(file)


def test_a_language_that_is_not_in_the_table_can_be_added(
    tmp_path: Path, pairs: list[dict[str, Any]], jsonl: Write
) -> None:
    rows = [row | {"lang": "wol" if row["lang"] == "de" else "mt"} for row in pairs]
    assert collected(jsonl(tmp_path / "p.jsonl", rows)).languages == ["mt", "wo"]


def test_rows_without_text_are_left_out_and_counted(
    tmp_path: Path, pairs: list[dict[str, Any]], jsonl: Write
) -> None:
    file = jsonl(tmp_path / "p.jsonl", [*pairs, pairs[0] | {"item_id": "three", "passage": " "}])
    assert collected(file).queries.height == 4
    told = notes(file)
    assert any(note.startswith("1 passage without text, left out") and "line 5" in note for note in told)
    assert any(note.startswith("1 query without a relevant passage") for note in told)


def test_a_folder_of_tables_may_have_grades(tmp_path: Path, jsonl: Write) -> None:
    jsonl(tmp_path / "t" / "queries.jsonl", [{"query_id": 1, "item_id": 1, "lang": "en", "text": "who?"}])
    jsonl(
        tmp_path / "t" / "passages.jsonl", [{"passage_id": n, "lang": "en", "text": f"p{n}"} for n in (1, 2)]
    )
    jsonl(
        tmp_path / "t" / "relevance.jsonl",
        [{"item_id": 1, "passage_id": 1, "grade": 2}, {"item_id": 1, "passage_id": 2, "grade": 0.5}],
    )
    assert collected(tmp_path / "t").judgements["grade"].to_list() == [2.0, 0.5]


def test_repeated_rows_and_what_two_of_them_say_differently_are_told(tmp_path: Path, jsonl: Write) -> None:
    row = {"item_id": "a", "lang": "en", "query": "who?", "passage": "she", "context": "c", "topic": "t"}
    rows = [row, row, row | {"passage": "he", "topic": "u"}, row | {"item_id": "b", "context": "d"}]
    told = notes(jsonl(tmp_path / "p.jsonl", rows))
    assert [note.split(" (first")[0] for note in told] == [
        "1 row with the query and passage of an earlier one, counted once",
        "1 row with another topic than an earlier one, of which the first is taken",
        "1 row with another context than an earlier one, of which the first is taken",
    ]
    assert "p.jsonl, line 2" in told[0]


def test_tables_that_are_not_read_are_told(tmp_path: Path, pairs: list[dict[str, Any]], jsonl: Write) -> None:
    folder = jsonl(tmp_path / "in" / "p.jsonl", pairs).parent
    (folder / "more.json").write_text("[]")
    assert notes(folder) == ["files that are not read: more.json"]


def test_grades_that_are_missing_are_told_and_a_table_there_twice_is_refused(
    tmp_path: Path, jsonl: Write
) -> None:
    folder = tmp_path / "in"
    jsonl(folder / "queries.jsonl", [{"query_id": "q", "item_id": "q", "lang": "en", "text": "who?"}])
    jsonl(folder / "passages.jsonl", [{"passage_id": n, "lang": "en", "text": n} for n in ("a", "b")])
    judged = [
        {"item_id": "q", "passage_id": "a", "grade": 2},
        {"item_id": "q", "passage_id": "b", "grade": None},
    ]
    jsonl(folder / "relevance.jsonl", judged)
    assert notes(folder)[0] == "1 judgement without a grade, which counts as 1"
    jsonl(folder / "others.jsonl", judged)
    assert "files that are not read: others.jsonl" in notes(folder)
    (folder / "queries.csv").write_text("query_id,item_id,lang,text\n")
    with pytest.raises(
        DataError, match=r"a table is there twice: passages.jsonl, queries.csv, queries.jsonl"
    ):
        notes(folder)


@pytest.mark.parametrize(("name", "mark"), [("p.csv", ","), ("p.tsv", "\t")])
def test_lines_of_empty_fields_are_counted(tmp_path: Path, name: str, mark: str) -> None:
    lines = ["item_id,lang,query,passage", "a,en,who?,she", ",,,", "", " ,,,"]
    file = tmp_path / name
    file.write_text("\n".join(lines).replace(",", mark) + "\n")
    assert notes(file) == ["2 lines of empty fields alone, left out"]
    file.write_text(f"{mark}{mark}x\n".replace("x", mark))
    with pytest.raises(DataError):
        notes(file)
