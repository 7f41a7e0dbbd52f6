"""A document as it comes from a file."""

from __future__ import annotations

from typing import NamedTuple


class Document(NamedTuple):
    """A document. name: its file, and its line where the file holds several; lang: what the file says of it.

    Paragraphs of the text are divided by a blank line.
    """

    name: str
    text: str
    lang: str = ""
