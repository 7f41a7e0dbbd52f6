from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_tui.corpus import catalog, pairs
from hybrid_tui.errors import DataError, UsageError

Rows = list[dict[str, Any]]
Write = Callable[[str, Rows], Path]


@pytest.mark.parametrize("kind", ["parquet", "jsonl", "csv"])
def test_every_kind_of_table_reads_alike(write: Write, rows: Rows, kind: str) -> None:
    found = pairs.load([str(write(f"some.{kind}", rows))])
    assert found.languages == ["de", "en", "zh"]
    assert found.rows.columns == pairs.COLUMNS
    assert found.rows["query"].to_list() == ["a de?", "a en?", "a zh?", "b en?", "b zh?", "c de?"]
    assert found.rows["passage"][0] == "a de."
    assert found.rows["negative"].null_count() == 6
    assert set(found.rows["source"]) == {"made up"}
    assert [(each.name, each.kind) for each in found.sets] == [("some", "pairs")]
    assert found.items.select("item_id", "first").rows() == [("a", 0), ("b", 3), ("c", 5)]
    assert found.mask.tolist() == [0b111, 0b110, 0b001]


def test_language_serves_as_lang(write: Write, rows: Rows) -> None:
    for row in rows:
        row["language"] = row.pop("lang")
    assert pairs.load([str(write("p.csv", rows))]).languages == ["de", "en", "zh"]


def test_translations(write: Write) -> None:
    file = write("t.jsonl", [{"item_id": "a", "lang": lang, "text": f"{lang} a"} for lang in ("en", "de")])
    found = pairs.load([str(file)])
    assert [(each.name, each.kind) for each in found.sets] == [("t", "translations")]
    assert found.rows["query"].null_count() == 2
    assert found.texts(np.array([0]), np.array([1]))[:3] == (["de a"], ["en a"], [[]])
    inputs = found.sets[0].inputs
    assert inputs.query_inputs("de") == inputs.passage_inputs("de") == ["de a"]


def test_row_numbers_and_texts_of_every_item_and_language(write: Write, rows: Rows) -> None:
    extra = [{"item_id": "a", "lang": lang, "text": f"t {lang}"} for lang in ("fr", "zh")]
    found = pairs.load([str(write("p.csv", rows)), str(write("t.csv", extra))])
    ids = found.items.select("data", "item_id").rows()
    for item, (data, name) in enumerate(ids):
        for lang, code in enumerate(found.languages):
            if not int(found.mask[item]) >> lang & 1:
                continue
            number = found.row_numbers(np.array([item], np.int32), np.array([lang]))
            text = found.texts(number, number)
            told = (
                ([f"t {code}"], [f"t {code}"]) if data == "t" else ([f"{name} {code}?"], [f"{name} {code}."])
            )
            assert text[:2] == told
            row = found.rows.row(int(number[0]), named=True)
            inputs = next(each.inputs for each in found.sets if each.name == data)
            assert inputs.query_inputs(code)[row["query_row"]] == text.queries[0]
            assert inputs.passage_inputs(code)[row["passage_row"]] == text.passages[0]


def test_negatives_are_the_passages_own(write: Write, rows: Rows) -> None:
    for number, row in enumerate(rows):
        row["negative"] = "  " if number == 0 else f"not {row['item_id']} {row['lang']}"
    found = pairs.load([str(write("p.csv", rows))])
    assert found.texts(np.array([0, 3]), np.array([1, 5])).negatives == [["not a en"], ["not c de"]]
    blank = found.rows["negative"].is_null().arg_true().to_numpy()
    assert len(blank) == 1
    assert found.texts(np.array([0, 3]), np.array([1, *blank])).negatives == [["not a en"], []]


def test_the_first_of_an_item_and_language_counts(write: Write, rows: Rows) -> None:
    again = [dict(rows[0], query="later?")]
    found = pairs.load([str(write("p.csv", rows + again))])
    assert found.rows["query"].to_list().count("later?") == 0
    (note,) = found.sets[0].notes
    assert note.startswith("1 row of an item and language that an earlier row has, left out (first: ")
    assert note.endswith("p.csv, line 14)")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"passage": " "}, "row passage is empty"),
        ({"query": None}, "row query is missing"),
        ({"item_id": None}, "row item_id is missing"),
        ({"lang": "xx"}, "row lang 'xx' is no language code"),
    ],
)
@pytest.mark.parametrize(("kind", "place"), [("parquet", "row 2"), ("jsonl", "line 2")])
def test_bad_rows_are_named(
    write: Write, rows: Rows, change: dict[str, Any], told: str, kind: str, place: str
) -> None:
    rows[1] |= change
    file = write(f"bad.{kind}", rows)
    with pytest.raises(DataError, match=re.escape(f"{file}, {place}: {told}")):
        pairs.load([str(file)])


def test_a_translation_without_text_is_named_by_its_column(write: Write) -> None:
    bad = [{"item_id": "a", "lang": "de", "text": "x"}, {"item_id": "a", "lang": "en", "text": ""}]
    file = write("t.jsonl", bad)
    with pytest.raises(DataError, match=re.escape(f"{file}, line 2: row text is empty")):
        pairs.load([str(file)])


def test_every_problem_is_told(write: Write, rows: Rows) -> None:
    rows[1]["lang"], rows[4]["passage"] = "xx", ""
    with pytest.raises(DataError, match="2 problems"):
        pairs.load([str(write("bad.csv", rows))])


@pytest.mark.parametrize("drop", ["lang"])
def test_missing_columns(write: Write, rows: Rows, drop: str) -> None:
    bare = [{name: value for name, value in row.items() if name != drop} for row in rows]
    with pytest.raises(DataError, match=f"field {drop} is missing"):
        pairs.load([str(write("bad.csv", bare))])


def test_neither_pairs_nor_translations(write: Write, rows: Rows) -> None:
    bare = [{name: value for name, value in row.items() if name != "query"} for row in rows]
    with pytest.raises(DataError, match="neither pairs nor translations") as caught:
        pairs.load([str(write("bad.csv", bare))])
    assert "item_id, lang" in caught.value.hint


def test_a_folder_without_tables(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no training data"):
        pairs.load([str(tmp_path)])


def test_unknown_names() -> None:
    with pytest.raises(UsageError, match="no collection named 'nope'"):
        pairs.load(["nope"])


def test_two_sources_of_one_name(write: Write, rows: Rows) -> None:
    first, second = write("one/p.csv", rows), write("two/p.csv", rows)
    with pytest.raises(UsageError, match="two sources of training data are called p"):
        pairs.load([str(first), str(second)])
    assert len(pairs.load([str(first), str(first)]).rows) == 6, "the same source twice is one"


@pytest.mark.usefixtures("small_starter")
def test_a_collection_gives_its_train_split() -> None:
    found = pairs.load(["starter"])
    assert found.rows.select("item_id", "lang", "query", "passage").rows() == [
        ("one", "de", "de asks one?", "de tells one."),
        ("one", "en", "en asks one?", "en tells one."),
    ]
    inputs = found.sets[0].inputs
    for lang, query, row, passage, place in found.rows.select(
        "lang", "query", "query_row", "passage", "passage_row"
    ).iter_rows():
        assert inputs.query_inputs(lang)[row] == query
        assert inputs.passage_inputs(lang)[place] == passage
    assert pairs.load(["starter:test"]).rows["item_id"].unique().to_list() == ["two"]
    with pytest.raises(UsageError, match="no split in starter named 'nope'"):
        pairs.load(["starter:nope"])


def test_a_collection_without_splits_is_used_whole(write: Write, rows: Rows) -> None:
    catalog.add("mine", str(write("p.csv", rows)))
    assert len(pairs.load(["mine"]).rows) == 6
    with pytest.raises(UsageError, match="no split in mine") as caught:
        pairs.load(["mine:train"])
    assert "as a whole" in caught.value.hint


def test_what_a_collection_has_beside_one_passage_a_question_is_told(write: Write, rows: Rows) -> None:
    catalog.add("mine", str(write("p.csv", [*rows, dict(rows[0], passage="another")])))
    found = pairs.load(["mine"])
    assert len(found.rows) == 6
    (note,) = found.sets[0].notes
    assert (
        note
        == "1 relevant passage of an item and language that an earlier query and passage stand for, left out"
    )


def test_passages_are_trained_on_as_they_are_encoded(write: Write, rows: Rows) -> None:
    for row in rows:
        row["context"] = f"around {row['item_id']}"
    catalog.add("mine", str(write("p.csv", rows)), with_context=True)
    found = pairs.load(["mine"])
    for lang, passage, place in found.rows.select("lang", "passage", "passage_row").iter_rows():
        assert found.sets[0].inputs.passage_inputs(lang)[place] == passage
    assert "around a" in found.rows["passage"][0]
