"""Completion of a command line for bash, zsh and fish, in the words that typer's scripts for them ask for."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from hybrid_tui.cli import command_tree, completion
from hybrid_tui.cli.command_tree import Completed, Node
from hybrid_tui.controls import visible

VARIABLE = "_HYBRID_TUI_COMPLETE"
DATA = {"-d", "--data"}


class CommandLine(NamedTuple):
    """What `completion` asks of a command line: the collection."""

    params: dict[str, str]


def complete() -> bool:
    """Print what completes the command line of the environment; False for a shell that is not known."""
    shell = os.environ[VARIABLE].removeprefix("complete_")
    if shell not in {"bash", "zsh", "fish"}:
        return False
    before = ""
    if shell == "bash":
        words, incomplete, before = _bash()
    else:
        words, incomplete = _words(os.environ.get("_TYPER_COMPLETE_ARGS", ""))
    found = [each.removeprefix(before) for each in completions(words, incomplete)]
    if shell == "zsh":
        listed = "\n".join(f'"{_zsh(each)}"' for each in found)
        answer = f"_arguments '*: :(({listed}))'" if found else "_files"
    elif shell == "fish" and os.environ.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        sys.exit(not found)
    else:
        answer = "\n".join(found)
    sys.stdout.write(f"{visible(answer)}\n")
    return True


def _bash() -> tuple[list[str], str, str]:
    """Return the words before the last, the last, and what of it bash keeps: it breaks words at colons."""
    given, at = _split(os.environ.get("COMP_WORDS", "")), int(os.environ.get("COMP_CWORD", "0"))
    words: list[str] = []
    before, broken = "", False
    for word in given[1 : at + 1]:
        if words and (broken or word == ":"):
            before = words[-1] + ":" * (word == ":")
            words[-1] += word
        else:
            words.append(word)
            before = ""
        broken = word == ":"
    return (words[:-1], words[-1], before) if at < len(given) and words else (words, "", "")


def _words(line: str) -> tuple[list[str], str]:
    words = _split(line)[1:]
    return (words[:-1], words[-1]) if words and not line.endswith(" ") else (words, "")


def _split(line: str) -> list[str]:
    """Return the words of a line whose last quote may be open."""
    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:
        words.append(lexer.token)
    return words


def _zsh(text: str) -> str:
    for char, written in (('"', '""'), ("'", "''"), ("$", "\\$"), ("`", "\\`"), (":", r"\\:")):
        text = text.replace(char, written)
    return text


def completions(words: Sequence[str], incomplete: str) -> list[str]:
    """Return what the last word of a command line may become.

    words: those before it, without the program's own name.
    """
    node = command_tree.tree()
    wanted: list[Completed] = []
    option, data, given = "", "", 0
    for word in words:
        if wanted:
            wanted = wanted[1:]
            data = word if option in DATA else data
        elif word.startswith("-"):
            wanted, option = node["options"].get(word, []), word
        elif word in node["commands"]:
            node = node["commands"][word]
        else:
            given += 1
    if wanted:
        found = _values(wanted[0], data, incomplete)
    elif incomplete.startswith("-"):
        found = list(node["options"])
    elif node["commands"]:
        found = list(node["commands"])
    else:
        found = _values(_argument(node, given), data, incomplete)
    return [each for each in found if each.startswith(incomplete)]


def _argument(node: Node, given: int) -> Completed:
    arguments = node["arguments"]
    if given >= len(arguments) and node["endless"]:
        return arguments[-1]
    return arguments[given] if given < len(arguments) else ""


def _values(completed: Completed, data: str, incomplete: str) -> list[str]:
    if isinstance(completed, list):
        return completed
    asked: Any = getattr(completion, completed) if completed else None
    found: list[str] = asked(CommandLine({"data": data}), incomplete) if asked else []
    return found
