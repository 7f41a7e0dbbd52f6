"""Lines of bounded cell width, never cut inside a grapheme cluster."""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len, split_graphemes

ELLIPSIS = "…"
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\uff60]")
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese: a line may break between any two clusters."""


def printable(text: str) -> str:
    """Return `text` with every character that would move the cursor or draw nothing known as a space."""
    return "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char for char in text)


def wrap(text: str, width: int, lines: int | None = None) -> list[str]:
    """Break `text` into lines of at most `width` cells (at least 2); an ellipsis marks what `lines` cuts off.

    Words move to the next line where they fit there; longer ones, and scripts that write no spaces, are
    broken between grapheme clusters.
    """
    width = max(width, 2)
    result = [""]
    room = width
    for word in printable(text).split():
        space = " " if result[-1] else ""
        size = cell_len(word)
        if len(space) + size <= room:
            result[-1] += space + word
            room -= len(space) + size
        elif size <= width and not _NO_SPACES.search(word):
            result.append(word)
            room = width - size
        else:
            room = _pour(space + word, width, room, result)
    if lines is not None and len(result) > lines:
        result = [*result[: lines - 1], _shortened(result[lines - 1], width)]
    return [line.rstrip() for line in result]


def _pour(text: str, width: int, room: int, result: list[str]) -> int:
    """Add `text` cluster by cluster to the last line and on; returns the cells left in the last line."""
    for start, end, size in split_graphemes(text)[0]:
        cluster = text[start:end]
        if size > room:
            result.append("")
            room = width
            cluster = cluster.lstrip(" ")
        result[-1] += cluster
        room -= size if cluster else 0
    return room


def _shortened(line: str, width: int) -> str:
    clusters = [line[start:end] for start, end, _ in split_graphemes(line)[0]]
    while clusters and cell_len("".join(clusters)) > width - 1:
        clusters.pop()
    return "".join(clusters).rstrip() + ELLIPSIS
