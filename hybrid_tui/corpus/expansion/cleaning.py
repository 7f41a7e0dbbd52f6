"""What a language model writes around a text: thoughts, code fences, quotation marks, spaces."""

from __future__ import annotations

import re

_FENCED = re.compile(r"(`{3,})[^\n`]*\n(.*?)\n?\s*\1", re.DOTALL)
_QUOTES = tuple(map(tuple, ('""', "''", "“”", "„“", "„”", "‘’", "«»", "»«", "「」", "『』", "``")))


def cleaned(answer: str, after: str = "") -> str:
    """Return the text of an answer, on one line; empty where there is none.

    after: the words that it follows, the last time that they are there; empty where it follows none.
    """
    text = answer.rpartition("</think>")[2].partition("<think>")[0]
    if after:
        text = text.rpartition(after)[2] if after in text else ""
    before = None
    while text != before:
        before, text = text, _unwrapped(text.strip())
    return " ".join(text.split())


def _unwrapped(text: str) -> str:
    fenced = _FENCED.fullmatch(text)
    if fenced:
        return fenced[2]
    for opening, closing in _QUOTES:
        inner = text[1:-1]
        if len(text) > 1 and text[0] == opening and text[-1] == closing and not {*inner} & {opening, closing}:
            return inner
    return text
