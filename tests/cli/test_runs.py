from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import pytrec_eval

from hybrid_tui.api.runs import export_run, import_run
from hybrid_tui.encoders import registry
from hybrid_tui.evaluation import imported_runs, results, trec_lines

from ..toys import LANGS, toy
from .conftest import Cli


@pytest.fixture(autouse=True)
def collection() -> None:
    toy()


@pytest.fixture
def run(cli: Cli, tmp_path: Path) -> Path:
    """A run of the whole pool."""
    path = tmp_path / "me5.run"
    assert cli("runs", "export", "me5-small", "-d", "toy", "-k", 36, "--out", path).code == 0
    return path


def figures(cli: Cli, name: str) -> dict[str, dict[str, float]]:
    (found,) = cli("evaluate", "-d", "toy", "-m", name, "--json").json["results"]
    return found


@pytest.mark.parametrize(("setting", "pool"), [("multilingual", 36), ("monolingual", 12), ("de", 12)])
def test_pytrec_eval_finds_our_figures_in_what_is_exported(cli: Cli, tmp_path: Path, setting: str, pool: int):
    run, qrels = tmp_path / "a.run", tmp_path / "a.qrels"
    words = ("-d", "toy", "-k", 36, "--setting", setting, "--out", run, "--qrels", qrels)
    said = cli("runs", "export", "me5-small", *words)
    assert said.code == 0, said.err
    assert said.out == ""
    assert said.err.endswith(f"wrote {run} and {qrels}: 36 queries\n")
    with run.open() as lines, qrels.open() as answers:
        parsed = pytrec_eval.parse_run(lines)
        evaluator = pytrec_eval.RelevanceEvaluator(pytrec_eval.parse_qrel(answers), {"map"})
    assert {len(passages) for passages in parsed.values()} == {pool}
    theirs = evaluator.evaluate(parsed)
    ours = figures(cli, "me5-small")
    if setting == "de":
        cells = [ours["by_pair"][lang]["de"]["mAP"] for lang in LANGS]
        wanted = sum(cells) / 3
    else:
        wanted = ours[setting]["mAP"]
    assert sum(each["map"] for each in theirs.values()) / 36 == pytest.approx(wanted, abs=1e-9)


def test_an_export_tells_its_files_in_json(cli: Cli, tmp_path: Path):
    run = tmp_path / "a.run.gz"
    found = cli("runs", "export", "me5-small+center", "-d", "toy", "-o", run, "--json").json
    assert found == {"collection": "toy", "files": [str(run)], "queries": 36}
    with gzip.open(run, "rt") as lines:
        assert lines.readline().split()[5] == "me5-small+center"


def test_there_and_back_the_figures_are_the_same(cli: Cli, run: Path):
    said = cli("runs", "import", run, "--name", "theirs", "-d", "toy")
    assert said.out == "kept theirs on toy: 36 queries\n"
    ours, theirs = figures(cli, "me5-small"), figures(cli, "theirs")
    assert theirs["model"] == "theirs"
    for setting in ("monolingual", "cross-lingual", "multilingual"):
        assert theirs[setting] == ours[setting]
    assert theirs["rank_distance"] == ours["rank_distance"]
    found = cli("compare", "me5-small", "theirs", "-d", "toy", "--draws", 100, "--json").json
    assert {each["difference"] for each in found["settings"].values()} == {0}


def test_an_imported_run_is_exported_as_far_as_it_is_kept(
    cli: Cli, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(imported_runs, "RUN_TOP", 10)
    cli("runs", "import", run, "-n", "theirs", "-d", "toy")
    again = tmp_path / "again.run"
    assert cli("runs", "export", "theirs", "-d", "toy", "-o", again).code == 0
    first, second = ([line.split()[:4] for line in path.read_text().splitlines()] for path in (run, again))
    assert second == [line for line in first if int(line[3]) <= 10]


def test_of_a_cut_run_nothing_is_told_that_it_does_not_rank(cli: Cli, tmp_path: Path):
    run = tmp_path / "cut.run"
    assert cli("runs", "export", "me5-small", "-d", "toy", "-k", 4, "--out", run).code == 0
    said = cli("runs", "import", run, "-n", "cut", "-d", "toy")
    assert "note: cut ranks the first 4 passages of a query" in said.err
    found = figures(cli, "cut")
    assert found["depth"] == 4
    told = found["told"]["multilingual"]
    assert told["mAP"] < told["queries"] == 36
    assert "R@10" not in found["multilingual"] or told["R@10"] < 36
    assert found["multilingual"]["R@1"] == figures(cli, "me5-small")["multilingual"]["R@1"]
    shown = cli("evaluate", "-d", "toy", "-m", "me5-small", "-m", "cut")
    assert f"(n={told['mAP']})" in shown.out
    assert "ranked without a cut-off but where told" in " ".join(shown.out.split())
    report = tmp_path / "report.md"
    cli("report", "-d", "toy", "-s", "me5-small", "-s", "cut", "--draws", 100, "-o", report)
    assert f"(n={told['mAP']})" in report.read_text(encoding="utf-8")
    assert "note: cut ranks the first 4 passages" in cli("bias", "-d", "toy", "-m", "cut").err
    compared = cli("compare", "me5-small", "cut", "-d", "toy", "--draws", 100, "--json").json
    assert {each["difference"] for each in compared["settings"].values()} == {0}


def test_all_passages_are_exported_unless_told_otherwise(cli: Cli, tmp_path: Path):
    run = tmp_path / "all.run"
    assert cli("runs", "export", "me5-small", "-d", "toy", "--out", run).code == 0
    assert len(run.read_text().splitlines()) == 36 * 36


def test_beside_a_run_in_each_language_alone_cells_stay_empty(cli: Cli, tmp_path: Path):
    run = tmp_path / "mono.run"
    cli("runs", "export", "me5-small", "-d", "toy", "--setting", "monolingual", "-o", run)
    assert cli("runs", "import", run, "-n", "mono", "-d", "toy").code == 0
    for models in (("mono", "me5-small"), ("me5-small", "mono")):
        words = [word for name in models for word in ("-m", name)]
        said = cli("evaluate", "-d", "toy", *words, "--by", "language")
        assert said.code == 0, said.err
        rows = [len(words) for words in said.lines if words[:1] == ["mono"] and len(words) != 2]
        assert rows[:3] == [6, 1, 1]
    (found,) = cli("evaluate", "-d", "toy", "-m", "mono", "--json").json["results"]
    assert not {"cross-lingual", "multilingual", "rank_distance"} & set(found)
    compared = cli("compare", "me5-small", "mono", "-d", "toy", "--draws", 100, "--json").json
    assert list(compared["settings"]) == ["monolingual"]


def test_queries_without_a_line_are_counted(cli: Cli, run: Path):
    lines = [line for line in run.read_text().splitlines() if not line.startswith("de-q3 ")]
    run.write_text("\n".join(lines))
    said = cli("runs", "import", run, "-n", "theirs", "-d", "toy")
    assert said.out == "kept theirs on toy: 36 queries, 1 without a line\n"
    found = cli("runs", "import", run, "-n", "theirs", "-d", "toy", "--json").json
    assert (found["model"], found["sampler"], found["unanswered"]) == ("theirs", "imported", 1)
    assert figures(cli, "theirs")["monolingual"]["R@10"] < figures(cli, "me5-small")["monolingual"]["R@10"]


def test_a_newer_run_of_the_same_name_is_the_one_that_is_meant(cli: Cli, run: Path):
    cli("runs", "import", run, "-n", "theirs", "-d", "toy")
    lines = run.read_text().splitlines()
    run.write_text("\n".join(line for line in lines if not line.startswith("de-q3 ")))
    cli("runs", "import", run, "-n", "theirs", "-d", "toy")
    assert figures(cli, "theirs")["monolingual"]["R@10"] < figures(cli, "me5-small")["monolingual"]["R@10"]
    cli("evaluations", "remove", "theirs", "-d", "toy")
    assert [each.manifest.model for each in results.kept()] == ["me5-small"]


GOOD = "de-q0 Q0 de-p0 1 0.9 t"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([GOOD, "nobody Q0 de-p1 2 0.8 t"], ("line 2", "'nobody'")),
        ([GOOD, "de-q0 Q0 nothing 2 0.8 t"], ("line 2", "'nothing'")),
        ([GOOD, GOOD], ("line 2", "de-p0")),
        ([GOOD, "", "de-q0 Q0 de-p1 2"], ("line 3", "columns")),
        ([GOOD, "de-q0 Q0 de-p1 two 0.8 t"], ("line 2", "'two'")),
        ([GOOD, "de-q0 Q0 de-p1 2 nan t"], ("line 2", "'nan'")),
        ([], ("empty",)),
    ],
)
def test_what_is_wrong_in_a_run_is_told_with_its_line(
    cli: Cli, tmp_path: Path, lines: list[str], said: tuple[str, ...]
):
    run = tmp_path / "bad.run"
    run.write_text("\n".join(lines))
    answer = cli("runs", "import", run, "-n", "bad", "-d", "toy")
    assert answer.code == 1, answer.out
    assert str(run) in answer.err
    assert all(word in answer.err for word in said), answer.err
    assert "Traceback" not in answer.err
    assert results.kept() == []


def test_runs_that_were_imported_are_listed(cli: Cli, run: Path, tmp_path: Path):
    cli("evaluate", "-d", "toy", "-m", "me5-small")
    assert cli("runs", "list").out == "none yet: hybrid-tui runs import keeps one\n"
    assert cli("runs", "list", "--json").json == []
    best = [line for line in run.read_text().splitlines() if int(line.split()[3]) <= 5]
    (tmp_path / "cut.run").write_text("\n".join(best).replace("me5-small", "[/x]"))
    cli("runs", "import", run, "-n", "whole", "-d", "toy")
    cli("runs", "import", tmp_path / "cut.run", "-n", "cut", "-d", "toy")
    assert cli("runs", "list").out.splitlines() == [
        "run\tcollection\ttag\tdepth\tqueries",
        "cut\ttoy\t[/x]\t5\t36",
        "whole\ttoy\tme5-small\tall\t36",
    ]
    listed = cli("runs", "list", "--json").json
    assert [(each["name"], each["tag"], each["depth"]) for each in listed] == [
        ("cut", "[/x]", 5),
        ("whole", "me5-small", 0),
    ]


def test_how_far_an_export_and_an_import_are_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(imported_runs, "MEGABYTE", 1)
    monkeypatch.setattr(trec_lines, "_BLOCK", 1 << 14)
    told: list[tuple[str, int, int]] = []

    def shares(step: str) -> list[int]:
        found = [done for name, done, total in told if name == step and total]
        assert found == sorted(found)
        return found

    export_run("me5-small", tmp_path / "a.run", "toy", progress=lambda *each: told.append(each))
    assert set(shares("me5-small: ranking and writing")) >= {6, 12, 18, 36}
    import_run(tmp_path / "a.run", "theirs", "toy", progress=lambda *each: told.append(each))
    size = (tmp_path / "a.run").stat().st_size
    assert shares("theirs: reading a.run (MB)") == [*range(1 << 14, size, 1 << 14), size]
    assert told[-1] == ("theirs: measuring", 0, 0)


def test_the_name_of_a_damaged_model_is_taken(cli: Cli, run: Path):
    folder = registry.user_models_dir() / "torn"
    folder.mkdir(parents=True)
    (folder / registry.MANIFEST).write_text("?")
    assert "'torn' is the name of a system" in cli("runs", "import", run, "-n", "torn", "-d", "toy").err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "me5-smal", "-o", "x"), "did you mean me5-small"),
        (("export", "me5-small", "-o", "x", "--setting", "monolingua"), "did you mean monolingual"),
        (("export", "me5-small", "-o", "x", "-d", "toi"), "did you mean toy"),
        (("export", "me5-small", "-o", "x", "-k", "0"), "-k"),
        (("import", "me5.run", "-n", "me5-small"), "is the name of a system"),
        (("import", "me5.run", "-n", "me5-small+shift"), "is the name of a system"),
        (("import", "me5.run", "-n", ""), "a run needs a name"),
        (("import", "me5.run", "-n", "a" * 101), "at most 100 characters"),
        (("import", "me5.run", "-n", "x", "--langs", "de,xx"), "no passage language in toy named 'xx'"),
    ],
)
def test_what_is_asked_wrongly_is_told(
    cli: Cli, run: Path, words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(run.parent)
    answer = cli("runs", *words, *(() if "-d" in words else ("-d", "toy")))
    assert answer.code == 2
    assert said in answer.err
    assert [path.name for path in run.parent.iterdir()] == ["me5.run"]
    assert results.kept() == []


def test_a_run_that_is_not_there_is_told(cli: Cli, tmp_path: Path):
    for path in (tmp_path / "none.run", tmp_path):
        said = cli("runs", "import", path, "-n", "x", "-d", "toy")
        assert said.code in {1, 2}
        assert str(path) in said.err
        assert "Traceback" not in said.err


@pytest.mark.parametrize("command", ["list", "export", "import"])
def test_help_has_an_example(cli: Cli, command: str):
    assert f"Example: hybrid-tui runs {command}" in cli("runs", command, "--help").out
