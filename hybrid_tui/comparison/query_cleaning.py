"""What a person typed, made fit to search with."""

from __future__ import annotations

import unicodedata

from hybrid_tui.errors import UsageError

LONGEST = 10_000


def clean_query(text: str) -> str:
    """Return `text` in NFC, its control characters as spaces, lone surrogates as U+FFFD, trimmed.

    Raises UsageError when nothing is left, or more than 10,000 characters are.
    """
    kinds = {"Cc": " ", "Cs": "\N{REPLACEMENT CHARACTER}"}
    mended = "".join(kinds.get(unicodedata.category(char), char) for char in text)
    query = " ".join(unicodedata.normalize("NFC", mended).split())
    if not query:
        raise UsageError("the query is empty", "type a question or a few words")
    if len(query) > LONGEST:
        raise UsageError(f"the query has {len(query):,} characters", f"the limit is {LONGEST:,}: shorten it")
    return query
