"""`hybrid-tui explore`: the terminal app."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from hybrid_tui.errors import UsageError

Query = Annotated[str, typer.Argument(help="A query to start with.")]
Data = Annotated[str, typer.Option("--data", "-d", help="Collection. [default: starter]")]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        help="A model, one per pane. [default: the shipped mono, cross and hybrid on me5-small]",
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

    Example: hybrid-tui explore -m me5-small -m me5-small-lora-hybrid
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)  # Textual draws on stderr
    drawn_elsewhere = "TEXTUAL_DRIVER" in os.environ
    able = all(stream.isatty() for stream in streams) and os.environ.get("TERM", "") not in {"", "dumb"}
    if not (able or drawn_elsewhere):
        raise UsageError(
            "explore needs a terminal that can draw", 'hybrid-tui search "…" answers the same in plain text'
        )
    from hybrid_tui.settings import load_config
    from hybrid_tui.tui.app import run
    from hybrid_tui.tui.memory import start

    config = load_config()
    begun, note = start(config, query, data, model or (), session, fresh=fresh)
    raise typer.Exit(run(begun, config, note, ascii_only=ascii_only))
