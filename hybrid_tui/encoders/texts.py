"""Texts as tokenizers take them."""

from __future__ import annotations


def encodable(text: str) -> str:
    """Return the text with pairs of surrogates joined and lone ones replaced by U+FFFD.

    No tokenizer accepts a surrogate: it has no UTF-8 form.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
