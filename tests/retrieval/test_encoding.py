from pathlib import Path

import numpy as np
import pytest

from hybrid_tui.errors import Cancelled
from hybrid_tui.retrieval import encoding
from hybrid_tui.retrieval.embedding_store import EmbeddingStore


@pytest.fixture
def store(tmp_path: Path) -> EmbeddingStore:
    return EmbeddingStore(tmp_path, shipped=None)


def test_a_second_call_encodes_nothing(small, spec, store, encoder):
    first = encoding.embeddings(small, spec, "passage", ["de", "en"], store, lambda: encoder)
    assert encoder.calls == [3, 2]
    again = encoding.embeddings(
        small, spec, "passage", ["de", "en"], store, lambda: pytest.fail("encoder asked for")
    )
    for lang, values in first.items():
        np.testing.assert_array_equal(values, again[lang])


def test_rows_follow_the_collection(small, spec, store, encoder):
    values = encoding.embeddings(small, spec, "query", ["en"], store, lambda: encoder)["en"]
    np.testing.assert_array_equal(values, encoder.encode(["abd", "xyz"], "query"))


def test_a_cancelled_run_keeps_its_parts_and_goes_on(small, spec, store, encoder, monkeypatch):
    monkeypatch.setattr(encoding, "PART_ROWS", 1)
    seen: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        encoding.embeddings(
            small,
            spec,
            "passage",
            ["de", "en"],
            store,
            lambda: encoder,
            progress=lambda *at: seen.append(at),
            cancelled=lambda: len(encoder.calls) == 2,
        )
    assert seen == [(0, 5), (1, 5), (2, 5)]
    encoding.embeddings(small, spec, "passage", ["de", "en"], store, lambda: encoder)
    assert sum(encoder.calls) == 5
