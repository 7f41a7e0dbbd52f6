"""What the app begins with: what options ask for, or where it was left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from hybrid_tui.errors import UsageError
from hybrid_tui.settings import Config
from hybrid_tui.tui import session, state
from hybrid_tui.tui.search.search_request import SearchRequest
from hybrid_tui.tui.session import Session


class Start(NamedTuple):
    """A session, a theme, what the status line tells of it, and what was asked earlier, the last first."""

    session: Session
    theme: str
    note: str = ""
    history: tuple[SearchRequest, ...] = ()


def start(
    config: Config,
    query: str = "",
    data: str = "",
    models: Sequence[str] = (),
    opened: Path | None = None,
    *,
    fresh: bool = False,
) -> Start:
    """Return what the app begins with.

    opened: a session's file, which goes with no query, data or models. fresh: not where it was left.
    Raises UsageError for a file that is no session, and for one beside other wishes.
    """
    wishes = bool(query or data or models)
    if opened and wishes:
        raise UsageError(
            "--session brings its own query, collection and models", "leave out those, or --session"
        )
    kept, note = _left()
    left, note = (None, "") if fresh else (kept, note)
    chosen = left.theme if left and left.instead_of == config.theme else ""
    if opened:
        begun = session.load(opened)
    elif wishes or not left:
        begun = Session(data or config.data, tuple(models or config.panes), query)
    else:
        begun = left
    return Start(begun, chosen or config.theme, note, kept.history if kept else ())


def _left() -> tuple[state.State | None, str]:
    """Return where the app was left, or why that cannot be told."""
    try:
        return state.load(state.file()), ""
    except UsageError as error:
        return None, f"not as you left it: {error}"
