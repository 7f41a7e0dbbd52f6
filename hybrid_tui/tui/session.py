"""What is on the search screen (query, languages, panes), kept in files."""

from __future__ import annotations

from pathlib import Path
from typing import Self, TypeVar

import msgspec

from hybrid_tui import settings
from hybrid_tui.engine import messages
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.search_request import AUTO, SearchRequest


class Session(msgspec.Struct, frozen=True):
    """A query, and the systems that it is asked of, from left to right."""

    data: str
    panes: tuple[str, ...]
    query: str = ""
    question: messages.Question | None = None
    query_lang: str = AUTO
    langs: tuple[str, ...] = ()
    forms: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, asked: SearchRequest, panes: list[str]) -> Self:
        """Return what is asked of the systems `panes`."""
        query = asked.text.encode(errors="replace").decode()
        return cls(
            asked.data, tuple(panes), query, asked.question, asked.query_lang, asked.langs, asked.forms
        )

    @property
    def asked(self) -> SearchRequest:
        """What is asked of each."""
        return SearchRequest(self.data, self.query, self.question, self.query_lang, self.langs, self.forms)

    def as_json(self) -> str:
        """Return the text of a session's file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1).decode() + "\n"


S = TypeVar("S", bound=Session)


def folder() -> Path:
    """Return the folder of sessions, unless a person says otherwise."""
    return settings.data_dir() / "sessions"


def saved() -> list[Path]:
    """Return the files in that folder, those saved last first."""
    files = [path for path in folder().glob("*.json") if path.is_file()]
    return sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)


def load(path: Path) -> Session:
    """Read a session. Raises UsageError for a file that cannot be read or is not a session."""
    return load_as(Session, path)


def load_as(kind: type[S], path: Path) -> S:
    """Read a session and what a kind of it holds besides. Raises UsageError as `load` does."""
    try:
        session = msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is not a session: {error}") from error
    if not session.panes:
        raise UsageError(f"{path} is not a session: it has no panes")
    return session
