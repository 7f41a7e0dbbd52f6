"""The files that can be written of what is on screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual.screen import Screen

from hybrid_tui.comparison.export import FORMATS, FREE_QUERY
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.tui import session
from hybrid_tui.tui.dialogs.export import Kind, picture, stem_of
from hybrid_tui.tui.session import Session


def kinds(screen: Screen[Any], on_screen: Session, rankings: Sequence[Ranking]) -> list[Kind]:
    """Return the rankings in every format, a picture of the screen, and the session.

    The formats have no text where there are no rankings.
    """
    query_id = on_screen.question.query_id if on_screen.question else ""
    stem = stem_of(f"{on_screen.data}-{query_id or FREE_QUERY}") or FREE_QUERY
    formats = []
    for each in FORMATS:
        text = each.write(rankings, query_id) if rankings else ""
        formats.append(Kind(each.name, Path.cwd() / f"{stem}.{each.ending}", text))
    words = "session: query, languages and panes, to be opened again"
    as_session = Kind(words, session.folder() / f"{stem}.json", on_screen.as_json())
    return [*formats, picture(screen, stem), as_session]
