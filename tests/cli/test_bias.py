from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ..toys import LANGS, MODELS, toy
from .conftest import Cli

MATRICES = ("map", "rank-gap", "displacement", "displacement-answer", "mix", "preference", "mrc")
BOTH = ("-d", "toy", "-m", "me5-small", "-m", "use-m3")


def test_each_model_has_its_matrix(cli: Cli):
    toy(models=MODELS)
    for matrix in MATRICES:
        found = cli("bias", *BOTH, "--matrix", matrix, "--json").json
        assert [each["model"] for each in found] == list(MODELS)
        for each in found:
            assert each["rows"] == each["columns"] == list(LANGS)
            assert len(each["values"]) == 3
            away = [(a, b) for a in range(3) for b in range(3) if matrix != "mrc" or a != b]
            assert all(each["counts"][a][b] > 0 for a, b in away)
    shares = cli("bias", *BOTH, "--matrix", "mix", "--json").json[0]["values"]
    assert [sum(row) for row in shares] == pytest.approx([1, 1, 1])


def test_heatmaps_are_plain_in_a_pipe_and_on_one_scale(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    toy(models=MODELS)
    monkeypatch.setenv("NO_COLOR", "1")
    said = cli("bias", *BOTH, "-c", "none", "-c", "shift:.5")
    assert said.code == 0
    assert "\x1b" not in said.out
    assert max(map(len, said.out.splitlines())) <= 80
    scales = {line for line in said.out.splitlines() if line.startswith("scale")}
    assert len(scales) == 1
    assert "me5-small+shift:.5: rank gap" in said.out


def test_a_difference_is_the_second_less_the_first(cli: Cli):
    toy(models=MODELS)
    one, other = cli("bias", *BOTH, "--json").json
    (found,) = cli("bias", "-d", "toy", "--diff", *MODELS, "--json").json
    assert found["model"] == "use-m3 − me5-small"
    for row, a, b in zip(found["values"], one["values"], other["values"], strict=True):
        assert row == pytest.approx([y - x for x, y in zip(a, b, strict=True)])
    shown = cli("bias", "-d", "toy", "--diff", *MODELS, "--matrix", "map").out
    assert "use-m3 − me5-small: mAP, difference" in shown
    same = cli("bias", "-d", "toy", "--diff", "use-m3", "use-m3", "--json").json[0]["values"]
    assert {cell for row in same for cell in row} == {0}


def test_a_difference_tells_how_sure_it_is(cli: Cli):
    toy(models=MODELS)
    (found,) = cli("bias", "-d", "toy", "--diff", *MODELS, "--matrix", "map", "--json").json
    for field in ("low", "high", "p", "holm"):
        assert [len(row) for row in found[field]] == [3, 3, 3]
    cells = [(row, column) for row in range(3) for column in range(3)]
    for row, column in cells:
        low, high = found["low"][row][column], found["high"][row][column]
        assert low <= found["values"][row][column] <= high
        assert found["p"][row][column] <= found["holm"][row][column]
    marked = any(found["holm"][row][column] < 0.05 for row, column in cells)
    shown = cli("bias", "-d", "toy", "--diff", *MODELS, "--matrix", "map").out
    assert ("* p < .05 (Holm)" in shown) == marked


def test_a_difference_tells_what_was_drawn(cli: Cli, tmp_path: Path):
    toy(models=MODELS)
    (found,) = cli("bias", "-d", "toy", "--diff", *MODELS, "--matrix", "map", "--json").json
    assert (found["unit"], found["units"], found["smallest_p"]) == ("item", 12, 2.0**-11)
    assert "12 questions drawn, smallest possible p < .001" in found["drawn"]
    assert found["drawn"] in " ".join(
        cli("bias", "-d", "toy", "--diff", *MODELS, "--matrix", "map").out.split()
    )
    files = [tmp_path / name for name in ("x.svg", "x.csv")]
    cli("bias", "-d", "toy", "--diff", *MODELS, "--matrix", "map", "--svg", files[0], "--csv", files[1])
    assert found["drawn"] in files[0].read_text(encoding="utf-8").replace("&lt;", "<")
    assert all(line.endswith(",item,12") for line in files[1].read_text(encoding="utf-8").splitlines()[1:])
    (alone,) = cli("bias", "-d", "toy", "-m", "use-m3", "--json").json
    assert "drawn" not in alone


def test_languages_are_ordered_and_means_told(cli: Cli):
    toy(models=MODELS)
    by_family = cli("bias", *BOTH, "--order", "family", "--json").json
    assert [each["rows"] for each in by_family] == [["de", "en", "th"]] * 2
    first, second = cli("bias", *BOTH, "--order", "value", "--matrix", "map", "--json").json
    known = [mean for mean in first["row_means"] if mean is not None]
    assert known == sorted(known, reverse=True)
    assert second["rows"] == first["rows"]
    assert len(second["column_means"]) == 3


def test_colours_and_scales_are_chosen(cli: Cli, tmp_path: Path):
    toy(models=MODELS)
    for colours in ("viridis", "magma"):
        cli("bias", "-d", "toy", "-m", "me5-small", "--colours", colours, "--svg", tmp_path / colours)
    assert (tmp_path / "viridis").read_text() != (tmp_path / "magma").read_text()
    own = cli("bias", *BOTH, "--own-scale").out
    assert len({line for line in own.splitlines() if line.startswith("scale")}) == 2


def test_the_queries_of_a_cell_are_listed_worst_first(cli: Cli):
    toy(models=MODELS)
    one, other = cli("bias", *BOTH, "--matrix", "map", "--pair", "de,th", "--limit", "4", "--json").json
    assert (one["models"], other["models"]) == ([MODELS[0]], [MODELS[1]])
    assert (one["row"], one["column"], one["total"], len(one["queries"])) == ("de", "th", 12, 4)
    values = [query["values"][0] for query in one["queries"]]
    assert values == sorted(values)
    asked = ("--matrix", "map", "--pair", "de,th", "--best", "--limit", "12", "--json")
    every = [query["values"][0] for query in cli("bias", *BOTH, *asked).json[0]["queries"]]
    assert every == sorted(every, reverse=True)
    assert every[-1] == values[0]
    assert all(query["lang"] == "de" and query["ranks"][0] >= 1 for query in one["queries"])
    said = cli(
        "bias", "-d", "toy", "--diff", *MODELS, "--matrix", "map", "--pair", "de, th", "--limit", "3"
    ).out
    assert "1 me5-small, 2 use-m3: mAP, de → th" in said
    assert "3 of 12 queries, worst first" in said
    assert "[/x]" in said


def test_files_hold_what_is_shown(cli: Cli, tmp_path: Path):
    toy(models=MODELS)
    svg, table = tmp_path / "new" / "gap.svg", tmp_path / "gap.csv"
    said = cli("bias", "-d", "toy", "-m", "me5-small", "--svg", svg, "--csv", table)
    assert said.code == 0
    assert said.out == ""
    assert f"wrote {svg}" in said.err
    assert svg.read_text().startswith("<svg")
    (found,) = cli("bias", "-d", "toy", "-m", "me5-small", "--json").json
    with table.open(newline="") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    assert set(LANGS) <= {cell for row in rows for cell in row}
    assert cli("bias", "-d", "toy", "--diff", *MODELS, "--svg", svg).code == 0
    assert "difference" in svg.read_text()
    assert found["values"]


@pytest.mark.parametrize("option", ["--svg", "--csv"])
def test_a_file_holds_one_heatmap(cli: Cli, tmp_path: Path, option: str):
    toy(models=MODELS)
    said = cli("bias", *BOTH, option, tmp_path / "gap")
    assert said.code == 2
    assert "name one --model, or two by --diff" in said.err
    assert not (tmp_path / "gap").exists()


def test_one_language_has_no_bias(cli: Cli):
    toy(langs=["de"])
    for matrix in MATRICES[1:]:
        said = cli("bias", "-d", "toy", "-m", "me5-small", "--matrix", matrix)
        assert said.code == 1
        assert "there is nothing to favour" in said.err
        assert said.out == ""
    assert cli("bias", "-d", "toy", "-m", "me5-small", "--matrix", "map").code == 0


def test_a_run_in_each_language_alone_has_no_bias(cli: Cli, tmp_path: Path):
    toy()
    cli("runs", "export", "me5-small", "-d", "toy", "--setting", "monolingual", "-o", tmp_path / "run")
    cli("runs", "import", tmp_path / "run", "-n", "theirs", "-d", "toy")
    said = cli("bias", "-d", "toy", "-m", "theirs", "--matrix", "mix")
    assert said.code == 1
    assert "theirs ranked no two languages together on toy" in said.err
    (found,) = cli("bias", "-d", "toy", "--diff", "theirs", "me5-small", "--matrix", "map", "--json").json
    assert found["values"] == [[0 if a == b else None for b in LANGS] for a in LANGS]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--matrix", "gap"), "rank-gap"),
        (("--pair", "de"), "--pair de,th"),
        (("--best",), "--best orders the queries of a cell"),
        (("--pair", "de,xx"), "no passage language named 'xx'"),
        (("--order", "size"), "family"),
        (("--colours", "jet"), "magma"),
        (("-m", "me5-smal"), "did you mean me5-small"),
        (("--diff", "me5-small", "use-m4"), "did you mean use-m3"),
        (("--diff", "me5-small"), "--diff"),
        (("-d", "toi"), "did you mean toy"),
        (("-c", "centre"), "did you mean center"),
    ],
)
def test_what_is_asked_wrongly_is_told(cli: Cli, words: tuple[str, ...], said: str):
    toy()
    answer = cli("bias", *(() if "-d" in words else ("-d", "toy")), *words)
    assert answer.code == 2
    assert said in answer.err


def test_help_has_an_example(cli: Cli):
    assert "Example: hybrid-tui bias" in cli("bias", "--help").out
