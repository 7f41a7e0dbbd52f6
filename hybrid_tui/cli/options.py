"""Options that several commands share, and how they name a system."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from hybrid_tui.cli import completion

Data = Annotated[
    str | None,
    typer.Option("--data", "-d", help="Collection. [default: starter]", autocompletion=completion.collection),
]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        help="Model, or a system such as me5-small+center; may be given again. [default: me5-small, use-m3]",
        autocompletion=completion.system,
    ),
]
Corrections = Annotated[
    list[str] | None,
    typer.Option(
        "--correction",
        "-c",
        help="none, center:.75, shift:de or lir, of every model; may be given again. [default: none]",
        autocompletion=completion.correction,
    ),
]
Margin = Annotated[float, typer.Option(min=0, help="How much worse is still not worse.")]
Draws = Annotated[int, typer.Option(min=100, max=1_000_000, help="Random draws of the tests.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the random draws.")]
GroupBy = Annotated[
    str,
    typer.Option(
        help="What is drawn whole: article, paragraph, topic, 'relevant passage' or item. "
        "[default: the coarsest with 20 groups]"
    ),
]
Family = Annotated[
    list[str] | None,
    typer.Option(
        help="Setting to adjust p over, fixed beforehand; the others are exploratory. [default: all]"
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def systems(models: list[str] | None, corrections: list[str] | None) -> list[str]:
    """Return every system under every correction, in its written form, each once."""
    from hybrid_tui.settings import load_config

    suffixes = ["" if each == "none" else f"+{each}" for each in corrections or ["none"]]
    return list(
        dict.fromkeys(model + suffix for model in models or load_config().models for suffix in suffixes)
    )


def listed(codes: str) -> list[str]:
    """Return the parts of a list with commas, such as language codes."""
    return [code.strip() for code in codes.split(",") if code.strip()]


def name_first(name: str, path: str | Path, command: str) -> None:
    """Raise UsageError, with the right order, where NAME and PATH stand in each other's place.

    command: which takes them. Nothing is exchanged unasked: either might be a slip of another kind.
    """
    from hybrid_tui.errors import UsageError

    there = Path(name).expanduser().exists()
    if _NAME.fullmatch(name):
        exchanged = there and not Path(path).expanduser().exists()
    else:
        exchanged = there or "/" in name
    if exchanged and _NAME.fullmatch(str(path)):
        told = f"{path} is no file or folder, {name} is" if there else f"{name} is no name"
        raise UsageError(
            f"{told}: {command} takes the name first, then the path", f"hybrid-tui {command} {path} {name}"
        )
