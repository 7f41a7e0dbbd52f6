"""The text of a PDF, by pypdf."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from hybrid_tui.corpus.table_files import AGAIN, open_file
from hybrid_tui.errors import DataError

_HYPHEN = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")
_LINE = re.compile(r"(?<!\n)\n(?![ \t]*\n)")


def text_of(path: Path) -> str:
    """Return the text of all pages, each a paragraph at the least; empty for pages that are pictures.

    Raises DataError for a file that is broken, or locked by a password.
    """
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of each oddity that it gets over
    with open_file(path) as file:
        try:
            pages = [page.extract_text() for page in PdfReader(file).pages]
        except Exception as error:  # a broken file leads pypdf to any
            raise DataError(
                f"{path}: {' '.join(str(error).split()) or type(error).__name__}", AGAIN
            ) from error
    return "\n\n".join(_LINE.sub(" ", _HYPHEN.sub("", page)) for page in pages)
