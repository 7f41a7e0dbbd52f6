from __future__ import annotations

from pathlib import Path

import pytest

from hybrid_tui import settings
from hybrid_tui.comparison.number_format import figure
from hybrid_tui.evaluation import results, setting_figures

from ..toys import MODELS, toy
from .conftest import Cli


@pytest.fixture(autouse=True)
def two_kept(cli: Cli) -> None:
    toy(models=MODELS)
    cli("evaluate", "-d", "toy", "-m", "me5-small", "-c", "none", "-c", "shift:de:.5")


def test_what_is_kept_is_listed(cli: Cli):
    listed = cli("evaluations", "list", "--json").json
    assert [(each["collection"], each["model"], each["correction"]) for each in listed] == [
        ("toy", "me5-small", "none"),
        ("toy", "me5-small", "shift:de:.5"),
    ]
    assert {"collection_fingerprint", "model_fingerprint", "seconds", "made", "folder"} <= set(listed[0])
    (first, _) = cli("evaluate", "-d", "toy", "-m", "me5-small", "-c", "none", "-c", "center", "--json").json[
        "results"
    ]
    said = cli("evaluations", "list", "--data", "toy")
    row = next(words for words in said.lines if words[:2] == ["toy", "me5-small"])
    assert row[2:5] == [
        figure(first[setting]["mAP"], 3) for setting in ("monolingual", "cross-lingual", "multilingual")
    ]


def test_the_list_fits_in_80_columns(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", "dumb")  # nothing is bold
    said = cli("evaluations", "list", terminal=True)
    assert max(map(len, said.out.splitlines())) <= 80
    assert "me5-small+shift:de:.5 " in said.out
    assert {"mono-", "cross-", "multi-"} <= {word for line in said.lines for word in line}
    piped = cli("evaluations", "list").out.splitlines()
    assert piped[0].split("\t") == [
        "collection",
        "system",
        "monolingual",
        "cross-lingual",
        "multilingual",
        "made",
    ]


def test_one_language_has_no_figures_across(cli: Cli):
    toy("alone", langs=["de"])
    cli("evaluate", "-d", "alone", "-m", "me5-small")
    row = next(words for words in cli("evaluations", "list").lines if words[:1] == ["alone"])
    assert len(row) == 4


def test_of_a_run_that_tells_no_average_precision_there_is_a_line_without(cli: Cli, tmp_path: Path):
    toy("cut", models=MODELS)
    run = tmp_path / "a.run"
    cli("runs", "export", "me5-small", "-d", "cut", "-k", 1, "-o", run)
    cli("runs", "import", run, "-n", "first", "-d", "cut")
    said = cli("evaluations", "list", "-d", "cut")
    row = said.out.splitlines()[1].split("\t")
    assert (said.code, row[:2], row[4]) == (0, ["cut", "first"], "")
    (kept,) = results.kept("cut")
    assert "multilingual" not in setting_figures.system(kept).values


def test_a_damaged_one_is_a_line_of_the_list(cli: Cli):
    folder = next((settings.data_dir() / "evaluations").glob("toy--me5-small@*"))
    (folder / "values.parquet").write_bytes(b"?")
    said = cli("evaluations", "list")
    assert said.code == 0
    assert next(words for words in said.lines if words[:2] == ["toy", "me5-small"])[2] == "damaged"
    cli("evaluate", "-d", "toy", "-m", "me5-small")
    assert "damaged" not in cli("evaluations", "list").out


def test_remove_takes_one_system_alone(cli: Cli):
    said = cli("evaluations", "remove", "me5-small", "--data", "toy")
    assert said.code == 0
    assert said.out.startswith("removed ")
    assert said.out.count("\n") == 1
    (left,) = cli("evaluations", "list", "--json").json
    assert left["correction"] == "shift:de:.5"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("remove", "me5-small+shift", "-d", "toy"), "did you mean me5-small+shift:de:.5"),
        (("remove", "me5-small", "-d", "starter"), "hybrid-tui evaluate --data starter"),
        (("list", "-d", "toi"), "did you mean toy"),
    ],
)
def test_unknown_names_are_told(cli: Cli, words: tuple[str, ...], said: str):
    answer = cli("evaluations", *words)
    assert answer.code == 2
    assert said in answer.err


def test_none_yet_is_told_with_what_makes_one(cli: Cli):
    assert cli("evaluations", "list", "-d", "starter").out == "none yet: hybrid-tui evaluate makes one\n"
    assert cli("evaluations", "list", "-d", "starter", "--json").json == []


@pytest.mark.parametrize("command", ["list", "remove"])
def test_help_has_an_example(cli: Cli, command: str):
    assert f"Example: hybrid-tui evaluations {command}" in cli("evaluations", command, "--help").out
