"""Places of a query's words in a line of text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from hybrid_tui.tui.render.shape import shaped
from hybrid_tui.tui.render.wrap import printable

SHORTEST, SHORTEST_ALPHABETIC = 3, 4
"""Letters of a word worth marking: shorter ones of Latin, Greek and Cyrillic are mostly articles."""
SHORTEST_PIECE = 2
_ALPHABETIC = re.compile("[A-Za-z\u00c0-\u052f\u1e00-\u1fff]")
# Thai, Lao, Burmese, Khmer, Japanese, Chinese: no spaces tell where a word begins.
_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True)
class Terms:
    """What to look for: whole words, case-folded, and pieces of scripts that write no spaces, as they are."""

    words: frozenset[str] = frozenset()
    pieces: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: str) -> Terms:
        """Return the terms of a query."""
        text = shaped(printable(query))
        found = [text[start:end] for start, end in _words(text)]
        pieces = {word for word in found if _SPACELESS.search(word)}
        return cls(
            frozenset(word.casefold() for word in found if word not in pieces and _worth(word)),
            tuple(sorted(piece for piece in pieces if len(piece) >= SHORTEST_PIECE)),
        )

    def marked(self, line: str) -> list[bool]:
        """Return for each character of a shaped line whether it belongs to a term."""
        flags = [False] * len(line)
        spans = [(start, end) for start, end in _words(line) if line[start:end].casefold() in self.words]
        spans += [found.span() for piece in self.pieces for found in re.finditer(re.escape(piece), line)]
        for start, end in spans:
            flags[start:end] = [True] * (end - start)
        return flags


def _worth(word: str) -> bool:
    return len(word) >= (SHORTEST_ALPHABETIC if _ALPHABETIC.match(word) else SHORTEST)


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Yield where runs of letters, marks and digits begin and end."""
    at = 0
    for inside, run in groupby(text, key=lambda char: unicodedata.category(char)[0] in "LMN"):
        length = sum(1 for _ in run)
        if inside:
            yield at, at + length
        at += length
