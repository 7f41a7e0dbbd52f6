"""Shelves of a collection's texts: those of a role under a model, one a language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hybrid_tui.corpus.text_input import TextInput
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.retrieval.embedding_store import EmbeddingStore, StoreKey
from hybrid_tui.retrieval.known_texts import KnownTexts
from hybrid_tui.retrieval.stored_rows import StoredPart, StoredRows
from hybrid_tui.retrieval.text_hashes import Hashes, text_hashes

SMALLEST_PART, LARGEST_PART = 1024, 16_384
"""Rows that are read and kept at a time."""
FIRST_PARTS = 32, 256
"""Rows that end the first parts of a language with more: a search soon tells of each language."""
_PARTS = 128
"""Files that a language is cut into, as far as the limits above allow."""


@dataclass(frozen=True, eq=False)
class Portion:
    """Rows of a shelf that are missing; hashes: of their texts."""

    lang: str
    rows: range
    hashes: Hashes


@dataclass(frozen=True, eq=False)
class Shelves:
    """Where embeddings of texts are kept, and which are missing.

    langs: those that are asked for.
    """

    store: EmbeddingStore
    spec: ModelSpec
    texts: TextInput
    role: Role
    langs: Sequence[str]

    @classmethod
    def below(
        cls, store: EmbeddingStore, spec: ModelSpec, texts: TextInput, role: Role, langs: Sequence[str]
    ) -> Shelves:
        """Return the shelves that a model's embeddings are made of: a head has none but its backbone's."""
        while spec.base:
            spec = spec.base
        return cls(store, spec, texts, role, langs)

    def key(self, lang: str) -> StoreKey:
        """Return the shelf of a language."""
        return StoreKey(self.spec.fingerprint, self.texts.fingerprint, self.role, lang)

    def size(self, lang: str) -> int:
        """Return how many texts a language has."""
        if self.role == "query":
            return len(self.texts.query_inputs(lang))
        return self.texts.passage_count(lang)

    def inputs(self, portion: Portion) -> list[str]:
        """Return the texts of a portion."""
        return self._inputs(portion.lang, portion.rows)

    def open(self) -> dict[str, StoredRows | None]:
        """Return the matrix of each language, shape (texts, dimension); None unless all its rows are kept."""
        return {lang: self.store.open(self.key(lang), self.size(lang)) for lang in self.langs}

    def kept(self, lang: str) -> list[StoredPart]:
        """Return the parts that there are of a language, in row order; rows may be missing."""
        return self.store.kept(self.key(lang), self.size(lang))

    def count(self) -> dict[str, int]:
        """Return how many rows of each language are kept, as the names of the parts tell."""
        return {lang: self.store.count(self.key(lang), self.size(lang)) for lang in self.langs}

    def missing(self) -> list[Portion]:
        """Return the rows that are not kept, in portions that are parts when they are: the first of each
        language before the second of any.
        """
        found = [
            (rows, lang)
            for lang, kept in self.open().items()
            if kept is None
            for rows in _cut(self.store.gaps(self.key(lang), self.size(lang)), self.size(lang))
        ]
        found.sort(key=lambda each: (each[0].start, each[1]))
        return [self.portion(lang, rows) for rows, lang in found]

    def portion(self, lang: str, rows: range) -> Portion:
        """Return some rows of a language as a portion."""
        return Portion(lang, rows, text_hashes(self._inputs(lang, rows)))

    def known(self, portions: Sequence[Portion]) -> KnownTexts:
        """Return where in the store the texts of portions are, one at least."""
        found = KnownTexts([portion.hashes for portion in portions])
        for part in self.store.parts(self.spec.fingerprint, self.role):
            found.add(part)
        return found

    def to_encode(self) -> int:
        """Return how many different texts are missing and known nowhere."""
        portions = self.missing()
        return self.known(portions).unknown if portions else 0

    def _inputs(self, lang: str, rows: range) -> list[str]:
        if self.role == "query":
            return self.texts.query_inputs(lang)[rows.start : rows.stop]
        return self.texts.passage_inputs(lang, rows.start, rows.stop)


def _cut(gaps: Sequence[range], rows: int) -> list[range]:
    """Return gaps of a language's rows, cut where its parts begin."""
    size = min(max(rows // _PARTS, SMALLEST_PART), LARGEST_PART)
    found = []
    for gap in gaps:
        first = FIRST_PARTS if rows > FIRST_PARTS[-1] else ()
        starts = (*first, *range(gap.start // size * size, gap.stop, size))
        edges = sorted({gap.start, gap.stop, *(at for at in starts if gap.start < at < gap.stop)})
        found += [range(start, stop) for start, stop in pairwise(edges)]
    return found
