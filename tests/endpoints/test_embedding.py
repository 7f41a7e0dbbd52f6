from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hybrid_tui.endpoints import endpoint, spending
from hybrid_tui.endpoints.client import Client
from hybrid_tui.endpoints.embedding import embedded
from hybrid_tui.errors import HybridTuiError

from ..api_server import Reply, configured, serving, vectors


def failed(*rows: list[float], indexes: list[int] | None = None, **fields: Any) -> str:
    """What is said of an answer to two texts."""
    numbered = zip(indexes or range(len(rows)), rows, strict=True)
    reply = Reply({"data": [{"index": at, "embedding": row} for at, row in numbered]})
    with serving(lambda asked: reply) as server, pytest.raises(HybridTuiError) as caught:
        configured(server.url, **fields)
        embedded(Client(endpoint("toy")), ["x", "y" * 99], {})
    return caught.value.whole.replace(server.url, "URL")


def test_rows_are_in_the_texts_order_and_of_length_one_and_tokens_are_counted():
    with serving(vectors) as server:
        configured(server.url, dimensions=8)
        before = spending.spent("toy")
        found = embedded(Client(endpoint("toy")), ["aaa", "b", "hh"], {"input_type": "query"})
    assert (found.shape, found.dtype) == ((3, 8), np.float32)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert found.argmax(axis=1).tolist() == [1, 2, 0]
    (asked,) = server.asked
    wanted = {"input": ["aaa", "b", "hh"], "encoding_format": "float", "dimensions": 8, "input_type": "query"}
    assert asked.body == {"model": "tiny", **wanted}
    after = spending.spent("toy")
    assert (after.requests - before.requests, after.tokens - before.tokens) == (1, 3)


def test_an_answer_without_numbers_is_in_order_and_without_usage_counts_no_tokens():
    reply = Reply({"data": [{"embedding": [2.0, 0.0]}, {"embedding": [0.0, 3.0]}]})
    with serving(lambda asked: reply) as server:
        configured(server.url)
        before = spending.spent("toy").tokens
        assert embedded(Client(endpoint("toy")), ["x", "y"], {}).tolist() == [[1, 0], [0, 1]]
    assert spending.spent("toy").tokens == before


def test_another_count_is_told():
    said = failed([1.0, 2.0])
    assert said.startswith("api:toy: URL/embeddings gave 1 embeddings for 2 texts")
    assert "batch = 1 in [api.toy]" in said


def test_wrong_numbers_are_told():
    assert "URL/embeddings numbered its embeddings wrongly" in failed([1.0], [2.0], indexes=[1, 1])


def test_other_dimensions_than_asked_for_are_told():
    assert "gave 2 dimensions where 8 were asked for" in failed([1.0, 2.0], [2.0, 1.0], dimensions=8)
    assert "gave 2 dimensions where there were 1 before" in failed([1.0, 2.0], [2.0])


def test_vectors_without_a_length_are_told_with_their_text():
    assert f"or without a length, for the text '{'y' * 40}…'" in failed([1.0, 2.0], [0.0, 0.0])
    assert "for the text 'x'" in failed([1e300, 1e300], [1.0, 0.0])
