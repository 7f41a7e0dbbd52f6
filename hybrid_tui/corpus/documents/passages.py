"""Passages of documents: chunks in the language that they are found to be in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import polars as pl

from hybrid_tui.corpus.chunking import WORDS, chunked
from hybrid_tui.corpus.documents.document import Document
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.languages import LANGUAGES, detect, standard

CHUNK = 150
"""Words of a passage: about what models read at once, in most languages."""
LEAST_LETTERS = 40
"""Letters of a passage below which its language is a guess."""
SEVERAL = 3
SHARE = 0.05
"""A language that is no document's own is there from so many passages on, and from this share of them on."""
_PARAGRAPH = re.compile(r"\n\s*\n\s*")
_SPACE = re.compile(r"\s+")


def passages(documents: Sequence[Document], notes: Notes, chunk: int = CHUNK) -> pl.DataFrame:
    """Return passage_id, lang, text and document of each chunk of `chunk` words.

    A document's language is the one that it tells, else it is detected chunk by chunk. A language that a
    stray chunk looks like, and no document is in, is taken for a wrong guess. Chunks with hardly a letter and
    those that are there already are left out, and noted.
    """
    whole = pl.DataFrame(
        {
            "passage_id": [each.name for each in documents],
            "text": [_tidy(each.text) for each in documents],
            "told": [standard(each.lang) or "" if each.lang else "" for each in documents],
        },
        schema=dict.fromkeys(("passage_id", "text", "told"), pl.String),
    )
    cut = chunked(whole, chunk, 0, WORDS)
    letters = pl.Series([_letters(text) for text in cut["text"]], dtype=pl.Int64)
    notes.count(
        "passage", f"of fewer than {LEAST_LETTERS} letters, left out", int((letters < LEAST_LETTERS).sum())
    )
    kept = cut.filter(letters >= LEAST_LETTERS)
    distinct = kept.unique("text", keep="first", maintain_order=True)
    notes.count("passage", "that repeat another one, left out", kept.height - distinct.height)
    langs = _languages(distinct)
    found = distinct.with_columns(lang=pl.Series(langs, dtype=pl.String))
    return found.select("passage_id", "lang", "text", "document")


def _languages(cut: pl.DataFrame) -> list[str]:
    """Return the language of each passage: that told, or one that documents are found to be in."""
    every = list(LANGUAGES)
    guessed = [told or detect(text, every) for told, text in cut.select("told", "text").iter_rows()]
    votes: dict[str, Counter[str]] = {}
    for document, lang in zip(cut["document"], guessed, strict=True):
        votes.setdefault(document, Counter())[lang] += 1
    main = {each.most_common(1)[0][0] for each in votes.values()}
    total = Counter(guessed)
    there = sorted(
        lang
        for lang, count in total.items()
        if lang in main or count >= max(SEVERAL, SHARE * sum(total.values()))
    )
    return [
        lang if lang in there else detect(text, there)
        for lang, text in zip(guessed, cut["text"], strict=True)
    ]


def _tidy(text: str) -> str:
    """Return a text with one blank line between paragraphs, and single spaces within."""
    parts = (_SPACE.sub(" ", part).strip() for part in _PARAGRAPH.split(unicodedata.normalize("NFC", text)))
    return "\n\n".join(filter(None, parts))


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
