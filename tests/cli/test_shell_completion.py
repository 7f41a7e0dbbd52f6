"""Names completed in a shell, as bash, zsh and fish ask for them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hybrid_tui.cli.command_tree import described, tree
from hybrid_tui.cli.shell_completion import complete, completions
from hybrid_tui.jobs.notes import JobNote
from hybrid_tui.jobs.running import holding

from ..toys import MODELS, toy

HEAVY = (
    "dataclasses",
    "msgspec",
    "filelock",
    "torch",
    "polars",
    "numpy",
    "transformers",
    "faiss",
    "textual",
    "rich",
    "typer",
    "pydantic",
)
Complete = Callable[..., str]
CODE = f"""
import sys
from hybrid_tui.__main__ import main
try:
    main()
finally:
    print("loaded", *(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)
"""


@pytest.fixture
def completed(own_folders) -> Complete:
    """Complete the last word of a command line in a process of its own, which loads nothing heavy."""
    tree()

    def complete(line: str, shell: str = "bash", **environment: str) -> str:
        words = line.split(" ")
        asked = {
            "_HYBRID_TUI_COMPLETE": f"complete_{shell}",
            "COMP_WORDS": "\n".join(words),
            "COMP_CWORD": str(len(words) - 1),
            "_TYPER_COMPLETE_ARGS": line,
        }
        found = subprocess.run(
            [sys.executable, "-c", CODE],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=os.environ | asked | environment,
        )
        assert found.stderr.split() == ["loaded"], found.stderr
        return found.stdout.strip() or str(found.returncode)

    return complete


def test_each_shell_is_answered_in_its_words(completed: Complete):
    line = "hybrid-tui search x -m me5-small-lora-"
    names = [f"me5-small-lora-{sampler}" for sampler in ("cross", "hybrid", "mono")]
    assert completed(line).split() == names
    listed = "\n".join(f'"{name}"' for name in names)
    assert completed(line, "zsh") == f"_arguments '*: :(({listed}))'"
    assert completed("hybrid-tui data check x", "zsh") == "_files"
    assert completed("hybrid-tui jobs stop x") == "0"
    assert completed(line, "fish", _TYPER_COMPLETE_FISH_ACTION="get-args").split() == names
    assert completed(line, "fish", _TYPER_COMPLETE_FISH_ACTION="is-args") == "0"
    assert completed("hybrid-tui x", "fish", _TYPER_COMPLETE_FISH_ACTION="is-args") == "1"


def test_an_open_quote_is_no_matter(completed: Complete):
    assert completed("hybrid-tui search 'wer -m me5-small-lora-h") == "0"
    assert completed("hybrid-tui compare 'me5-small-lora-h") == "me5-small-lora-hybrid"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["starter", ":", "te"], ["test"]),
        (["starter", ":"], ["test", "train"]),
        (["starter:te"], ["starter:test"]),  # COMP_WORDBREAKS without the colon
    ],
)
def test_bash_which_breaks_words_at_colons_gets_what_it_lacks(
    words: list[str], answer: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    line = ["hybrid-tui", "search", "x", "-d", *words]
    monkeypatch.setenv("_HYBRID_TUI_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "\n".join(line))
    monkeypatch.setenv("COMP_CWORD", str(len(line) - 1))
    assert complete()
    assert capsys.readouterr().out.split() == answer


@pytest.mark.parametrize(
    ("shell", "file"), [("bash", ".bash_completions/hybrid-tui.sh"), ("zsh", ".zfunc/_hybrid-tui")]
)
def test_it_is_installed_for_the_command_however_that_was_started(shell: str, file: str, tmp_path: Path):
    subprocess.run(
        [sys.executable, "-m", "hybrid_tui", "--install-completion", shell],
        check=True,
        capture_output=True,
        env=os.environ | {"HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
    )
    (written,) = (tmp_path / file).parent.iterdir()
    assert written == tmp_path / file
    script = written.read_text()
    assert "_HYBRID_TUI_COMPLETE=complete_" in script
    assert {"complete -o default -F _hybrid_tui_completion hybrid-tui", "#compdef hybrid-tui"} & set(
        script.splitlines()
    )


def test_jobs_are_completed_where_they_can_be_stopped_or_gone_on_with():
    def note(name: str) -> JobNote:
        return JobNote(kind="evaluation", name=name, title=name, folder="/", arguments=())

    with holding(note("done")):
        pass
    with pytest.raises(KeyboardInterrupt), holding(note("halted")):
        raise KeyboardInterrupt
    with holding(note("going")):
        assert completions(["jobs", "stop"], "") == ["going"]
        assert completions(["jobs", "resume"], "") == ["halted"]


def test_splits_are_completed():
    assert completions(["data", "show"], "st") == ["starter", "starter:test", "starter:train"]


def test_commands_options_and_choices_are_completed():
    assert completions([], "eva") == ["evaluate", "evaluations"]
    assert completions(["data"], "ad") == ["add"]
    assert completions(["evaluate"], "--mem") == ["--memory"]
    assert completions(["evaluate", "--by"], "") == ["language", "pair"]
    assert completions(["search", "x", "--json", "-m"], "use-m3-") == [
        "use-m3-head-cross",
        "use-m3-head-hybrid",
        "use-m3-head-mono",
    ]


def test_corrections_follow_a_model():
    assert completions(["compare", "me5-small"], "use-m3+") == ["use-m3+center", "use-m3+lir", "use-m3+shift"]
    assert completions(["bias", "--diff", "me5-small"], "use-m3+c") == ["use-m3+center"]
    assert completions(["verdict", "a", "b", "c"], "use-m3+c") == ["use-m3+center"]
    assert completions(["compare", "a", "b", "c"], "use-m3+c") == []


def test_what_the_user_keeps_is_completed(cli):
    toy("mine", models=MODELS[:1])
    cli("evaluate", "-d", "mine", "-m", MODELS[0], "-c", "center")
    assert completions(["evaluate", "--data"], "m") == ["mine"]
    assert completions(["evaluations", "remove", "--data", "mine"], "me5") == ["me5-small+center"]
    assert completions(["evaluations", "remove", "-d", "starter"], "me5") == []


def test_the_file_is_made_anew_for_another_version(own_folders):
    made = tree()
    file = own_folders / "cache" / "hybrid-tui" / "completion.json"
    for content in ("", "[]", '{"key": "another", "tree": {}}', "{" * 10_000):
        file.write_text(content)
        assert tree() == made == described()


TAKES = {
    "starter": [
        ("search", "x", "-d"),
        ("explore", "-d"),
        ("serve", "-d"),
        ("compare", "a", "b", "-d"),
        ("bias", "-d"),
        ("verdict", "-d"),
        ("report", "-d"),
        ("train", "-d"),
        ("sweep", "-d"),
        ("train", "--validation-data"),
        ("runs", "export", "-d"),
        ("runs", "import", "-d"),
        ("evaluations", "list", "-d"),
        ("data", "show"),
    ],
    "me5-small": [
        ("search", "x", "-m"),
        ("explore", "-m"),
        ("serve", "-m"),
        ("evaluate", "-m"),
        ("bias", "-m"),
        ("bias", "--diff"),
        ("compare",),
        ("compare", "a"),
        ("verdict",),
        ("runs", "export"),
        ("train", "-b"),
        ("sweep", "-b"),
        ("mteb", "-m"),
        ("models", "show"),
        ("models", "export"),
        ("models", "check"),
    ],
    "shift": [("search", "x", "-c"), ("evaluate", "-c"), ("bias", "-c")],
}


@pytest.mark.parametrize("name", TAKES)
def test_every_option_that_takes_a_name_completes_it(name: str):
    for words in TAKES[name]:
        assert name in completions(words, name[:2]), words
