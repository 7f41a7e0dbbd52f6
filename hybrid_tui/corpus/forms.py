"""Forms in which collections, training pairs and runs are read, each with an example."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from hybrid_tui import settings
from hybrid_tui.choices import DataKind
from hybrid_tui.corpus import pairs
from hybrid_tui.corpus.readers.registry import READERS
from hybrid_tui.errors import UsageError, unknown

_COLLECTION = """\
{"item_id": "nile", "lang": "en", "query": "Where is the Nile?", "passage": "The Nile flows through Africa."}
{"item_id": "nile", "lang": "de", "query": "Wo ist der Nil?", "passage": "Der Nil fließt durch Afrika."}
{"item_id": "bees", "lang": "en", "query": "What do bees collect?", "passage": "Bees collect nectar."}
{"item_id": "bees", "lang": "de", "query": "Was sammeln Bienen?", "passage": "Bienen sammeln Nektar."}
"""
_PAIRS = """\
{"item_id": "1", "lang": "en", "query": "Where is the Nile?", "passage": "In Africa.", "negative": "In Peru."}
{"item_id": "1", "lang": "de", "query": "Wo ist der Nil?", "passage": "In Afrika.", "negative": "In Peru."}
{"item_id": "2", "lang": "en", "query": "What do bees collect?", "passage": "Nectar.", "negative": "Coins."}
{"item_id": "2", "lang": "de", "query": "Was sammeln Bienen?", "passage": "Nektar.", "negative": "Münzen."}
{"item_id": "3", "lang": "en", "query": "When does ice melt?", "passage": "Above 0 °C.", "negative": "Never."}
{"item_id": "3", "lang": "de", "query": "Wann schmilzt Eis?", "passage": "Über 0 °C.", "negative": "Nie."}
"""
_IDS = ("en-nile", "de-nile", "en-bees", "de-bees")
"""Queries of _COLLECTION, and passages: both are called so."""


def _run() -> str:
    """Return a run that ranks all of _COLLECTION, what is relevant first."""
    lines = []
    for query in _IDS:
        ranked = sorted(_IDS, key=lambda passage: (passage[3:] != query[3:], passage[:2] != query[:2]))
        lines += [f"{query} Q0 {passage} {n} {1 - n / 10:.1f} mine\n" for n, passage in enumerate(ranked, 1)]
    return "".join(lines)


NEW: dict[DataKind, tuple[str, str]] = {
    "collection": ("pairs.jsonl", _COLLECTION),
    "pairs": ("pairs.jsonl", _PAIRS),
    "run": ("mine.run", _run()),
}
"""File name and content of what is written to begin from; the run is one of the collection."""
_RUN = (
    "# mine.run: query id, Q0, passage id, rank, score, tag (hybrid-tui runs import mine.run --name mine)\n"
    + "\n".join(_run().split("\n")[:4])
)
_JSON_RUN = """\
# mine.json: scores of passages by query, as ranx, BEIR and mteb write them
{"en-nile": {"en-nile": 0.9, "de-nile": 0.8, "en-bees": 0.7, "de-bees": 0.6}}"""


class Form(NamedTuple):
    """A form of files: its name, what it serves as, an example of five lines or so."""

    name: str
    use: str
    example: str


def forms() -> list[Form]:
    """Return every form that is read."""
    collections = [Form(each.NAME, "collection", each.EXAMPLE) for each in reversed(READERS)]
    return [
        *collections,
        Form("pairs", "training", pairs.EXAMPLE),
        Form("translations", "training", pairs.TRANSLATIONS_EXAMPLE),
        Form("run", "run", _RUN),
        Form("JSON run", "run", _JSON_RUN),
    ]


def new(folder: Path, kind: DataKind = "collection") -> Path:
    """Write a tiny valid collection, training pairs or a run into a folder and return its file.

    Raises UsageError where the file is there already, HybridTuiError when it cannot be written.
    """
    if kind not in NEW:
        raise unknown("kind", kind, list(NEW))
    name, content = NEW[kind]
    file = folder / name
    if file.exists():
        raise UsageError(f"{file} is there already", "name another folder")
    with settings.replacing(file) as written:
        written.write(content)
    return file
