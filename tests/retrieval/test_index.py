import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.retrieval.index import build, recall


def unit(count: int, dimension: int = 16, seed: int = 0) -> np.ndarray:
    values = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


@given(st.integers(1, 60), st.integers(1, 80), st.integers(0, 3))
def test_flat_is_exact_and_breaks_ties_by_row(rows: int, k: int, seed: int):
    distinct = unit(max(1, rows // 4), seed=seed)
    embeddings = distinct[np.random.default_rng(seed).integers(0, len(distinct), rows)]
    query = unit(1, seed=seed + 10)
    scores, found = build(embeddings).search(query, k)
    expected = sorted(range(rows), key=lambda row: (-round(float(embeddings[row] @ query[0]), 5), row))[:k]
    assert found[0].tolist() == expected
    np.testing.assert_allclose(scores[0], embeddings[expected] @ query[0], atol=1e-6)


def test_a_tie_wider_than_k_gives_the_smallest_rows():
    embeddings = np.repeat(unit(1), 500, axis=0)
    _, found = build(embeddings).search(unit(1, seed=1), 7)
    assert found[0].tolist() == list(range(7))


def test_no_rows_no_hits():
    scores, found = build(np.empty((0, 16), np.float32)).search(unit(2), 5)
    assert scores.shape == found.shape == (2, 0)


@pytest.mark.parametrize("kind", ["hnsw", "ivf-pq"])
def test_approximate_indexes_find_most_and_say_how_much(kind):
    embeddings = unit(3000)
    index = build(embeddings, kind)
    share = recall(index, embeddings)
    assert 0.8 < share <= 1
    scores, found = index.search(embeddings[:5], 10)
    assert found[:, 0].tolist() == [0, 1, 2, 3, 4]
    assert (np.diff(scores) <= 0).all()


def test_a_small_pool_is_always_searched_exactly():
    assert build(unit(20), "ivf-pq").kind == "flat"


def test_recall_of_the_exact_index_is_one():
    embeddings = unit(300)
    assert recall(build(embeddings), embeddings) == 1
