"""Lines of bounded cell width, never cut inside a grapheme cluster."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from rich.cells import cell_len, split_graphemes

ELLIPSIS = "…"
# Controls and line separators would move the cursor, lone surrogates cannot be written.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Embeddings, overrides and isolates would let one passage reorder its surroundings. On the width of the
# soft hyphen, and of what joiners, variation selectors, skin tones and tags combine, terminals disagree.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
# Latin, Greek and Cyrillic letters without combining marks: a cell each, and words stay whole.
_PLAIN = re.compile("[\x21-\x7e\u00a1-\u02af\u0370-\u0482\u048a-\u052f‘’“”–—]+")
# Thai, Lao, Burmese, Khmer, Japanese, Chinese: a line may break between any two clusters,
# but not before the closing and the dependent ones, nor after the opening and the leading ones.
_FREE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]"
)
_CLOSING = frozenset("、。，．！？：；）」』】》〉〕％…”’,.!?:;)]}%»ะาๅๆฯໆຯ។៕៖ーっゃゅょッャュョ々")
_OPENING = frozenset("（「『【《〈〔“‘([{«เแโใไເແໂໃໄ")
# The Thai and Lao vowels AM have a cell of their own, as have spacing marks in some terminals.
_AM = frozenset("\u0e33\u0eb3")


def writable(text: str) -> str:
    """Return `text` with controls, line separators and lone surrogates as spaces, one for one."""
    return _UNWRITABLE.sub(" ", text)


def printable(text: str) -> str:
    """Return `text` fit to draw: controls and lone surrogates as spaces, what cannot be seen left out.

    Composed (NFC): terminals disagree on the cells of letters that are spelt in parts, Hangul above all.
    """
    return unicodedata.normalize("NFC", _UNSEEN.sub("", writable(text)))


def clusters(text: str) -> list[tuple[str, int]]:
    """Return the grapheme clusters of `text` with their cells, those of no width at the start left out."""
    result: list[tuple[str, int]] = []
    flag = False
    for start, end, size in split_graphemes(text)[0]:
        cluster = text[start:end]
        half = "\U0001f1e6" <= cluster[0] <= "\U0001f1ff"
        before, cells = result[-1] if result else ("", 0)
        mark = cluster[0] in _AM or unicodedata.category(cluster[0]) == "Mc"
        if (mark and 0 < cells <= 2 - size) or (half and flag):
            result[-1] = before + cluster, cells + size
            half = False
        elif result or size:
            result.append((cluster, size))
        flag = half
    return result


def wrap(text: str, width: int, lines: int | None = None) -> list[str]:
    """Break `text` into lines of at most `width` cells (at least 2); an ellipsis marks what `lines` cuts off.

    Words move to the next line where they fit there; longer ones, and scripts that write no spaces, are
    broken between grapheme clusters.
    """
    width = max(width, 2)
    if lines is None:
        return list(_lines(text, width))
    first = list(islice(_lines(text, width), lines + 1))
    if len(first) > lines:
        first[lines - 1 :] = [shortened(first[lines - 1], width, always=True)]
    return first


def shortened(line: str, width: int, *, always: bool = False) -> str:
    """Cut `line` to `width` cells, an ellipsis at its end where something is missing (or `always`)."""
    if not always and cell_len(line) <= width:
        return line
    kept, room = "", width - 1
    for cluster, size in clusters(line):
        room -= size
        if room < 0:
            break
        kept += cluster
    return kept.rstrip() + ELLIPSIS


def padded(line: str, width: int) -> str:
    """Fill `line` up to `width` cells."""
    return line + " " * (width - cell_len(line))


def _lines(text: str, width: int) -> Iterator[str]:
    line, room = "", width
    for word in printable(text).split():
        space = " " if line else ""
        for unit, size in _units(word):
            if len(space) + size <= room:
                line += space + unit
                room -= len(space) + size
            elif size <= width:
                yield line
                line, room = unit, width - size
            else:
                line += space
                room -= len(space)
                for cluster, cells in clusters(unit):
                    if cells > room:
                        yield line.rstrip()
                        line, room = "", width
                    line += cluster
                    room -= cells
            space = ""
    yield line


def _units(word: str) -> Iterator[tuple[str, int]]:
    """Yield the pieces of a word between which a line may break, with their cells."""
    if _PLAIN.fullmatch(word):
        yield word, len(word)
        return
    unit, cells, before = "", 0, ""
    for cluster, size in clusters(word):
        if unit and _may_break(before, cluster):
            yield unit, cells
            unit, cells = "", 0
        unit += cluster
        cells += size
        before = cluster
    if unit:
        yield unit, cells


def _may_break(before: str, after: str) -> bool:
    free = _FREE.match(before) or _FREE.match(after)
    return bool(free) and before[0] not in _OPENING and after[0] not in _CLOSING
