"""Names completed in a shell, as bash asks for them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from ..toys import MODELS, toy

HEAVY = ("torch", "polars", "numpy", "transformers", "faiss", "textual", "rich")
Complete = Callable[[str], list[str]]
CODE = f"""
import sys
sys.argv[0] = "hybrid-tui"
from hybrid_tui.cli.app import main
try:
    main()
finally:
    loaded = [name for name in {HEAVY!r} if name in sys.modules]
    print("loaded", *loaded, file=sys.stderr)
"""


@pytest.fixture
def completed(own_folders) -> Complete:
    """Complete the last word of a command line in a process of its own; nothing heavy is loaded."""

    def complete(line: str) -> list[str]:
        words = line.split(" ")
        found = subprocess.run(
            [sys.executable, "-c", CODE],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=os.environ
            | {
                "_HYBRID_TUI_COMPLETE": "complete_bash",
                "COMP_WORDS": "\n".join(words),
                "COMP_CWORD": str(len(words) - 1),
            },
        )
        assert found.stderr.splitlines()[-1:] == ["loaded"], found.stderr
        return found.stdout.split()

    return complete


def test_models_and_corrections_are_completed(completed: Complete):
    assert completed("hybrid-tui search x -m me5-small-lora-h") == ["me5-small-lora-hybrid"]
    assert completed("hybrid-tui compare me5-small use-m3+") == [
        "use-m3+center",
        "use-m3+lir",
        "use-m3+shift",
    ]


def test_what_the_user_keeps_is_completed(completed: Complete, cli):
    toy("mine", models=MODELS[:1])
    cli("evaluate", "-d", "mine", "-m", MODELS[0], "-c", "center")
    assert completed("hybrid-tui evaluate --data m") == ["mine"]
    assert completed("hybrid-tui evaluations remove --data mine me5") == ["me5-small+center"]
    assert completed("hybrid-tui evaluations remove --data starter me5") == []


TAKES = {
    "starter": [
        ("search", "x", "-d"),
        ("explore", "-d"),
        ("evaluate", "--fit-on"),
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
def test_every_option_that_takes_a_name_completes_it(name: str, monkeypatch: pytest.MonkeyPatch):
    from typer._completion_classes import BashComplete
    from typer.main import get_command

    from hybrid_tui.cli.app import app

    command = get_command(app)
    asked = BashComplete(command, {}, "hybrid-tui", "_HYBRID_TUI_COMPLETE")
    for words in TAKES[name]:
        found = [each.value for each in asked.get_completions([*words], name[:2])]
        assert name in found, words
