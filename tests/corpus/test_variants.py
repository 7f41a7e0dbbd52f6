"""Variants beside a collection: what a query's other forms are, and how they are kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.corpus import catalog, variant_tables, variants
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.variants import Kept, QueryForm
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.jobs import locks

from ..toys import toy


@pytest.fixture
def collection() -> Collection:
    """Three items in de, en and th; passages alone in fr."""
    return toy(items=3, langs=("de", "en", "fr", "th"), asked=("de", "en", "th"), models=())


def kept(*rows: tuple[str, str, str], variant: str = "expanded", **how: Any) -> Kept:
    """Keep (item_id, lang, text); a text that begins with `xx:` is in that language."""
    made = [
        {"item_id": item, "lang": lang, "text": text, "text_lang": text[:2] if text[2:3] == ":" else lang}
        for item, lang, text in rows
    ]
    frame = pl.DataFrame(made, variants.SCHEMA, orient="row").with_columns(where=pl.lit("row"))
    return variants.keep("toy", variant, frame, **how)


def added(path: Path, *rows: dict[str, Any]) -> tuple[dict[str, pl.DataFrame], tuple[str, ...]]:
    notes = Notes()
    file = path / "variants.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return variant_tables.read_table(file, catalog.load("toy"), notes), notes.lines


def row(
    item: str = "item0", lang: str = "de", text: str = "mehr", variant: str = "expanded", **more: str
) -> dict:
    return {"item_id": item, "lang": lang, "variant": variant, "text": text} | more


def test_a_language_names_the_versions_in_it(collection: Collection):
    found = variants.forms(collection, "en")
    assert len(found) == 9
    assert found["th-q1"] == found["en-q1"] == QueryForm("en question 1? [/x]", "en")


def test_a_kept_variant_is_of_a_query_of_its_own_language(collection: Collection):
    kept(("item0", "de", "viel mehr"), ("item2", "th", "en: more"))
    assert variants.forms(collection, "expanded") == {
        "de-q0": QueryForm("viel mehr", "de"),
        "th-q2": QueryForm("en: more", "en"),
    }
    assert variants.names(collection) == ["de", "en", "th", "expanded"]


def test_a_question_that_a_language_lacks_has_no_version_in_it(collection: Collection, tmp_path: Path):
    rows = [
        {"item_id": item, "lang": lang, "query": f"{lang} {item}?", "passage": f"{lang} {item}."}
        for item, lang in (("one", "de"), ("one", "en"), ("two", "de"))
    ]
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    catalog.add("partial", file)
    partial = catalog.load("partial")
    assert list(variants.forms(partial, "en").values()) == [QueryForm("en one?", "en")] * 2


def test_a_split_has_the_variants_of_the_whole(tmp_path: Path):
    rows = [
        {"item_id": item, "lang": "de", "query": f"{item}?", "passage": f"{item}.", "split": split}
        for item, split in (("one", "train"), ("two", "test"))
    ]
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, rows)))
    catalog.add("toy", tmp_path / "pairs.jsonl")
    kept(("one", "de", "eins"), ("two", "de", "zwei"))
    assert list(variants.forms(catalog.load("toy:test"), "expanded").values()) == [QueryForm("zwei", "de")]


def test_an_unknown_variant_is_told_with_those_that_there_are(collection: Collection):
    kept(("item0", "de", "mehr"))
    for name in ("expandd", "fr", "xx"):
        with pytest.raises(UsageError, match=f"no variant named '{name}'") as caught:
            variants.forms(collection, name)
        assert "known: de, en, th, expanded" in caught.value.hint


def test_removing_and_changing_the_collection_keeps_them(collection: Collection):
    kept(("item0", "de", "mehr"), ("item2", "de", "noch mehr"))
    catalog.remove("toy")
    assert (variants.collections(), variants.kept_names("toy")) == (["toy"], ["expanded"])
    smaller = toy(items=2, models=())
    assert list(variants.forms(smaller, "expanded")) == ["de-q0"]


def test_the_same_again_is_counted_and_more_is_added(collection: Collection):
    assert kept(("item0", "de", "mehr")) == Kept(1, 0, 0)
    assert kept(("item0", "de", "mehr"), ("item1", "de", "auch")) == Kept(1, 1, 0)
    assert variants.read("toy", "expanded")["text"].to_list() == ["mehr", "auch"]


def test_another_text_is_refused_unless_it_is_to_replace(collection: Collection):
    kept(("item0", "de", "mehr"), ("item1", "de", "auch"))
    with pytest.raises(DataError, match="row: item 'item0' has another text as expanded in de") as caught:
        kept(("item0", "de", "anders"))
    assert "--overwrite" in caught.value.hint
    with pytest.raises(DataError):
        kept(("item0", "de", "mehr"), ("item1", "de", "fr:"))  # another language is another text
    assert kept(("item0", "de", "anders"), ("item2", "th", "neu"), overwrite=True) == Kept(1, 0, 1)
    assert sorted(variants.read("toy", "expanded")["text"]) == ["anders", "auch", "neu"]


def test_one_process_writes_a_variant_at_a_time(collection: Collection):
    with locks.held("toy-expanded", "variant"), pytest.raises(UsageError, match="another process is writing"):
        kept(("item0", "de", "mehr"))
    assert kept(("item0", "de", "mehr")).new == 1


@pytest.mark.parametrize("content", [b"", b"nothing of the kind"])
def test_a_damaged_one_says_how_to_mend_it_and_is_removed(collection: Collection, content: bytes):
    kept(("item0", "de", "mehr"))
    file = next((variants.settings.data_dir() / "variants" / "toy").iterdir())
    file.write_bytes(content)
    with pytest.raises(DataError, match="the variant expanded is damaged") as caught:
        variants.forms(collection, "expanded")
    assert "hybrid-tui data variants remove toy expanded" in caught.value.hint
    pl.DataFrame({"x": [1]}).write_parquet(file)
    with pytest.raises(DataError, match="has other columns"):
        variants.forms(collection, "expanded")
    variants.remove("toy", "expanded")
    assert variants.names(collection) == ["de", "en", "th"]
    with pytest.raises(UsageError, match="no kept variant named 'expanded'"):
        variants.remove("toy", "expanded")


@given(st.text())
def test_a_name_stays_in_its_folder_and_is_no_part_of_a_system(name: str):
    if not variants.name_problem(name):
        assert not set(name) & set("/:+@ ")
        assert not name.startswith(".")


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "tsv", "parquet", "jsonl.gz"])
def test_tables_are_read_in_every_format(collection: Collection, tmp_path: Path, suffix: str):
    frame = pl.DataFrame([row(), row("item1", text="more, of it", text_lang="en")], infer_schema_length=None)
    file = tmp_path / f"variants.{suffix}"
    if suffix.startswith("jsonl"):
        frame.write_ndjson(file, compression="gzip" if suffix.endswith("gz") else "uncompressed")
    elif suffix == "parquet":
        frame.write_parquet(file)
    else:
        frame.write_csv(file, separator="\t" if suffix == "tsv" else ",")
    found = variant_tables.read_table(file, collection, Notes())["expanded"]
    columns = found.select("item_id", "lang", "text", "text_lang").rows()
    assert columns == [("item0", "de", "mehr", "de"), ("item1", "de", "more, of it", "en")]
    assert found.columns == [*variants.SCHEMA, "where"]


def test_other_forms_of_codes_are_read_as_the_collections(collection: Collection, tmp_path: Path):
    found, notes = added(tmp_path, row(lang="deu", text_lang="eng_Latn"))
    assert found["expanded"].select("lang", "text_lang").rows() == [("de", "en")]
    assert notes == ("languages are read under other codes: deu as de, eng_Latn as en",)


def test_what_the_collection_does_not_have_is_left_out_and_counted(collection: Collection, tmp_path: Path):
    found, notes = added(
        tmp_path,
        row(),
        row("item77"),
        row("item78"),
        row(lang="fr"),  # it has passages alone
        row(lang="tlh"),
        row(lang="no such"),
        row("item1", text=" "),
        row("item2", text=""),
    )
    assert found["expanded"]["item_id"].to_list() == ["item0"]
    assert [note.partition(" (first")[0] for note in notes] == [
        "2 texts left out, being blank",
        "3 texts in languages that toy has no queries in (fr, no such, tlh), left out",
        "2 texts of items that toy does not have, left out",
    ]


def test_nothing_that_fits_is_refused_with_the_reasons(collection: Collection, tmp_path: Path):
    with pytest.raises(DataError, match=r"no text for toy: 1 text of items that toy does not have, left out"):
        added(tmp_path, row("item77"))


def test_the_same_text_twice_is_counted_and_another_refused_with_its_place(
    collection: Collection, tmp_path: Path
):
    found, notes = added(tmp_path, row(), row(), row(variant="other"))
    assert {name: table.height for name, table in found.items()} == {"expanded": 1, "other": 1}
    assert notes == ("1 text there twice, taken once",)
    with pytest.raises(DataError, match=r"line 3: item 'item0' has another text as expanded in de above"):
        added(tmp_path, row(), row("item1"), row(text="anders"))


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        ("de", r"variant 'de' is a language \(German\)"),
        ("zh_Hant", r"variant 'zh_Hant' is a language"),
        ("Swahili", r"variant 'Swahili' is a language"),
        ("a:b", "variant 'a:b' cannot name a variant"),
        ("../up", "variant '../up' cannot name a variant"),
        ("", "variant '' cannot name a variant"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_its_place(
    collection: Collection, tmp_path: Path, variant: str, said: str
):
    with pytest.raises(DataError, match=rf"line 2: {said}"):
        added(tmp_path, row(), row(variant=variant))


def test_a_language_of_texts_that_is_none_is_refused(collection: Collection, tmp_path: Path):
    with pytest.raises(DataError, match="line 1: text_lang 'no such' is no language code"):
        added(tmp_path, row(text_lang="no such"))


def test_a_file_of_another_kind_is_told(collection: Collection, tmp_path: Path):
    for name, said in (("there.txt", "no table"), ("nowhere.csv", "no such file")):
        if name.startswith("there"):
            (tmp_path / name).write_text("x")
        with pytest.raises(UsageError, match=said) as caught:
            variant_tables.read_table(tmp_path / name, collection, Notes())
        assert "jsonl" in caught.value.hint
    (tmp_path / "short.csv").write_text("item_id,lang\nitem0,de\n")
    with pytest.raises(DataError, match="field variant is missing; there are: item_id, lang"):
        variant_tables.read_table(tmp_path / "short.csv", collection, Notes())


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_what_is_written_is_read_again(collection: Collection, tmp_path: Path, suffix: str):
    kept(("item0", "de", "=1+1\n\x1b[2J"), ("item1", "th", "en: more"))
    kept(("item0", "de", "x"), variant="other")
    file = tmp_path / f"out.{suffix}"
    assert variant_tables.write_table(file, "toy", ["expanded", "other"]) == 3
    found = variant_tables.read_table(file, collection, Notes())
    for name, table in found.items():
        assert table.drop("where").equals(variants.read("toy", name))


@pytest.mark.parametrize("name", ["out.csv", "out", "out.jsonl.gz"])
def test_another_ending_is_refused(collection: Collection, tmp_path: Path, name: str):
    kept(("item0", "de", "x"))
    with pytest.raises(UsageError, match=r"written as .jsonl or .parquet"):
        variant_tables.write_table(tmp_path / name, "toy", ["expanded"])
