from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hybrid_tui import settings
from hybrid_tui.api.runs import import_run
from hybrid_tui.cli.data import app
from hybrid_tui.corpus import catalog, download, starter
from hybrid_tui.corpus.pairs import read_file
from hybrid_tui.errors import DataError, HybridTuiError, UsageError


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    return [
        {
            "item_id": item,
            "lang": lang,
            "query": f"{lang} {item}?",
            "passage": f"{lang} {item} [/x]",
            "split": split,
        }
        for item, split in (("one", "train"), ("two", "test"))
        for lang in ("de", "en")
    ]


@pytest.fixture
def pairs(tmp_path: Path, rows: list[dict[str, Any]]) -> Path:
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def small_starter(tmp_path: Path, pairs: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(starter, "FOLDER", tmp_path)
    starter.load.cache_clear()
    yield
    starter.load.cache_clear()


def run(*args: str, **kwargs: Any) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args], **kwargs)


def printed(*args: Any) -> Any:
    result = run(*args)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(kind: type[HybridTuiError], *args: Any) -> HybridTuiError:
    error = run(*args).exception
    assert isinstance(error, kind), error
    return error


def test_list_tells_the_catalog(pairs: Path) -> None:
    run("add", "mine", pairs)
    names = [(entry["name"], entry["queries"], entry["languages"]) for entry in printed("list", "--json")]
    assert names == [("starter", 4, ["de", "en"]), ("mine", 4, ["de", "en"])]
    lines = run("list").stdout.splitlines()
    assert lines[0].split("\t")[:3] == ["name", "languages", "items"]
    assert lines[1].split("\t")[:5] == ["starter", "de en", "2", "4", "4"]


def test_show_counts_queries_and_passages_by_language() -> None:
    facts = printed("show", "starter", "--json")
    assert facts["name"] == "starter"
    assert facts["languages"] == ["de", "en"]
    assert facts["items"] == 2
    assert facts["queries"] == {"total": 4, "by_language": {"de": 2, "en": 2}}
    assert facts["passages"] == facts["queries"]
    assert facts["splits"] == {"test": 1, "train": 1}
    assert facts["fingerprint"] == catalog.load("starter").fingerprint


def test_show_takes_a_split() -> None:
    assert printed("show", "starter:test", "--json")["queries"]["total"] == 2


def test_show_is_plain_in_a_pipe() -> None:
    lines = run("show", "starter").stdout.splitlines()
    assert lines[0] == "starter: 2 items in 2 languages"
    assert "de\t2\t2" in lines
    assert "all\t4\t4" in lines


def test_the_other_order_is_told_and_nothing_is_added(pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = refused(UsageError, "add", pairs, "mine")
    assert told.hint == f"hybrid-tui data add mine {pairs}"
    monkeypatch.chdir(pairs.parent)
    assert "data add mine pairs.jsonl" in refused(UsageError, "add", "pairs.jsonl", "mine").whole
    assert "data add mine owner/name" in refused(UsageError, "add", "owner/name", "mine").whole
    assert "data formats" in refused(UsageError, "add", "mine", "nothing.jsonl").whole
    assert catalog.entries()[1:] == []
    (pairs.parent / "mine").mkdir()
    assert run("add", "mine", pairs).exit_code == 0


def test_add_twice_is_no_error(pairs: Path) -> None:
    first, second = (printed("add", "mine", pairs, "--json") for _ in range(2))
    assert (first.pop("new"), second.pop("new")) == (True, False)
    assert first == second
    assert run("add", "mine", pairs).stdout == "already there: mine: 4 queries, 4 passages in 2 languages\n"


def test_add_with_context(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    file = tmp_path / "in" / "context.jsonl"
    file.parent.mkdir()
    file.write_text("".join(json.dumps(row | {"context": "around"}) + "\n" for row in rows))
    assert printed("add", "mine", file, "--with-context", "--json")["with_context"]
    assert printed("show", "mine", "--json")["with_context"]
    assert "encoded with their context" in run("show", "mine").stdout


def test_check_tells_what_there_is_and_keeps_nothing(pairs: Path) -> None:
    assert printed("check", pairs, "--json")["reader"] == "tables"
    assert run("check", pairs).stdout.endswith("no problems found\n")
    assert len(printed("list", "--json")) == 1


def test_check_names_every_problem(pairs: Path) -> None:
    pairs.write_text(pairs.read_text().replace('"lang": "de"', '"lang": "xx"'))
    message = str(refused(DataError, "check", pairs))
    assert "pairs.jsonl, line 1: query lang 'xx'" in message
    assert "pairs.jsonl, line 1: passage lang 'xx' is no language code (so in 2 rows)" in message


def test_what_a_terminal_would_obey_is_shown_not_sent(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    file = tmp_path / "in" / "\x1b[31m[bold]red.jsonl"
    file.parent.mkdir()
    file.write_text("".join(json.dumps(row | {"topic": "[/red]\x1b[0m"}) + "\n" for row in rows))
    text = run("check", file).stdout
    assert "\x1b" not in text
    assert r"\x1b[31m[bold]red.jsonl" in text
    assert r"topics: [/red]\x1b[0m" in text


def test_a_damaged_collection_is_one_line_of_the_list(pairs: Path) -> None:
    run("add", "mine", pairs)
    (settings.data_dir() / "collections" / "mine" / "collection.toml").write_text("\n\n?")
    lines = run("list").stdout.splitlines()
    assert len(lines) == 3
    assert "mine is damaged" in lines[2]
    assert "damaged" in str(refused(DataError, "show", "mine"))
    assert run("remove", "mine", "--yes").exit_code == 0


def test_remove_needs_a_yes_without_a_terminal(pairs: Path) -> None:
    run("add", "mine", pairs)
    assert "--yes" in refused(UsageError, "remove", "mine").hint
    assert run("remove", "mine", "--yes").stdout == "removed mine\n"
    refused(UsageError, "remove", "mine", "--yes")
    assert pairs.exists()


@pytest.mark.parametrize(("answer", "code", "left"), [("y\n", 0, 1), ("n\n", 1, 2), ("\n", 1, 2)])
def test_remove_asks_on_a_terminal(
    pairs: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, left: int
) -> None:
    run("add", "mine", pairs)
    monkeypatch.setattr("hybrid_tui.cli.output.has_terminal", lambda: True)
    assert run("remove", "mine", input=answer).exit_code == code
    assert len(catalog.entries()) == left


def test_starter_stays() -> None:
    assert "ships" in str(refused(UsageError, "remove", "starter", "--yes"))


@pytest.mark.parametrize(
    "args", [("show", "nope"), ("remove", "nope", "--yes"), ("add", "mine", "/no/such/path"), ("get", "nope")]
)
def test_unknown_names_are_usage_errors(args: tuple[str, ...]) -> None:
    refused(UsageError, *args)


def test_get_downloads_and_adds(pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = download.Release("Some", "http://127.0.0.1:9", "CC0", {})
    monkeypatch.setitem(download.RELEASES, "some", release)
    asked = []

    def get(name: str, progress: Any) -> Path:
        asked.append(name)
        progress(1, 1)
        return pairs

    monkeypatch.setattr(download, "get", get)
    assert "Some is licensed under CC0" in run("get", "some").stdout
    assert printed("get", "some", "--json")["new"] is False
    assert asked == ["some"], "what is there is not downloaded again"


def test_get_without_network_tells_the_way_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    release = download.Release("XQuAD-R", "http://127.0.0.1:9", "CC0", {"de.json": "0" * 64})
    monkeypatch.setitem(download.RELEASES, "xquad-r", release)
    assert "hybrid-tui data add xquad-r FOLDER" in refused(HybridTuiError, "get", "xquad-r").hint


@pytest.mark.parametrize("command", ["list", "show", "add", "get", "check", "remove", "formats", "new"])
def test_every_command_has_an_example(command: str) -> None:
    assert f"Example: hybrid-tui data {command}" in " ".join(run(command, "--help").stdout.split())


def test_what_is_left_out_is_told_and_refused_when_strict(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    file = tmp_path / "in" / "p.jsonl"
    file.parent.mkdir()
    file.write_text(
        "".join(json.dumps(row) + "\n" for row in [*rows, rows[0] | {"passage": "", "item_id": "x"}])
    )
    said = run("add", "mine", file).stdout
    assert "note: 1 passage without text, left out" in said
    assert "note: 1 passage without text, left out" in run("show", "mine").stdout
    assert printed("add", "mine", file, "--json")["notes"][0].startswith("1 passage without text")
    assert "1 passage without text" in str(refused(DataError, "add", "other", file, "--strict"))


def test_columns_and_language_by_option(tmp_path: Path) -> None:
    file = tmp_path / "in" / "p.csv"
    file.parent.mkdir()
    file.write_text("a,b\nWho?,She.\n")
    added = printed("add", "mine", file, "--columns", "query=a,passage=b", "--lang", "deu", "--json")
    assert (added["languages"], added["queries"]) == (["de"], 1)
    assert "OURS=THEIRS" in refused(UsageError, "add", "x", file, "--columns", "a").whole
    assert "no column 'z'" in str(
        refused(UsageError, "add", "x", file, "--columns", "query=z", "--lang", "de")
    )


def test_every_form_has_an_example_in_help_and_formats() -> None:
    told = {each["name"]: each["example"] for each in printed("formats", "--json")}
    assert {"tables", "beir", "squad-r", "miracl", "pairs", "run"} <= told.keys()
    shown, helped = run("formats").stdout, run("add", "--help").stdout
    for name in ("tables", "beir", "squad-r", "miracl"):
        assert all(line in shown and line in helped for line in told[name].split("\n"))


def test_a_new_collection_can_be_added_at_once(tmp_path: Path) -> None:
    assert printed("new", tmp_path / "mine", "--json") == {"file": str(tmp_path / "mine" / "pairs.jsonl")}
    added = printed("add", "mine", tmp_path / "mine", "--strict", "--json")
    assert (added["languages"], added["items"], added["notes"]) == (["de", "en"], 2, [])
    refused(UsageError, "new", tmp_path / "mine")


def test_new_training_pairs_and_a_new_run_can_be_used_at_once(tmp_path: Path) -> None:
    run("new", tmp_path / "mine")
    run("add", "mine", tmp_path / "mine")
    refused(UsageError, "new", tmp_path / "mine", "--kind", "pairs")
    said = run("new", tmp_path / "pairs", "--kind", "pairs").stdout
    assert said.endswith(f"change it, then: hybrid-tui data check {tmp_path / 'pairs'}\n")
    training = printed("check", tmp_path / "pairs", "--json")["training"]
    assert (training["items"], training["negatives"]["rows"], training["problem"]) == (3, 6, "")
    file = Path(printed("new", tmp_path / "mine", "--kind", "run", "--json")["file"])
    imported = import_run(file, "theirs", "mine")
    assert (imported.manifest.queries, imported.unanswered) == (4, 0)
    assert run("new", tmp_path, "--kind", "model").exit_code == 2


def test_the_examples_of_training_data_and_runs_are_read_as_they_stand(tmp_path: Path) -> None:
    run("new", tmp_path / "mine")
    run("add", "mine", tmp_path / "mine")
    told = {each["name"]: each["example"].split("\n")[1:] for each in printed("formats", "--json")}
    for name, kind, rows in (("pairs", "pairs", 2), ("translations", "translations", 2)):
        file = tmp_path / f"{name}.jsonl"
        file.write_text("\n".join(told[name]), encoding="utf-8")
        found, frame = read_file(file)
        assert (found, frame.height) == (kind, rows)
    for name in ("run", "JSON run"):
        file = tmp_path / name
        file.write_text("\n".join(told[name]), encoding="utf-8")
        assert import_run(file, name.replace(" ", "-"), "mine").manifest.queries
