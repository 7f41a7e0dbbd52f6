from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from hybrid_tui import settings
from hybrid_tui.corpus import catalog

from ..toys import MODELS, failing, toy
from .conftest import Cli

QUICK = ("--draws", "200", "-d", "toy")


@pytest.fixture(autouse=True)
def kept(cli: Cli) -> None:
    toy(models=MODELS)
    cli("evaluate", "-d", "toy", "-c", "none", "-c", "center")


def test_markdown_links_figures_that_are_there(cli: Cli, tmp_path: Path):
    out = tmp_path / "new folder" / "RESULTS.md"
    said = cli("report", *QUICK, "--out", out)
    assert said.code == 0, said.err
    assert said.out == ""
    assert said.err == f"wrote {out}, 4 figures\n"
    text = out.read_text()
    assert text.startswith("# Results on toy\n")
    links = re.findall(r"\]\(([^)]+\.svg)\)", text)
    assert len(links) == 4, "of the two systems without a correction"
    for link in links:
        assert (out.parent / link).read_text().startswith("<svg")
    assert "hybrid-tui evaluate --data toy --model me5-small+center" in text


def test_figures_can_stand_elsewhere(cli: Cli, tmp_path: Path):
    out = tmp_path / "RESULTS.md"
    assert cli("report", *QUICK, "--out", out, "--figures", tmp_path / "docs" / "my results").code == 0
    (first, *_) = re.findall(r"\]\(([^)]+\.svg)\)", out.read_text())
    assert first == "docs/my%20results/map-me5-small.svg"
    assert (tmp_path / "docs" / "my results" / "map-me5-small.svg").exists()


def test_html_stands_alone(cli: Cli, tmp_path: Path):
    out = tmp_path / "results.html"
    assert cli("report", *QUICK, "--out", out).code == 0
    assert out.read_text().count("<svg") == 4
    assert list(tmp_path.iterdir()) == [out]


def test_latex(cli: Cli, tmp_path: Path):
    out = tmp_path / "results.tex"
    found = cli("report", *QUICK, "--out", out, "-s", "use-m3", "-s", "me5-small", "--json").json
    assert found["collection"] == "toy"
    assert found["files"][-1] == str(out)
    assert len(found["files"]) == 5
    assert all(Path(file).exists() for file in found["files"])
    text = out.read_text()
    assert "mAP above or below use-m3 beyond chance" in text
    assert "center" not in text
    assert r"\includesvg[width=\linewidth]{results-figures/map-use-m3}" in text


def test_the_same_evaluations_make_the_same_report(cli: Cli, tmp_path: Path):
    for name in ("a.html", "b.html"):
        cli("report", *QUICK, "--out", tmp_path / name)
    assert (tmp_path / "a.html").read_text() == (tmp_path / "b.html").read_text()


def test_one_language_alone(cli: Cli, tmp_path: Path):
    toy("alone", langs=["de"])
    cli("evaluate", "-d", "alone", "-m", "me5-small")
    assert cli("report", "-d", "alone", "--out", tmp_path / "r.md").code == 0
    text = (tmp_path / "r.md").read_text()
    assert "Language bias" not in text
    assert "Cross-lingual" not in text


def test_of_a_collection_that_changed_the_present_evaluations_are_told(cli: Cli, tmp_path: Path):
    catalog.remove("toy")
    toy(items=9)
    said = cli("report", *QUICK, "--out", tmp_path / "r.md")
    assert said.code == 2
    assert "hybrid-tui evaluate --data toy makes one" in said.err
    cli("evaluate", "-d", "toy", "-m", "me5-small")
    assert cli("report", *QUICK, "--out", tmp_path / "r.md").code == 0
    text = (tmp_path / "r.md").read_text()
    assert "9 items with 27 queries" in text
    assert "use-m3" not in text
    said = cli("report", *QUICK, "--out", tmp_path / "r.md", "-s", "me5-small", "-s", "use-m3")
    assert said.code == 2
    assert "different collections" in said.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "r.pdf"), "one of .md, .html, .tex"),
        (("--out", "r"), "one of .md, .html, .tex"),
        (("--out", "r.md", "-s", "me5-smal"), "did you mean me5-small"),
        (("--out", "r.md", "-d", "toi"), "did you mean toy"),
        (("--out", "r.md", "-d", "starter"), "hybrid-tui evaluate --data starter makes one"),
        ((), "--out"),
    ],
)
def test_what_is_asked_wrongly_is_told(
    cli: Cli, words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    answer = cli("report", *(() if "-d" in words else QUICK), *words)
    assert answer.code == 2
    assert said in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_evaluation_is_told_with_the_way_out(cli: Cli, tmp_path: Path):
    folder = next((settings.data_dir() / "evaluations").glob("toy--use-m3@*"))
    (folder / "values.parquet").unlink()
    said = cli("report", *QUICK, "--out", tmp_path / "r.md")
    assert said.code == 1
    assert "toy--use-m3@" in said.err
    assert "hint: evaluate again" in said.err
    cli("evaluate", "-d", "toy", "-m", "use-m3")
    assert cli("report", *QUICK, "--out", tmp_path / "r.md").code == 0


def test_a_full_disk_leaves_the_old_report(cli: Cli, tmp_path: Path):
    out = tmp_path / "r.html"
    out.write_text("old")
    with failing(settings.os, "fsync", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))):
        said = cli("report", *QUICK, "--out", out)
    assert said.code == 1
    assert f"cannot write {out}: No space left on device" in said.err
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_help_has_an_example(cli: Cli):
    assert "Example: hybrid-tui report" in cli("report", "--help").out
