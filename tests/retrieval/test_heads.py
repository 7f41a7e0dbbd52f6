"""A head's embeddings are made of its backbone's, which are kept; its own are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hybrid_tui.encoders.linear_head import HeadEncoder, apply
from hybrid_tui.errors import Cancelled
from hybrid_tui.retrieval import encoding, shelves
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.systems.embedded import EmbeddedTexts
from hybrid_tui.systems.retriever import Retriever

MATRIX = np.eye(27, dtype=np.float32) + np.random.default_rng(0).normal(scale=0.1, size=(27, 27)).astype(
    np.float32
)


@pytest.fixture
def store(tmp_path: Path) -> EmbeddingStore:
    return EmbeddingStore(tmp_path, shipped=None)


@pytest.fixture
def tuned(spec):
    return replace(spec, name="tuned", fingerprint="aaaa", base=spec, matrix=MATRIX)


@pytest.fixture
def head(encoder) -> HeadEncoder:
    return HeadEncoder(encoder, MATRIX, "aaaa")


def no_encoder() -> HeadEncoder:
    pytest.fail("encoder asked for")


@pytest.mark.parametrize("embeddings", [encoding.embeddings, encoding.stored_embeddings])
def test_the_backbones_embeddings_are_kept_and_used(small, spec, tuned, store, encoder, head, embeddings):
    found = embeddings(small, tuned, "passage", ["de", "en"], store, lambda: head)
    assert encoder.calls == [2, 2]
    assert [path.name for path in store.root.iterdir()] == [spec.fingerprint]
    below = embeddings(small, spec, "passage", ["de", "en"], store, no_encoder)
    again = embeddings(small, tuned, "passage", ["de", "en"], store, no_encoder)
    for lang, rows in found.items():
        assert len(rows) == len(below[lang])
        wanted = apply(MATRIX, below[lang][:])
        np.testing.assert_array_equal(rows[:], wanted)
        np.testing.assert_array_equal(rows[1:2], wanted[1:2])
        np.testing.assert_array_equal(rows[np.array([1, 0])], wanted[[1, 0]])
        np.testing.assert_array_equal(again[lang][:], wanted)


def test_a_cancelled_run_keeps_what_it_made(small, tuned, store, encoder, head, monkeypatch):
    with pytest.raises(Cancelled):
        encoding.embeddings(
            small, tuned, "passage", ["de", "en"], store, lambda: head, cancelled=lambda: bool(encoder.calls)
        )
    encoding.embeddings(small, tuned, "passage", ["de", "en"], store, lambda: head)
    assert encoder.calls == [2, 2]


def test_one_row_is_read_without_the_others(small, spec, tuned, store, encoder, head):
    assert encoding.kept_row(small, tuned, "query", "en", store, 1) is None
    whole = encoding.embeddings(small, tuned, "query", ["en"], store, lambda: head)["en"]
    np.testing.assert_array_equal(encoding.kept_row(small, tuned, "query", "en", store, 1), whole[1:])
    np.testing.assert_array_equal(
        encoding.kept_row(small, spec, "query", "en", store, 0), encoder.encode(["abd"], "query")
    )


def test_a_retriever_answers_own_queries_from_what_is_kept(small, tuned, store, encoder, head):
    retriever = Retriever("letters", EmbeddedTexts(small, tuned, store, lambda: head))
    retriever.prepare()
    encoding.embeddings(small, tuned, "query", ["de", "en"], store, lambda: head)
    calls = list(encoder.calls)
    kept = retriever.search("", query_id="q2-en")
    assert encoder.calls == calls
    asked = retriever.search("xyz", query_lang="en")
    assert [hit.passage_id for hit in kept.hits] == [hit.passage_id for hit in asked.hits]
    np.testing.assert_allclose([hit.score for hit in kept.hits], [hit.score for hit in asked.hits], atol=1e-6)


def test_a_head_ranks_what_its_backbone_has_encoded(small, spec, tuned, store, encoder, head, monkeypatch):
    monkeypatch.setattr(shelves, "SMALLEST_PART", 1)
    retriever = Retriever("letters", EmbeddedTexts(small, tuned, store, lambda: head))
    with pytest.raises(Cancelled):
        retriever.prepare(cancelled=lambda: len(encoder.calls) == 2)
    assert retriever.kept() == {"de": 2, "en": 1}
    found = retriever.search_kept("abc", query_lang="en")
    assert (found.pool, found.missing) == (3, 2)
    whole = retriever.search("abc", query_lang="en")
    scores = {hit.passage_id: hit.score for hit in whole.hits}
    assert {hit.passage_id: hit.score for hit in found.hits}.items() <= scores.items()
