"""`hybrid-tui explore`: the terminal app."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from hybrid_tui.cli import completion

WIDTH = 100
"""Cells of what is printed where nothing tells the width."""

Query = Annotated[str, typer.Argument(help="A query to start with.")]
Data = Annotated[
    str,
    typer.Option("--data", "-d", help="Collection. [default: starter]", autocompletion=completion.collection),
]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        help="A model, one per pane. [default: the shipped mono, cross and hybrid on me5-small]",
        autocompletion=completion.system,
    ),
]
Session = Annotated[Path | None, typer.Option("--session", help="Open a session that was saved.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Begin anew, not where the app was left.")]
Ascii = Annotated[bool, typer.Option("--ascii", help="Draw marks, arrows and borders in ASCII.")]


def explore(
    query: Query = "",
    data: Data = "",
    model: Models = None,
    session: Session = None,
    fresh: Fresh = False,
    ascii_only: Ascii = False,
) -> None:
    """Open the app where it was left, or with what is asked for: several models, side by side.

    Where nothing can be drawn (in a pipe, in CI), it prints what it would begin with as text, never where
    it was left.

    Example: hybrid-tui explore -m me5-small -m me5-small-lora-hybrid
    """
    from hybrid_tui.settings import load_config
    from hybrid_tui.tui.memory import start

    config, drawn = load_config(), _can_be_drawn()
    begun, note = start(config, query, data, model or (), session, fresh=fresh or not drawn)
    if not drawn:
        from hybrid_tui.cli import first_view

        first_view.show(begun, shutil.get_terminal_size((WIDTH, 0)).columns)
        return
    from hybrid_tui.tui.app import run

    raise typer.Exit(run(begun, config, note, ascii_only=ascii_only))


def _can_be_drawn() -> bool:
    """Return whether a terminal is here that can draw, or the app is drawn elsewhere (`serve`)."""
    streams = (sys.stdin, sys.stdout)  # where stderr is a file, the app is drawn on stdout
    able = all(stream.isatty() for stream in streams) and os.environ.get("TERM", "") not in {"", "dumb"}
    return able or "TEXTUAL_DRIVER" in os.environ
