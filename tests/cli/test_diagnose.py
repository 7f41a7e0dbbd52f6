"""`diagnose` from files to the page: a real model on a dozen of them, a tiny one, and what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from hybrid_tui.corpus import catalog

from ..checkpoints import checkpoint
from .conftest import Cli


def write(folder: Path, **counts: int) -> Path:
    """Write passages of the starter collection as files, so many of each language."""
    folder.mkdir()
    for lang, count in counts.items():
        texts = catalog.load("starter").passages.filter(lang=lang)["text"].head(count)
        for number, text in enumerate(texts):
            ending, shown = (("txt", text), ("md", f"# A\n\n{text}"), ("html", f"<p>{text}</p>"))[number % 3]
            (folder / f"{lang}-{number}.{ending}").write_text(shown, encoding="utf-8")
    return folder


def test_a_dozen_files_under_a_real_model(cli: Cli, tmp_path: Path) -> None:
    folder = write(tmp_path / "files", de=6, en=6)
    said = cli("diagnose", folder, "-m", "me5-small", "--json").json
    assert [(each["code"], each["passages"]) for each in said["languages"]] == [("de", 6), ("en", 6)]
    assert said["k"] == 3
    figures = said["systems"]["me5-small"]
    assert figures["outcomes"][0]["found"]["value"] > 0.5
    assert "center:.25@starter" in {each["name"] for each in figures["outcomes"]}
    assert any("fewer than 20 passages in de, en" in note for note in said["notes"])
    kinds = {each["kind"]: each for each in said["findings"]}
    assert kinds["found"]["severity"] == "fine"
    assert kinds["own language"]["low"] <= kinds["own language"]["value"] <= kinds["own language"]["high"]


@pytest.mark.usefixtures("one_thread")
def test_page_in_the_terminal_and_as_files(cli: Cli, tmp_path: Path) -> None:
    folder, model = write(tmp_path / "files", de=24, en=24, th=24), str(checkpoint(tmp_path / "model"))
    words = ("diagnose", folder, "-m", model, "-m", "bm25", "--queries", 72)
    said = cli(*words, "-o", tmp_path / "page.md")
    assert said.code == 0, said.err
    assert "Is " in said.out
    assert "German (de)" in said.out
    assert "center:.5" in said.out
    page = (tmp_path / "page.md").read_text("utf-8")
    assert page.startswith("# Is ")
    assert "| quotas |" in page
    assert cli(*words, "-o", tmp_path / "page.html").out == said.out
    assert "<table>" in (tmp_path / "page.html").read_text("utf-8")


@pytest.mark.usefixtures("one_thread")
def test_a_collection_and_one_language(cli: Cli, tmp_path: Path) -> None:
    model = str(checkpoint(tmp_path / "model"))
    said = cli("diagnose", "starter", "-m", model, "--queries", 33, "--passages", 100, "--json").json
    assert said["passages"] == 100
    assert any("100 of 1,320 passages were drawn" in note for note in said["notes"])
    one = cli("diagnose", write(tmp_path / "one", en=12), "-m", model)
    assert "All 12 passages are in English (en)" in one.out
    assert "what would change it" not in one.out
    assert "pushed out" not in one.out


def test_what_cannot_be_used_is_told(cli: Cli, tmp_path: Path) -> None:
    for words, code, told in (
        (["nowhere"], 2, "no collection named"),
        ([tmp_path / "nowhere"], 2, "no such file or folder"),
        ([write(tmp_path / "two", en=1)], 1, "1 passage,"),
        (["starter", "-m", "no-model"], 2, "no-model"),
        ([tmp_path / "two", "-o", "x.doc"], 2, "--out x.doc"),
    ):
        said = cli("diagnose", *words)
        assert said.code == code, said.err
        assert told in said.err
        assert "Traceback" not in said.err
