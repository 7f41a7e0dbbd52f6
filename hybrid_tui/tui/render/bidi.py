"""Right-to-left lines in the order in which a terminal draws cells: from the left.

Terminals disagree on who reorders, so the app tells them not to (`EXPLICIT`) and does it itself, line by
line after wrapping (Unicode Standard Annex 9). What is stored, searched and copied stays logical.
"""

from __future__ import annotations

import unicodedata

EXPLICIT = "\x1b[8l"
"""ECMA-48 bi-directional support mode reset: the terminal shall draw cells in the order given."""
IMPLICIT = "\x1b[8h"
"""The mode set again: the terminal reorders, as most do by default."""

_RLM = "\N{RIGHT-TO-LEFT MARK}"
_BRACKETS = {"(": ")", "[": "]", "{": "}", "«": "»", "<": ">"}
_MIRROR = _BRACKETS | {end: start for start, end in _BRACKETS.items()}
_RIGHT = {"R", "AL"}


def visual(line: str) -> str:
    """Return one line of a right-to-left paragraph reordered for display; its cell width stays."""
    from bidi import get_display

    return _marks_after_bases(str(get_display(_mirrored(line), base_dir="R")).replace(_RLM, ""))


def _mirrored(line: str) -> str:
    """Mirror the bracket pairs that run from right to left (rules N0, L4), and hold them in that direction."""
    classes = [unicodedata.bidirectional(char) for char in line]
    open_at: list[int] = []
    fixed: set[int] = set()
    for at, char in enumerate(line):
        if char in _BRACKETS:
            open_at.append(at)
        elif open_at and char == _BRACKETS[line[open_at[-1]]]:
            start = open_at.pop()
            before = next((kind for kind in reversed(classes[:start]) if kind in _RIGHT | {"L"}), "R")
            if _RIGHT & set(classes[start:at]) or before in _RIGHT:
                fixed |= {start, at}
    return "".join(f"{_RLM}{_MIRROR[char]}{_RLM}" if at in fixed else char for at, char in enumerate(line))


def _marks_after_bases(line: str) -> str:
    """Put combining marks of right-to-left letters, reversed with them, behind their letter (rule L3)."""
    result: list[str] = []
    marks: list[str] = []
    for char in line:
        if unicodedata.category(char) in {"Mn", "Me"}:
            marks.append(char)
            continue
        if marks and unicodedata.bidirectional(char) in _RIGHT:
            result += [char, *reversed(marks)]
        else:
            result += [*marks, char]
        marks.clear()
    return "".join(result + marks)
