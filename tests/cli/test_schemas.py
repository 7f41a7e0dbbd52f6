"""docs/json.md: of every command that prints JSON, and as the types say; conftest holds each output to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import typer

from hybrid_tui.cli.app import app
from hybrid_tui.cli.schemas import COMMANDS, document
from tests.cli.conftest import Cli, command_of

from ..toys import toy

PAGE = Path(__file__).parents[2] / "docs" / "json.md"


def printing(command: object, name: str = "") -> Iterator[str]:
    """Yield the names of the commands that take --json."""
    for each, below in getattr(command, "commands", {}).items():
        yield from printing(below, f"{name} {each}".strip())
    if any("--json" in option.opts for option in command.params):
        yield name


def test_every_command_that_prints_json_has_a_schema():
    named = set(printing(typer.main.get_command(app)))
    assert named == {command_of(name.split()) for name in COMMANDS if "--" not in name}


def test_the_page_is_made_of_the_types():
    assert PAGE.read_text(encoding="utf-8") == document(), "python -m hybrid_tui.cli.schemas > docs/json.md"


def test_what_no_test_of_a_command_prints(cli: Cli):
    assert cli("doctor", "--json").json[0]["name"] == "python"
    assert cli("cache", "show", "--json").json["entries"] == []


def test_a_key_too_many_is_noticed(cli: Cli):
    toy()
    said = cli("data", "show", "toy", "--json")
    more = type(said)(0, said.out.replace("{", '{"more": 1,', 1), "", said.command)
    less = type(said)(0, '{"items": "three"}', "", said.command)
    assert said.json["name"] == "toy"
    with pytest.raises(AssertionError):
        more.json  # noqa: B018
    with pytest.raises(msgspec.ValidationError):
        less.json  # noqa: B018
