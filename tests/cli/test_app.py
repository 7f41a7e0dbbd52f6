"""The command line as it is met first: help, errors, streams, what is loaded."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Cli

HEAVY = ("torch", "transformers", "sentence_transformers", "faiss", "datasets", "polars", "numpy")


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, where that is what is asked."""
    return subprocess.run(
        [sys.executable, "-m", "hybrid_tui", *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
        check=False,
    )


def test_help_shows_an_example_of_every_command(cli: Cli):
    assert "explore" in run("--help").stdout
    for words in (
        ("explore",),
        ("search",),
        ("doctor",),
        *(("data", verb) for verb in ("list", "show", "add", "get", "check", "remove")),
        ("models", "list"),
        ("models", "show"),
        ("cache", "show"),
        ("cache", "clear"),
    ):
        assert f"Example: hybrid-tui {' '.join(words)}" in cli(*words, "--help").out


@pytest.mark.parametrize("code", ["from hybrid_tui.cli import app", "import hybrid_tui.tui.app"])
def test_nothing_heavy_is_loaded_for_help_or_the_first_frame(code: str):
    told = f"import sys; {code}; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", told], text=True).strip() == "[]"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("search", " "), 2, "the query is empty"),
        (("search", "x", "--model", "me5-smal"), 2, "did you mean me5-small"),
        (("search", "x", "--data", "startr"), 2, "did you mean starter"),
        (("search", "x", "--langs", "de,xx"), 2, "no passage language in starter named 'xx'"),
        (("search", "x", "--query-lang", "xx"), 2, "no language named 'xx'"),
        (("search", "x", "-k", "0"), 2, "greater than or equal to 1"),
        (("search", "x" * 100_000), 2, "100,000 characters"),
        (("search", "x", "--model", "owner/model"), 1, "owner/model is not on this machine"),
        (("nonsense",), 2, "nonsense"),
        (("models", "show", "nonsense"), 2, "no model named 'nonsense'"),
        (("data", "show", "nonsense"), 2, "no collection named 'nonsense'"),
    ],
)
def test_errors_say_what_and_what_to_do(cli: Cli, words: tuple[str, ...], code: int, said: str):
    result = cli(*words)
    assert result.code == code, result.err
    assert said in result.err
    assert result.out == ""
    assert "Traceback" not in result.err


def test_an_error_ends_the_process_with_its_code_and_no_traceback():
    result = run("search", "x", "--data", "startr", TERM="xterm")
    assert (result.returncode, result.stdout) == (2, "")
    assert "did you mean starter" in result.stderr
    assert "Traceback" not in result.stderr


def test_debug_shows_where():
    assert "Traceback" in run("--debug", "search", " ").stderr


def test_a_broken_configuration_is_named(cli: Cli, own_folders: Path):
    folder = own_folders / "config" / "hybrid-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("colour = 1")
    result = cli("search", "x")
    assert result.code == 2
    assert "config.toml: unknown key 'colour'" in result.err


def test_search_answers_in_json_with_the_true_encoders():
    question = "Welcher Fluss überquert den Äquator zweimal?"
    models = ["-m", "me5-small", "-m", "use-m3"]
    result = run("search", question, *models, "--langs", "de,th", "-k", "3", "--json")
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    answer = json.loads(result.stdout)
    assert [each["system"] for each in answer["results"]] == ["me5-small", "use-m3"]
    first = answer["results"][0]
    assert first["query_lang"] == "de"
    assert first["langs"] == ["de", "th"]
    assert first["pool"] == 240
    assert "Kongo" in first["hits"][0]["text"]
    assert len(first["hits"]) == 3


def test_search_in_a_pipe_is_plain_text(cli: Cli):
    result = cli("search", "[/foo] river", "--model", "use-m3", "--langs", "en", "-k", "2")
    assert result.code == 0, result.err
    assert "use-m3 on starter" in result.out
    assert "\x1b" not in result.out


def test_doctor_and_models_and_cache_tell_in_json(cli: Cli):
    checks = {check["name"]: check for check in cli("doctor", "--json").json}
    assert checks["torch"]["ok"]
    assert checks["model me5-small"]["ok"]
    assert checks["hub"]["ok"] is None
    models = {model["name"]: model for model in cli("models", "list", "--json").json}
    assert models["me5-small"]["available"]
    assert not models["labse"]["available"]
    assert cli("cache", "show", "--json").json["bytes"] == 0
