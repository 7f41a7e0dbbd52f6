from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..toys import toy
from .conftest import Cli


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two variants of the toy's queries; one text is of no item."""
    toy(items=3, models=())
    rows = [
        ("item0", "de", "expanded", "viel mehr", "de"),
        ("item1", "th", "expanded", "[/x] more", "en"),
        ("item9", "de", "expanded", "nichts", "de"),
        ("item0", "de", "other", "anders", "de"),
    ]
    columns = ("item_id", "lang", "variant", "text", "text_lang")
    path = tmp_path / "variants.jsonl"
    path.write_text("\n".join(json.dumps(dict(zip(columns, row, strict=True))) for row in rows))
    return path


def test_a_table_is_added_listed_exported_and_removed(cli: Cli, file: Path, tmp_path: Path):
    added = cli("data", "variants", "add", "toy", file, "--json").json
    assert added == {
        "collection": "toy",
        "variants": [
            {"variant": "expanded", "new": 2, "same": 0, "replaced": 0},
            {"variant": "other", "new": 1, "same": 0, "replaced": 0},
        ],
        "notes": [f"1 text of items that toy does not have, left out (first: {file}, line 3)"],
    }
    listed = cli("data", "variants", "list", "toy", "--json").json
    assert [(each["variant"], each["kept"], each["texts"]) for each in listed] == [
        ("de", False, 9),
        ("en", False, 9),
        ("th", False, 9),
        ("expanded", True, 2),
        ("other", True, 1),
    ]
    assert listed[3]["languages"] == ["de", "th"]
    assert listed[3]["text_languages"] == ["de", "en"]
    out = tmp_path / "out.jsonl"
    written = cli("data", "variants", "export", "toy", out, "--json").json
    assert written == {"collection": "toy", "variants": ["expanded", "other"], "file": str(out), "texts": 3}
    removed = cli("data", "variants", "remove", "toy", "expanded", "--yes", "--json").json
    assert removed == {"name": "expanded", "removed": True}
    assert [each["variant"] for each in cli("data", "variants", "list", "toy", "--json").json][3:] == [
        "other"
    ]
    assert cli("data", "variants", "add", "toy", out).out.splitlines() == [
        "expanded: 2 texts added to toy",
        "other: 0 texts added to toy, 1 there already",
    ]


def test_it_is_told_in_words(cli: Cli, file: Path):
    said = cli("data", "variants", "add", "toy", file)
    assert said.out.splitlines()[0] == "expanded: 2 texts added to toy"
    assert "note: 1 text of items that toy does not have, left out" in said.out
    lines = cli("data", "variants", "list", "toy").out.splitlines()
    assert lines[0].split("\t")[:4] == ["variant", "texts", "of queries", "text language"]
    assert lines[4].split("\t")[:4] == ["expanded", "2", "9", "de en"]
    assert "there are kept variants of toy, too" in cli("data", "variants", "list", "starter").err


def test_texts_that_are_there_are_replaced_only_when_told_to(cli: Cli, file: Path):
    cli("data", "variants", "add", "toy", file)
    file.write_text(file.read_text().replace("viel mehr", "ganz anders"))
    said = cli("data", "variants", "add", "toy", file)
    assert said.code == 1
    assert f"{file}, line 1: item 'item0' has another text as expanded in de" in said.err
    assert "--overwrite" in said.err
    said = cli("data", "variants", "add", "toy", file, "--overwrite")
    assert said.out.startswith("expanded: 0 texts added to toy, 1 replaced, 1 there already\n")


def test_a_smaller_collection_tells_what_is_not_used(cli: Cli, file: Path):
    cli("data", "variants", "add", "toy", file)
    cli("data", "remove", "toy", "--yes")
    toy(items=1, models=())
    (found,) = [each for each in cli("data", "variants", "list", "toy", "--json").json if each["texts"] == 1][
        :1
    ]
    assert (found["variant"], found["unused"]) == ("expanded", 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("remove", "toy", "other"), "removing other asks first, and there is no terminal\nhint: say --yes"),
        (("remove", "toy", "de", "--yes"), "no kept variant named 'de'"),
        (("remove", "nothing", "other", "--yes"), "no kept variant named 'other'\nhint: nothing has none"),
        (
            ("export", "starter", "x.jsonl"),
            "no collection with kept variants named 'starter'\nhint: known: toy",
        ),
        (("export", "toy", "x.csv"), "variants are written as .jsonl or .parquet"),
        (("add", "toyy", "x.jsonl"), "did you mean toy"),
        (("add", "toy", "x.jsonl"), "x.jsonl: no such file"),
    ],
)
def test_what_is_asked_wrongly_ends_with_2(cli: Cli, file: Path, words: tuple[str, ...], said: str):
    cli("data", "variants", "add", "toy", file)
    found = cli("data", "variants", *words)
    assert found.code == 2
    assert said in found.err
