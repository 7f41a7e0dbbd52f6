from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hybrid_tui.encoders import registry

from .. import trained_models
from ..checkpoints import checkpoint

pytestmark = pytest.mark.usefixtures("nothing_shipped")
TINY = {"encoder.layer.0.attention.self.query": (16, 16)}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(checkpoint(tmp_path_factory.mktemp("tiny")))


@pytest.fixture
def folder(tiny: str, tmp_path: Path) -> Path:
    return trained_models.lora(tmp_path / "mine", tiny, TINY)


def test_a_model_is_added_listed_shown_and_removed(cli, folder: Path, tiny: str):
    assert cli("models", "add", "mine", folder).out == f"added mine: {tiny}, lora, hybrid\n"
    assert cli("models", "add", "mine", folder).out.startswith("already there: mine")
    assert cli("models", "add", "theirs", folder, "--json").json["new"] is True
    listed = {facts["name"]: facts for facts in cli("models", "list", "--json").json}
    assert listed["mine"]["fingerprint"] == listed["theirs"]["fingerprint"]
    assert "theirs" in cli("models", "list").out
    facts = cli("models", "show", "mine", "--json").json
    assert (facts["sampler"], facts["seed"], facts["settings"]["loss"]) == ("hybrid", 7, "[/x]")
    assert facts["data"][0]["rows"] == 9
    shown = cli("models", "show", "mine", columns=200).out
    assert "loss = [/x]" in shown
    assert "langs = de, en" in shown
    assert cli("models", "remove", "theirs", "--yes").out == "removed theirs\n"
    assert cli("models", "remove", "mine", "--yes", "--json").json == {"name": "mine", "removed": True}
    assert not registry.folders()


def test_the_other_order_is_told_and_nothing_is_added(cli, folder: Path):
    said = cli("models", "add", folder, "mine")
    assert said.code == 2
    assert f"hybrid-tui models add mine {folder}" in said.err
    assert not registry.folders()
    assert cli("models", "add", folder).code == 2


def test_a_broken_model_is_listed_with_what_is_wrong(cli, folder: Path):
    cli("models", "add", "mine", folder)
    (registry.user_models_dir() / "mine" / "model.toml").write_text("seed = ")
    (facts,) = [facts for facts in cli("models", "list", "--json").json if facts["name"] == "mine"]
    assert not facts["available"]
    assert "model.toml" in facts["note"]
    said = cli("models", "show", "mine")
    assert said.code == 1
    assert "model.toml" in said.err


def test_a_manifest_cannot_command_the_terminal(cli, folder: Path):
    text = (folder / "model.toml").read_text()
    (folder / "model.toml").write_text(text.replace("[/x]", "\\u001b]0;x"))
    said = cli("models", "show", folder)
    assert said.code == 0
    assert "\x1b" not in said.out


def test_removing_asks(cli, folder: Path, monkeypatch: pytest.MonkeyPatch):
    cli("models", "add", "mine", folder)
    said = cli("models", "remove", "mine")
    assert said.code == 2
    assert "--yes" in said.err
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    for answer, code in ((False, 1), (True, 0)):
        monkeypatch.setattr("hybrid_tui.cli.output.confirm", lambda _, answer=answer: answer)
        assert cli("models", "remove", "mine").code == code
    assert not registry.folders()


@pytest.mark.parametrize("name", ["me5-small", "nothing"])
def test_what_is_not_the_users_is_not_removed(cli, name: str):
    said = cli("models", "remove", name, "--yes")
    assert said.code == 2
    assert name in said.err


def test_a_model_is_exported(cli, folder: Path, tmp_path: Path):
    said = cli("models", "export", folder, tmp_path / "out")
    assert said.code == 0
    assert str(tmp_path / "out") in said.out
    assert (tmp_path / "out" / "modules.json").exists()
    assert cli("models", "export", folder, tmp_path / "out").code == 2
    facts = cli("models", "export", folder, tmp_path / "out", "--overwrite", "--json").json
    assert facts["folder"] == str(tmp_path / "out")
    assert facts["bytes"] > 0


def test_use_m3_is_not_exported(cli, tmp_path: Path):
    said = cli("models", "export", "use-m3", tmp_path / "out")
    assert said.code == 2
    assert "use-m3 cannot be exported" in said.err


@pytest.mark.parametrize("command", ["list", "show", "export", "add", "merge", "remove"])
def test_help_has_an_example(cli, command: str):
    assert f"Example: hybrid-tui models {command}" in cli("models", command, "--help").out


def test_models_are_merged(cli, tmp_path: Path):
    names = [trained_models.head(tmp_path / f"h{noise}", noise=noise) for noise in range(2)]
    said = cli("models", "merge", *names, "--name", "soup", "--weights", ".5,.5")
    assert (said.code, said.out) == (0, "made soup: me5-small, head, merged\n")
    said = cli("models", "merge", *names, "--name", "other", "--weights", "half,half")
    assert said.code == 2
    assert "'half,half' are no numbers" in said.err
