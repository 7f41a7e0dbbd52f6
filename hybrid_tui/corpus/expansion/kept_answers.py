"""Answers of language models, kept as they come: what was answered is not asked again.

A file for each model and prompt, a JSON line an answer. Nothing is changed but the end, so a process that is
killed loses the line that it was writing at most.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from threading import Lock

import msgspec

from hybrid_tui import settings
from hybrid_tui.corpus.expansion.prompts import Prompt
from hybrid_tui.errors import cannot

Messages = list[dict[str, str]]


class KeptAnswer(msgspec.Struct, frozen=True):
    """An answer as the model gave it; key: of what was asked. cut: whether it was at its limit of tokens."""

    key: str
    text: str
    cut: bool = False


class KeptAnswers:
    """The answers of one model to one prompt; safe to use from several threads."""

    def __init__(self, model: str, prompt: Prompt) -> None:
        self._file = settings.cache_dir() / "answers" / f"{_digest([model, prompt.hash])}.jsonl"
        self._found = {each.key: each for each in _read(self._file)}
        self._lock = Lock()

    def get(self, asked: Messages) -> KeptAnswer | None:
        """Return what was answered; None where that was not asked."""
        return self._found.get(_digest(asked))

    def put(self, asked: Messages, text: str, *, cut: bool) -> KeptAnswer:
        """Keep an answer. Raises HybridTuiError where the system refuses to write."""
        answer = KeptAnswer(_digest(asked), text, cut)
        with self._lock:
            self._found[answer.key] = answer
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                with self._file.open("ab") as out:  # a line that was torn becomes one of its own
                    out.write(b"\n" + msgspec.json.encode(answer))
            except OSError as error:
                raise cannot("write", self._file, error) from error
        return answer


def _read(file: Path) -> list[KeptAnswer]:
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            found.append(msgspec.json.decode(line, type=KeptAnswer))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # torn, or empty
            continue
    return found


def _digest(asked: object) -> str:
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()[:32]
