"""A small collection, and an encoder without weights: letters counted, so that results are told by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pytest

from hybrid_tui.corpus import collection as corpus
from hybrid_tui.errors import Cancelled


@dataclass
class LetterEncoder:
    """Embeds a text as its normalised counts of the letters a to z (and one for the rest)."""

    dimension: int = 27
    fingerprint: str = "1e77e2"
    calls: list[int] = field(default_factory=list)

    def encode(
        self,
        texts: Sequence[str],
        role: str,
        *,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> np.ndarray:
        if cancelled and cancelled():
            raise Cancelled
        self.calls.append(len(texts))
        counts = np.zeros((len(texts), 27), np.float32)
        for row, text in enumerate(texts):
            for char in text.lower():
                counts[row, ord(char) - 97 if "a" <= char <= "z" else 26] += 1
        if progress:
            progress(len(texts), len(texts))
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


@dataclass(frozen=True)
class Spec:
    name: str = "letters"
    fingerprint: str = "1e77e2"
    base: Spec | None = None
    matrix: np.ndarray | None = None


@pytest.fixture
def encoder() -> LetterEncoder:
    return LetterEncoder()


@pytest.fixture
def spec() -> Spec:
    return Spec()


@pytest.fixture
def small() -> corpus.Collection:
    """Two items in two languages; the German passages of `one` and the extra one tie for every query."""
    queries = [("q1-de", "one", "de", "abc"), ("q1-en", "one", "en", "abd"), ("q2-en", "two", "en", "xyz")]
    passages = [
        ("de-1", "de", "aabbcc"),
        ("de-2", "de", "aabbcc"),
        ("de-3", "de", "xxyyzz"),
        ("en-1", "en", "abc"),
        ("en-2", "en", "xyz"),
    ]
    relevance = [("one", "de-1"), ("one", "en-1"), ("two", "de-3"), ("two", "en-2")]
    return corpus.build(
        "small",
        pl.DataFrame(queries, schema=["query_id", "item_id", "lang", "text"], orient="row"),
        pl.DataFrame(passages, schema=["passage_id", "lang", "text"], orient="row"),
        pl.DataFrame(relevance, schema=["item_id", "passage_id"], orient="row"),
    )
