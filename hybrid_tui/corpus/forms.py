"""Forms in which collections, training pairs and runs are read, each with an example."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from hybrid_tui import settings
from hybrid_tui.corpus import pairs
from hybrid_tui.corpus.readers.registry import READERS
from hybrid_tui.errors import UsageError

_RUN = """\
# a TREC run: query id, Q0, passage id, rank, score, tag (hybrid-tui runs import FILE --name NAME)
en-q1 Q0 en-d1 1 0.91 mine
en-q1 Q0 de-d1 2 0.87 mine
de-q1 Q0 de-d1 1 0.93 mine
de-q1 Q0 en-d1 2 0.88 mine"""
_NEW = """\
{"item_id": "nile", "lang": "en", "query": "Where is the Nile?", "passage": "The Nile flows through Africa."}
{"item_id": "nile", "lang": "de", "query": "Wo ist der Nil?", "passage": "Der Nil fließt durch Afrika."}
{"item_id": "bees", "lang": "en", "query": "What do bees collect?", "passage": "Bees collect nectar."}
{"item_id": "bees", "lang": "de", "query": "Was sammeln Bienen?", "passage": "Bienen sammeln Nektar."}
"""


class Form(NamedTuple):
    """A form of files: its name, what it serves as, an example of five lines or so."""

    name: str
    use: str
    example: str


def forms() -> list[Form]:
    """Return every form that is read."""
    collections = [Form(each.NAME, "collection", each.EXAMPLE) for each in reversed(READERS)]
    return [*collections, Form("pairs", "training", pairs.EXAMPLE), Form("run", "run", _RUN)]


def new_collection(folder: Path) -> Path:
    """Write a tiny valid collection into a folder and return its file.

    Raises UsageError where the file is there already, HybridTuiError when it cannot be written.
    """
    file = folder / "pairs.jsonl"
    if file.exists():
        raise UsageError(f"{file} is there already", "name another folder")
    with settings.replacing(file) as written:
        written.write(_NEW)
    return file
