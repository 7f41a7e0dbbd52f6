"""The texts that other forms of a collection's queries are encoded from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.variants import QueryForm
from hybrid_tui.systems.stages.query import QueryVariant


@dataclass(frozen=True, eq=False)
class FormTexts:
    """What is encoded of the other forms of queries: a `TextInput` by the language of the query itself.

    forms: by query_id.
    """

    collection: Collection
    forms: Mapping[str, QueryForm]
    variant: QueryVariant

    @property
    def name(self) -> str:
        """What they are called."""
        return f"{self.collection.name} ({self.variant})"

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits that change with any text, its order, or whether they are joined to the query's."""
        digest = hashlib.sha256(self.variant.how.encode())
        for lang in sorted(self._rows):
            texts = self.query_inputs(lang)
            digest.update(f"{lang} {[len(text) for text in texts]}\n".encode())
            digest.update("".join(texts).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:16]

    def query_inputs(self, lang: str) -> list[str]:
        """Return the texts for the queries of a language, of those that have another form, in their order."""
        found = [(text, self.forms[query_id].text) for _, query_id, text in self._rows.get(lang, [])]
        return [joined(*each) if self.variant.how == "concat" else each[1] for each in found]

    def passage_inputs(self, lang: str, start: int = 0, stop: int | None = None) -> list[str]:  # noqa: ARG002
        """There are no passages."""
        return []

    def passage_count(self, lang: str) -> int:  # noqa: ARG002
        """There are no passages."""
        return 0

    def rows(self, lang: str) -> NDArray[np.int64]:
        """Return where in their language the queries stand that have another form."""
        return np.array([row for row, _, _ in self._rows.get(lang, [])], np.int64)

    def langs(self, lang: str) -> list[str]:
        """Return the language that each of these forms is in."""
        return [self.forms[query_id].lang for _, query_id, _ in self._rows.get(lang, [])]

    @cached_property
    def _rows(self) -> dict[str, list[tuple[int, str, str]]]:
        """Row in its language, id and text of each query that has another form, by language."""
        found: dict[str, list[tuple[int, str, str]]] = {}
        seen: dict[str, int] = {}
        for query_id, lang, text in self.collection.queries.select("query_id", "lang", "text").iter_rows():
            row = seen.setdefault(lang, 0)
            seen[lang] += 1
            if query_id in self.forms:
                found.setdefault(lang, []).append((row, query_id, text))
        return found


def joined(text: str, other: str) -> str:
    """Return a query's text and its other form as one, the query first."""
    return f"{text} {other}"
