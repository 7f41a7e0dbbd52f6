"""The command line in this process, as `main` runs it: exit codes, stdout and stderr."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from hybrid_tui.cli import output
from hybrid_tui.cli.app import main
from hybrid_tui.cli.schemas import COMMANDS


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str
    command: str = ""

    @property
    def json(self) -> Any:
        """The JSON that was printed, which is what docs/json.md says of the command, no more and no less."""
        assert self.code == 0, self.err
        value = json.loads(self.out)
        several = self.command == "train --dry-run" and isinstance(value, list)
        for each in value if several else [value]:
            held = msgspec.convert(each, COMMANDS[self.command])
            assert json.loads(msgspec.json.encode(held)) == each
        return value

    @property
    def lines(self) -> list[list[str]]:
        """The words of each line, for tables."""
        return [line.split() for line in self.out.splitlines()]


Cli = Callable[..., Said]


def command_of(words: list[str]) -> str:
    """Return the entry of COMMANDS that a command line is of; "" for none."""
    starts = (" ".join(words[:count]) for count in (3, 2, 1))
    name = next((each for each in starts if each in COMMANDS), "")
    flagged = [f"{name} {word}" for word in words if f"{name} {word}" in COMMANDS]
    return flagged[0] if flagged else name


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run `hybrid-tui` with words, in a pipe or on a terminal, 80 columns wide unless told otherwise.

    What takes long on a busy machine tells no progress: what is said does not depend on a clock.
    """
    monkeypatch.setattr(output, "QUIET_SECONDS", math.inf)

    def run(*words: object, columns: int = 80, terminal: bool = False) -> Said:
        monkeypatch.setattr(sys, "argv", ["hybrid-tui", *map(str, words)])
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TTY_COMPATIBLE", str(int(terminal)))
        output.console.cache_clear()
        capsys.readouterr()
        code: Any = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
        return Said(code, *capsys.readouterr(), command_of([*map(str, words)]))

    return run
