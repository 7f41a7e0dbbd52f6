"""The documents of a folder or a file: what is read of it, and what is left out and told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hybrid_tui.corpus.documents import html_text, markdown_text, pdf_text
from hybrid_tui.corpus.documents.document import Document
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers.columns import USUAL
from hybrid_tui.corpus.readers.files import decode
from hybrid_tui.corpus.table_files import content
from hybrid_tui.errors import DataError, UsageError

LEFT_OUT = "that cannot be read, left out"
_TEXTS = (*USUAL["text"], *USUAL["passage"])


def _plain(path: Path, name: str, _notes: Notes) -> Iterator[Document]:
    yield Document(name, content(path).decode())


def _markdown(path: Path, name: str, _notes: Notes) -> Iterator[Document]:
    yield Document(name, markdown_text.prose(content(path).decode()))


def _html(path: Path, name: str, _notes: Notes) -> Iterator[Document]:
    yield Document(name, html_text.text_of(content(path).decode()))


def _pdf(path: Path, name: str, _notes: Notes) -> Iterator[Document]:
    yield Document(name, pdf_text.text_of(path))


def _json_lines(path: Path, name: str, notes: Notes) -> Iterator[Document]:
    for number, line in enumerate(content(path).split(b"\n"), 1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            row = decode(line, dict[str, Any], where)
        except DataError as error:
            notes.count("line", LEFT_OUT, first=str(error))
            continue
        text = _named(row, _TEXTS)
        if not text:
            notes.count("line", f"without {' or '.join(USUAL['text'])}, left out", first=where)
            continue
        whole = "\n\n".join(filter(None, (_named(row, USUAL["title"]), text)))
        yield Document(f"{name}:{number}", whole, _named(row, USUAL["lang"]))


FORMS: dict[str, Callable[[Path, str, Notes], Iterator[Document]]] = {
    ".txt": _plain,
    ".text": _plain,
    ".rst": _plain,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".xhtml": _html,
    ".pdf": _pdf,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
}
"""How a file is read, by the ending of its name."""


def documents(source: Path, notes: Notes) -> list[Document]:
    """Return the documents of a file, or of a folder and those within it, in the order of their names.

    What is hidden, and folders that are linked to, are passed by. Files of other forms, without text and
    broken ones are left out and noted. Raises UsageError where there is no such file or folder, DataError
    where nothing can be read.
    """
    if not source.exists():
        raise UsageError(f"no such file or folder: {source}", "name a folder of documents, or a collection")
    files = [source] if not source.is_dir() else sorted(_files(source))
    known = [each for each in files if each.suffix.lower() in FORMS]
    for each in files:
        if (ending := each.suffix.lower()) not in FORMS:
            notes.count("file", f"of another form ({ending or 'no ending'}), not read", fault=False)
    found: list[Document] = []
    for path in known:
        name = path.relative_to(source).as_posix() if source.is_dir() else path.name
        try:
            read = list(FORMS[path.suffix.lower()](path, name, notes))
        except DataError as error:
            notes.count("file", LEFT_OUT, first=str(error))
            continue
        there = [each for each in read if each.text.strip()]
        blank = "without text (pages that are pictures?), left out"
        notes.count(
            "file", blank if path.suffix.lower() == ".pdf" else "without text, left out", not there, str(path)
        )
        found += there
    if not found:
        told = "; ".join(notes.lines)
        raise DataError(
            f"{source}: no document with text{f' ({told})' if told else ''}",
            f"read are files that end in {' '.join(FORMS)}",
        )
    return found


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        yield from (Path(root, each) for each in names if not each.startswith("."))


def _named(row: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((row[each].strip() for each in names if isinstance(row.get(each), str)), "")
