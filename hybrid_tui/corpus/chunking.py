"""Documents cut into chunks of so many tokens: what is ranked as long as models read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import polars as pl

Spans = list[tuple[int, int]]
"""Where the tokens of a text begin and end, in characters."""
_CHARACTERS = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Of Chinese and Japanese: about a word each."""
_UNSPACED = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
"""Of Thai, Lao, Tibetan, Burmese and Khmer, which have no spaces: about four make a word."""
_MARKS = (
    "\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece\u0f71-\u0f84\u0f8d-\u0fbc"
    "\u102b-\u103e\u17b4-\u17d3"
)
"""Signs of these that belong to the character before."""
_WORD = re.compile(f"[{_CHARACTERS}]|[{_UNSPACED}]{{1,4}}[{_MARKS}]*|[^\\s{_CHARACTERS}{_UNSPACED}]+")


class Tokens(NamedTuple):
    """What a chunk is measured in: its name in the plural, and how a text is divided."""

    name: str
    spans: Callable[[str], Spans]


def _words(text: str) -> Spans:
    return [found.span() for found in _WORD.finditer(text)]


WORDS = Tokens("words", _words)
"""What white space divides; a character of Chinese and Japanese; four of the scripts without spaces."""


def chunks(text: str, size: int, overlap: int = 0, tokens: Tokens = WORDS) -> list[str]:
    """Return a text in chunks of `size` tokens, each beginning with the last `overlap` of the one before.

    The last one may be shorter, and white space around them is left out. A text that is no longer stays as
    it is.
    """
    spans = tokens.spans(text)
    if len(spans) <= size:
        return [text]
    last = len(spans) - overlap
    ends = [(start, min(start + size, len(spans)) - 1) for start in range(0, last, size - overlap)]
    return [part for first, end in ends if (part := text[spans[first][0] : spans[end][1]].strip())]


def chunked(passages: pl.DataFrame, size: int, overlap: int, tokens: Tokens) -> pl.DataFrame:
    """Return the chunks of passages as passages `ID#1`, `ID#2`, …, with the ID as their `document`."""
    parts = [chunks(text, size, overlap, tokens) for text in passages["text"]]
    found = passages.with_columns(
        pl.Series("text", parts, pl.List(pl.String)), document="passage_id", _row=pl.int_range(pl.len())
    ).explode("text")
    number = pl.int_range(1, pl.len() + 1).over("_row")
    return found.with_columns(passage_id=pl.format("{}#{}", "document", number)).drop("_row")


def document_of(passage_id: str) -> str:
    """Return the document of a chunk, by its id."""
    return passage_id.rpartition("#")[0]
