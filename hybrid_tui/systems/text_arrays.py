"""What a model makes of texts, several values or vectors each: made once, kept by the texts' hashes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.corpus.text_input import TextInput
from hybrid_tui.encoders.batching import encodable
from hybrid_tui.encoders.encoder import Progress, Role
from hybrid_tui.errors import Cancelled
from hybrid_tui.retrieval.text_hashes import Hashes, text_hashes
from hybrid_tui.systems import stage_times
from hybrid_tui.systems.kept_parts import KeptParts, Ragged, joined
from hybrid_tui.systems.model_folders import ModelFolder
from hybrid_tui.systems.scorer import Cancelled as IsCancelled

AT_ONCE = 256
"""Texts that are made between two writes."""

Make = Callable[[Any, Sequence[str], Role], Ragged]
"""Makes of texts, by the loaded model."""


@dataclass(eq=False)
class TextArrays:
    """Arrays of texts under a model; safe to use from several threads.

    names: of the arrays. class_name: of sentence-transformers, which loads the model. architectures: as of
    `ModelFolder.load`.
    """

    model: ModelFolder
    names: tuple[str, ...]
    class_name: str
    architectures: tuple[str, ...]
    make: Make
    _lock: Lock = field(default_factory=Lock)

    def get(
        self,
        texts: Sequence[str],
        role: Role,
        progress: Progress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> Ragged:
        """Return the rows of texts, one at least, in their order; what is not kept is made and kept.

        Raises Cancelled between portions, which stay.
        """
        hashes = text_hashes(texts)
        with self._lock:
            found, at = self._kept_rows(hashes, role)
            new = np.flatnonzero(at < 0)
            # A text that is there twice is made once.
            _, first, of = np.unique(hashes[new], return_index=True, return_inverse=True)
            before = sum(map(len, found))
            at[new] = before + of
            for start in range(0, len(first), AT_ONCE):
                if cancelled and cancelled():
                    raise Cancelled
                some = new[first[start : start + AT_ONCE]]
                made = self.make(self._loaded(), [encodable(texts[row]) for row in some], role)
                self._kept(role).write(hashes[some], made)
                found.append(made)
                if progress:
                    progress(start + len(some), len(first))
        return joined(found).take(at)

    def unknown(self, texts: Sequence[str], role: Role) -> int:
        """Return how many different texts are not kept."""
        hashes = text_hashes(texts)
        known = [each for each, _ in self._kept(role).read()]
        return len(np.setdiff1d(hashes, np.concatenate(known)) if known else np.unique(hashes))

    def one(self, text: str) -> Ragged:
        """Return the row of a query that was typed; it is not kept."""
        with self._lock:
            return self.make(self._loaded(), [encodable(text)], "query")

    def _kept_rows(self, hashes: Hashes, role: Role) -> tuple[list[Ragged], NDArray[np.int64]]:
        """Return kept rows of texts, and where among them that of each text is; -1 where it is not."""
        at, found, size = np.full(len(hashes), -1, np.int64), list[Ragged](), 0
        for known, rows in self._kept(role).read():
            order = np.argsort(known)
            place = np.minimum(np.searchsorted(known, hashes, sorter=order), len(known) - 1)
            here = np.flatnonzero((known[order[place]] == hashes) & (at < 0))
            if len(here):
                wanted, of = np.unique(order[place[here]], return_inverse=True)
                at[here] = size + of
                found.append(rows.take(wanted))
                size += len(wanted)
        return found, at

    def _kept(self, role: Role) -> KeptParts:
        return KeptParts(settings.cache_dir() / self.model.kind / self.model.fingerprint / role, self.names)

    def _loaded(self) -> Any:
        with stage_times.loading():
            return self._encoder

    @cached_property
    def _encoder(self) -> Any:
        import sentence_transformers

        return self.model.load(getattr(sentence_transformers, self.class_name), self.architectures)


@dataclass(frozen=True, eq=False)
class TextsToMake:
    """Texts of a role that a model must have made something of before it answers.

    langs: those that are asked for.
    """

    arrays: TextArrays
    texts: TextInput
    role: Role
    langs: Sequence[str]

    @property
    def spec(self) -> ModelFolder:
        """The model."""
        return self.arrays.model

    def to_encode(self) -> int:
        """Return how many different texts are not kept."""
        return self.arrays.unknown([text for lang in self.langs for text in self.inputs(lang)], self.role)

    def inputs(self, lang: str) -> list[str]:
        """Return the texts of a language."""
        return self.texts.query_inputs(lang) if self.role == "query" else self.texts.passage_inputs(lang)
