"""Sentences by their own final punctuation, for paragraphs that come without sentence breaks.

A sentence ends at a full stop, question or exclamation mark of any of the scripts (also ؟ ۔ । ॥) before
white space, and at the full-width marks of Chinese and Japanese anywhere; closing quotes and brackets
belong to it. It does not end before a small letter, after an initial ("J. Smith"), nor after a German
ordinal ("3. Oktober"). Abbreviations are not known, and Thai, which has no such marks, stays whole.
"""

from __future__ import annotations

import re

_END = re.compile(r"""[.!?؟۔।॥]+["'”’»)\]]*(?=\s)|[。！？]+["”’」』）》]*""")
_INITIAL = re.compile(r"(?:^|[\s.(])([^\W\d_])\.$")
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.$")


def sentences(text: str, lang: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence of a paragraph, in characters, without the space around it."""
    found = []
    start = 0
    for end in [*_ends(text, lang), len(text)]:
        part = text[start:end]
        if part.strip():
            found.append((start + len(part) - len(part.lstrip()), start + len(part.rstrip())))
        start = end
    return found


def _ends(text: str, lang: str) -> list[int]:
    ends = (match.end() for match in _END.finditer(text))
    return [end for end in ends if not _runs_on(text[max(0, end - 4) : end], text[end : end + 3], lang)]


def _runs_on(before: str, after: str, lang: str) -> bool:
    if after.lstrip()[:1].islower() or after.lstrip().startswith("."):
        return True
    initial = _INITIAL.search(before)
    if initial and initial[1].isupper():
        return True
    return lang == "de" and bool(_ORDINAL.search(before))
