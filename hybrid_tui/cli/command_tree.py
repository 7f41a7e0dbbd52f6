"""The commands with their options and what completes them, kept in a file: typer takes long to load."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from hybrid_tui import settings
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.version import __version__

if TYPE_CHECKING:
    from typer import Context

Completed = str | list[str]
"""What completes a value: a function of `completion` by its name, "" for none, or the values."""


class Node(TypedDict):
    """A command, or a group of them.

    options: what completes the values that follow each; none for a flag. arguments: what completes each;
    endless: whether the last of them may be given again.
    """

    commands: dict[str, Node]
    options: dict[str, list[Completed]]
    arguments: list[Completed]
    endless: bool


def tree() -> Node:
    """Return the root command, from the file where it is there and of this version."""
    file, key = settings.cache_dir() / "completion.json", _key()
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        kept = json.loads(file.read_bytes())
        if kept["key"] == key:
            found: Node = kept["tree"]
            return found
    made = described()
    with contextlib.suppress(HybridTuiError), settings.replacing(file) as out:
        json.dump({"key": key, "tree": made}, out)
    return made


def _key() -> str:
    """Return what changes with the commands."""
    changed = max(file.stat().st_mtime_ns for file in Path(__file__).parent.glob("*.py"))
    return f"{__version__} {__file__} {changed}"


def described() -> Node:
    """Return the root command as typer knows it."""
    from typer import Context
    from typer.main import get_command

    from hybrid_tui.cli.app import app

    root = get_command(app)
    return _node(root, Context(root))


def _node(command: Any, context: Context) -> Node:
    node: Node = {"commands": {}, "options": {}, "arguments": [], "endless": False}
    for param in command.params:
        completed = _completed(param, context)
        if param.param_type_name == "argument":
            node["arguments"].append(completed)
            node["endless"] = param.nargs == -1
        else:
            values = 0 if param.is_flag else param.nargs
            node["options"] |= {name: [completed] * values for name in (*param.opts, *param.secondary_opts)}
    for name, each in getattr(command, "commands", {}).items():
        node["commands"][name] = _node(each, context)
    node["options"]["--help"] = []
    return node


def _completed(param: Any, context: Context) -> Completed:
    from hybrid_tui.cli.completion import ASK

    named: list[str] = [item.value for item in param.shell_complete(context, ASK)]
    if named and named[0] != ASK:
        return named[0].removeprefix(ASK)
    return [item.value for item in param.shell_complete(context, "") if item.type == "plain"] or ""
