"""Texts of one's own as a collection that corrections are fitted on."""

from __future__ import annotations

import os
from pathlib import Path

from hybrid_tui.corpus.collection import Collection, build
from hybrid_tui.corpus.documents.folder import documents
from hybrid_tui.corpus.documents.passages import passages
from hybrid_tui.corpus.notes import Notes


def is_path(name: str) -> bool:
    """Tell whether a name is written as a file or folder, as `./texts` is, and not as a collection."""
    return os.sep in name


def texts(path: str) -> tuple[Collection, tuple[str, ...]]:
    """Return the passages of a file or folder of documents, each its own query, too; and what was left out.

    Raises UsageError where there is none, DataError where nothing can be read.
    """
    notes = Notes()
    found = passages(documents(Path(path).expanduser(), notes), notes)
    asked = found.select("lang", "text", query_id="passage_id", item_id="passage_id")
    answers = found.select("passage_id", item_id="passage_id")
    return build(path, asked, found.drop("document"), answers), notes.lines
