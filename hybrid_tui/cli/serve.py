"""`hybrid-tui serve`: the app in a browser."""

from __future__ import annotations

import secrets
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.explore import Ascii, Data, Fresh, Models, Query, Session
from hybrid_tui.errors import HybridTuiError, UsageError

LOCAL = "127.0.0.1"


def serve(
    context: typer.Context,
    query: Query = "",
    data: Data = "",
    model: Models = None,
    session: Session = None,
    fresh: Fresh = False,
    ascii_only: Ascii = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = LOCAL,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="Name by which other machines reach this one, with --host; may be given again."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: any.")] = 8000,
) -> None:
    """Show the app in a browser, one for each page that is open, until Ctrl-C.

    Example: hybrid-tui serve --port 8080 -m me5-small -m me5-small-lora-hybrid
    """
    from hybrid_tui.settings import load_config
    from hybrid_tui.tui.memory import start

    try:
        from hybrid_tui.tui import serve as pages
    except ModuleNotFoundError as error:
        raise HybridTuiError(
            f"serve needs a package that is not here ({error.name})", "pip install 'hybrid-tui[serve]'"
        ) from error
    start(load_config(), query, data, model or (), session, fresh=fresh)  # tells here what is asked wrongly
    names, token = allow_host or [], ""
    with pages.bound(host, port) as listening:
        if not names and pages.reached_from_elsewhere(listening.getsockname()[0]):
            raise UsageError(
                f"other machines reach {host}: by which name?", "--allow-host NAME, as they know it"
            )
        if names:
            token = secrets.token_urlsafe()
            output.error_line(
                "warning: whoever has this address uses the app, and writes files, as you do; the network "
                "sees it unencrypted"
            )
        address = pages.url(listening, names[0] if names else "", token)
        output.line(f"serving on {address} · Ctrl-C ends it")
        sys.stdout.flush()
        options = _options(data, model or [], session, fresh=fresh, ascii_only=ascii_only)
        debug = bool(context.find_root().params["_debug"])
        pages.serve(_command(query, options), listening, names, token, debug=debug)


def _options(
    data: str, models: list[str], session: Path | None, *, fresh: bool, ascii_only: bool
) -> list[str]:
    """Return the same options as the app takes them."""
    options = [f"--model={model}" for model in models]
    options += [f"--data={data}"] if data else []
    options += [f"--session={session}"] if session else []
    options += ["--fresh"] if fresh else []
    return [*options, "--ascii"] if ascii_only else options


def _command(query: str, options: list[str]) -> str:
    """Return the app's command line."""
    words = [sys.executable, "-P", "-m", "hybrid_tui", "explore", *options, *(["--", query] if query else [])]
    return shlex.join(words)
