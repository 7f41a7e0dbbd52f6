"""The command line in this process, as `main` runs it: exit codes, stdout and stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from hybrid_tui.cli import output
from hybrid_tui.cli.app import main


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def lines(self) -> list[list[str]]:
        """The words of each line, for tables."""
        return [line.split() for line in self.out.splitlines()]


Cli = Callable[..., Said]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run `hybrid-tui` with words, 80 columns wide unless told otherwise."""

    def run(*words: object, columns: int = 80) -> Said:
        monkeypatch.setattr(sys, "argv", ["hybrid-tui", *map(str, words)])
        monkeypatch.setenv("COLUMNS", str(columns))
        output.console.cache_clear()
        capsys.readouterr()
        code: Any = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
        return Said(code, *capsys.readouterr())

    return run
