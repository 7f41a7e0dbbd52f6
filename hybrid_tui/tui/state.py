"""Where one left off: the session on screen, the theme, earlier queries, kept from one start to the next."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import msgspec

from hybrid_tui import settings
from hybrid_tui.errors import HybridTuiError, UsageError
from hybrid_tui.tui.search.search_request import SearchRequest
from hybrid_tui.tui.session import Session, load_as

LONGEST_HISTORY = 50


class State(Session, frozen=True):
    """A session and the theme that was chosen in the app, empty where none was.

    instead_of: the configuration's theme at that time; once that is another, it counts and not the choice.
    history: what was asked, the last first.
    """

    theme: str = ""
    instead_of: str = ""
    history: tuple[SearchRequest, ...] = ()


def file() -> Path:
    """Return where the state is kept."""
    return settings.state_dir() / "explore.json"


def load(path: Path) -> State | None:
    """Read the state; None where there is none yet. Raises UsageError for a file that is no state."""
    return load_as(State, path) if path.exists() else None


class Memory:
    """Keeps the state in a file, whenever it has changed."""

    def __init__(self, path: Path, configured_theme: str) -> None:
        self._path = path
        self._configured = configured_theme
        self._kept = ""
        self._writing = Lock()

    def keep(self, session: Session, theme: str, history: Sequence[SearchRequest]) -> None:
        """Write the state, with what other apps have asked; where that is refused it is lost, no more."""
        state = State(**(msgspec.structs.asdict(session) | {"history": tuple(history)}))
        if theme != self._configured:
            state = msgspec.structs.replace(state, theme=theme, instead_of=self._configured)
        text = state.as_json()
        with self._writing:
            if text != self._kept:
                with contextlib.suppress(HybridTuiError), settings.replacing(self._path) as out:
                    out.write(msgspec.structs.replace(state, history=self._merged(state.history)).as_json())
                self._kept = text

    def _merged(self, history: tuple[SearchRequest, ...]) -> tuple[SearchRequest, ...]:
        """Add queries of the file, each before what it stands before there."""
        merged = list(history)
        with contextlib.suppress(UsageError):
            kept = load(self._path)
            later: SearchRequest | None = None
            for asked in reversed(kept.history if kept else ()):
                if asked not in merged:
                    merged.insert(merged.index(later) if later else len(merged), asked)
                later = asked
        return tuple(merged[:LONGEST_HISTORY])
