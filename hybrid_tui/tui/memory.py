"""Where the app was left, kept in a file from one start to the next, and what the next start makes of it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import msgspec

from hybrid_tui import settings
from hybrid_tui.errors import HybridTuiError, UsageError
from hybrid_tui.settings import Config
from hybrid_tui.tui import session
from hybrid_tui.tui.query_history import QueryHistory
from hybrid_tui.tui.search_request import SearchRequest
from hybrid_tui.tui.session import Session


class State(Session, frozen=True):
    """A session, and what goes with it from one start to the next.

    theme: the one chosen in the app, empty where none was. instead_of: the configuration's theme at that
    time; once that is another, it counts and not the choice. history: what was asked, the last first.
    legend: whether the legend is shown.
    """

    theme: str = ""
    instead_of: str = ""
    history: tuple[SearchRequest, ...] = ()
    legend: bool = True


def file() -> Path:
    """Return where the state is kept."""
    return settings.state_dir() / "explore.json"


def load(path: Path) -> State | None:
    """Read the state; None where there is none yet. Raises UsageError for a file that is no state."""
    return session.load_as(State, path) if path.exists() else None


class Memory:
    """Keeps the state in a file, whenever it has changed."""

    def __init__(self, path: Path, configured_theme: str) -> None:
        self._path = path
        self._configured = configured_theme
        self._kept = ""
        self._writing = Lock()

    def keep(self, state: State) -> None:
        """Write the state, and what other apps have asked; where it cannot be written, go on without."""
        theme, instead_of = ("", "") if state.theme == self._configured else (state.theme, self._configured)
        state = msgspec.structs.replace(state, theme=theme, instead_of=instead_of)
        text = state.as_json()
        with self._writing:
            if text != self._kept:
                merged = msgspec.structs.replace(state, history=self._merged(state.history))
                with contextlib.suppress(HybridTuiError), settings.replacing(self._path) as out:
                    out.write(merged.as_json())
                self._kept = text

    def _merged(self, history: Sequence[SearchRequest]) -> tuple[SearchRequest, ...]:
        merged = QueryHistory(history)
        with contextlib.suppress(UsageError):
            kept = load(self._path)
            merged.add_older(kept.history if kept else ())
        return merged.entries


def start(
    config: Config,
    query: str = "",
    data: str = "",
    models: Sequence[str] = (),
    opened: Path | None = None,
    *,
    fresh: bool = False,
) -> tuple[State, str]:
    """Return what the app begins with, what options ask for or where it was left, and a note on that.

    opened: a session's file, which goes with no query, data or models. fresh: not where it was left.
    Raises UsageError for a file that is not a session, and for one beside other wishes.
    """
    wishes = bool(query or data or models)
    if opened and wishes:
        raise UsageError(
            "--session brings its own query, collection and models", "leave out those, or --session"
        )
    kept, note = _left()
    left = None if fresh else kept
    begun: Session = left or Session(config.data, config.panes)
    if opened:
        begun = session.load(opened)
    elif wishes:
        begun = Session(data or config.data, tuple(models or config.panes), query)
    chosen = left.theme if left and left.instead_of == config.theme else ""
    state = State.of(begun.asked, list(begun.panes))
    if kept:
        state = msgspec.structs.replace(state, history=kept.history, legend=kept.legend)
    return msgspec.structs.replace(state, theme=chosen or config.theme), "" if fresh else note


def _left() -> tuple[State | None, str]:
    """Return where the app was left, or why that cannot be told."""
    try:
        return load(file()), ""
    except UsageError as error:
        return None, f"could not begin where you left off: {error}"
