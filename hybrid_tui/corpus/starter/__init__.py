"""The starter collection, written for this project: JSONL files of pairs, one a topic."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hybrid_tui.corpus.collection import Collection, build
from hybrid_tui.corpus.collection_names import STARTER
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.readers.tabular import read_pairs

NAME = STARTER
FOLDER = Path(__file__).parent


@cache
def load() -> Collection:
    """Return the starter collection, with splits `train` and `test`."""
    return build(NAME, *read_pairs(sorted(FOLDER.glob("*.jsonl")), ReadOptions(), Notes()))
