"""`data check` on what is trained on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli

Rows = list[dict[str, Any]]


def written(path: Path, rows: Rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def rows() -> Rows:
    return [
        {
            "item_id": item,
            "lang": lang,
            "query": f"{lang} {item}?",
            "passage": f"{lang} {item} [/x]",
            "licence": "CC0\x1b[31m",
        }
        for item in ("one", "two", "three")
        for lang in ("de", "en")
    ]


@pytest.fixture
def texts() -> Rows:
    return [{"item_id": item, "lang": lang, "text": lang + item} for item in "ab" for lang in ("de", "fr")]


def test_pairs_are_a_collection_and_training_data(cli: Cli, tmp_path: Path, rows: Rows) -> None:
    file = written(tmp_path / "p.jsonl", rows)
    found = cli("data", "check", file, "--json").json
    assert (found["reader"], found["queries"]["total"]) == ("tables", 6)
    training = found["training"]
    assert training["data_sets"] == [{"name": "p", "kind": "pairs", "rows": 6, "items": 3}]
    assert training["items_by_languages"] == {"de": {"de": 3, "en": 3}, "en": {"de": 3, "en": 3}}
    assert training["repeated"] == {"rows": 0, "queries": 0, "passages": 0, "linked_items": 0}
    assert training["sources"] == {"": 6}
    assert [(each["sampler"], each["pairs"], each["largest_batch"]) for each in training["samplers"]] == [
        ("mono", 0, 3),
        ("cross", 2, 3),
        ("cross, a pair a batch", 2, 3),
        ("hybrid", 2, 3),
        ("mixed", 0, 3),
    ]
    assert training["problem"] == ""


def test_the_report_is_plain_in_a_pipe(cli: Cli, tmp_path: Path, rows: Rows) -> None:
    said = cli("data", "check", written(tmp_path / "p.jsonl", rows))
    assert said.code == 0
    lines = said.out.splitlines()
    assert "training data: 6 rows of 3 items in 2 languages" in lines
    assert "sources: not told (6 rows)" in lines
    assert r"licences: CC0\x1b[31m (6 rows)" in lines
    assert "hybrid\t2\t2\t3\t1\t3" in lines
    assert "items by languages of query and passage" in lines
    assert said.lines.count(["de", "3", "3"]) == 2, "in the collection and in the matrix"
    assert lines[-1] == "no problems found"
    assert "\x1b" not in said.out


def test_translations_are_training_data_alone(cli: Cli, tmp_path: Path, texts: Rows) -> None:
    file = written(tmp_path / "t.jsonl", texts)
    found = cli("data", "check", file, "--json").json
    assert set(found) == {"source", "training"}
    assert found["training"]["data_sets"][0]["kind"] == "translations"
    assert {each["sampler"]: each["largest_batch"] for each in found["training"]["samplers"]} == {
        "mono": 0,
        "cross": 2,
        "cross, a pair a batch": 2,
        "hybrid": 0,
        "mixed": 0,
    }
    said = cli("data", "check", file)
    assert "note: mono: the data cannot serve the sampler mono" in said.out
    assert "de\t2\t-\t-\t-\t3\t3\t3" in said.out.splitlines()


def test_a_folder_of_both(cli: Cli, tmp_path: Path, rows: Rows, texts: Rows) -> None:
    written(tmp_path / "in" / "p.jsonl", rows)
    written(tmp_path / "in" / "t.jsonl", texts)
    training = cli("data", "check", tmp_path / "in", "--json").json["training"]
    assert [each["kind"] for each in training["data_sets"]] == ["pairs", "translations"]
    assert training["languages"] == {"de": 5, "en": 3, "fr": 2}


def test_what_is_no_collection_can_be_trained_on(cli: Cli, tmp_path: Path, rows: Rows) -> None:
    again = [dict(rows[0], query="another?")]
    file = written(tmp_path / "p.jsonl", rows + again)
    said = cli("data", "check", file)
    assert said.code == 1
    assert "item and language there twice: 1 rows, of which the first is used" in said.out
    assert "it can be trained on, but is no collection" in said.out
    assert "is there already" in said.err
    told = cli("data", "check", file, "--json")
    assert told.code == 1
    assert json.loads(told.out)["training"]["repeated"]["rows"] == 1


@pytest.mark.parametrize("kind", ["pairs", "translations"])
def test_every_problem_is_named(cli: Cli, tmp_path: Path, rows: Rows, texts: Rows, kind: str) -> None:
    bad = rows if kind == "pairs" else texts
    bad[0]["lang"], bad[2]["lang"] = "xx", "qq"
    said = cli("data", "check", written(tmp_path / "bad.jsonl", bad))
    assert said.code == 1
    assert said.out == ""
    assert "bad.jsonl, line 1" in said.err
    assert "bad.jsonl, line 3" in said.err


def test_a_preset_that_is_not_to_be_had(cli: Cli) -> None:
    said = cli("data", "check", "mmarco:ar,en:10")
    assert said.code == 1
    assert "cannot load arabic" in said.err
    assert cli("data", "check", "mmarco:xx").code == 2


def test_how_training_data_was_read_is_told(cli: Cli, tmp_path: Path, rows: Rows) -> None:
    for number, row in enumerate(rows):
        row["lang"] = {"de": "deu", "en": "en"}[row["lang"]]
        row["negative"] = "  " if number else "no"
    file = written(tmp_path / "in" / "p.jsonl", rows)
    (file.parent / "q.json").write_text("[]")
    wanted = [
        "files that are not read: q.json",
        "languages are read under other codes: deu as de",
        "5 hard negatives without text, left out",
    ]
    training = cli("data", "check", file.parent, "--json").json["training"]
    assert sorted(training["notes"]) == sorted(wanted)
    assert training["negatives"]["total"] == 1
    said = cli("data", "check", file.parent).out.replace("\n", " ")
    assert [said.count(note) for note in wanted] == [1, 1, 1]


def test_translations_that_do_not_look_parallel_are_told(cli: Cli, tmp_path: Path) -> None:
    rows = [
        {"item_id": f"{item}", "lang": lang, "text": "x" * (1 + (item * step) % 31)}
        for lang, step in (("de", 1), ("fr", 12))
        for item in range(30)
    ]
    training = cli("data", "check", written(tmp_path / "t.jsonl", rows), "--json").json["training"]
    assert [note.partition(":")[0] for note in training["notes"]] == ["de and fr do not look parallel"]
