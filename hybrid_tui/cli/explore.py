"""`hybrid-tui explore`: the terminal app."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from hybrid_tui.errors import UsageError


def explore(
    query: Annotated[str, typer.Argument(help="A query to start with.")] = "",
    data: Annotated[str | None, typer.Option("--data", "-d", help="Collection. [default: starter]")] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            help="A model, one per pane. [default: the shipped mono, cross and hybrid on me5-small]",
        ),
    ] = None,
    ascii_only: Annotated[
        bool, typer.Option("--ascii", help="Draw marks, arrows and borders in ASCII.")
    ] = False,
) -> None:
    """Open the app: ranked passages of several models, side by side.

    Example: hybrid-tui explore -m me5-small -m me5-small-lora-hybrid
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)  # Textual draws on stderr
    if not all(stream.isatty() for stream in streams) or os.environ.get("TERM", "") in {"", "dumb"}:
        raise UsageError(
            "explore needs a terminal that can draw", 'hybrid-tui search "…" answers the same in plain text'
        )
    from hybrid_tui.settings import load_config
    from hybrid_tui.tui.app import run

    config = load_config()
    raise typer.Exit(run(data or config.data, model or list(config.panes), query, ascii_only=ascii_only))
