from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import rank_agreement
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks
from hybrid_tui.evaluation.relevant_ranks import RelevantRanks

from .random_cases import World, world, worlds


@given(worlds, st.sampled_from([1, 3, 10, 1000]))
def test_peer_is_the_kruskal_wallis_p(made: World, k: int) -> None:
    found = rank_agreement.peer(RelevantRanks.of(made.ranks()), k)
    for query in made.queries:
        places = made.found(query)
        groups: dict[str, list[int]] = {}
        for d in made.wanted(query):
            groups.setdefault(made.langs[d], []).append(min(places.get(d, k + 1), k + 1))
        if len(groups) < 2:
            assert np.isnan(found[query])
        elif {rank for group in groups.values() for rank in group} == {k + 1}:
            assert found[query] == 1
        else:
            assert found[query] == pytest.approx(stats.kruskal(*groups.values()).pvalue, abs=1e-9)


@pytest.mark.parametrize("languages", [3, 5])
def test_friedman_equals_scipy_and_w_follows(languages: int) -> None:
    made = world(languages, languages=languages, items=9, lost=0.02)
    found = rank_agreement.friedman(RelevantRanks.of(made.ranks()))
    for code, test in found.items():
        blocks = [
            [made.found(q)[d] for d in sorted(made.wanted(q))]
            for q in made.complete()
            if made.asked[q][1] == code
        ]
        expected = stats.friedmanchisquare(*zip(*blocks, strict=True))
        assert test.blocks == len(blocks)
        assert test.chi_square == pytest.approx(expected.statistic)
        assert test.p == pytest.approx(expected.pvalue)
        assert test.w == pytest.approx(expected.statistic / (len(blocks) * (languages - 1)))
    assert set(found) == set(made.languages)


def test_a_model_that_always_orders_languages_alike_has_w_one() -> None:
    made = world(languages=3, items=5, others=0)
    scores = np.array([[-("de", "en", "es").index(lang) for lang in made.langs]] * len(made.asked))
    ordered = World(made.asked, made.langs, made.relevant, scores.astype(np.float32))
    assert rank_agreement.friedman(RelevantRanks.of(ordered.ranks()))["en"].w == pytest.approx(1)


def test_the_best_answer_stands_for_a_language_with_several() -> None:
    made = World([(0, "de")], ["de", "de", "en"], {0: [0, 1, 2]}, np.array([[1, 3, 2]], np.float32))
    found = rank_agreement.friedman(RelevantRanks.of(made.ranks()))["de"]
    assert (found.blocks, found.chi_square, found.w) == (1, 1, 1)


def test_a_query_with_an_answer_that_was_not_retrieved_is_no_block() -> None:
    scores = np.array([[1, 3, 2], [3, 2, 1]], np.float32)
    made = World(
        [(0, "de"), (1, "de")], ["de", "de", "en"], {0: [0, 1, 2], 1: [1, 2]}, scores, frozenset({(0, 0)})
    )
    assert rank_agreement.friedman(RelevantRanks.of(made.ranks()))["de"].blocks == 1


def test_queries_without_every_language_are_no_blocks() -> None:
    made = world(languages=3, items=4)
    made.relevant[0] = made.relevant[0][:2]
    assert rank_agreement.friedman(RelevantRanks.of(made.ranks()))["de"].blocks == 3
    assert rank_agreement.friedman(RelevantRanks.of(world(languages=1).ranks())) == {}


def encoded(seed: int, k: int = 4) -> tuple[Ranks, World, np.ndarray, np.ndarray]:
    """A world whose scores are products of embeddings."""
    rng = np.random.default_rng(seed)
    made = world(seed, languages=3, items=5, others=4)
    queries = rng.standard_normal((len(made.asked), 6)).astype(np.float32)
    passages = rng.standard_normal((len(made.langs), 6)).astype(np.float32)
    scored = World(made.asked, made.langs, made.relevant, queries @ passages.T)
    return scored.ranks(k), scored, queries, passages


def consistency_matrix(
    ranks: Ranks, queries: NDArray[np.float32], passages: NDArray[np.float32], k: int = 10
) -> Matrix | None:
    found = rank_agreement.ranking_consistency(ranks, queries, passages, k)
    return found.matrix if found else None


def consistency(made: World, one: int, other: int, k: int) -> float:
    union = sorted({*made.order(one)[:k], *made.order(other)[:k]})
    return float(100 * stats.spearmanr(made.scores[one, union], made.scores[other, union]).statistic)


@pytest.mark.parametrize("block", [2, 128])
@pytest.mark.parametrize("seed", range(5))
def test_consistency_is_spearman_over_the_union(
    seed: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rank_agreement, "BLOCK_ITEMS", block)
    ranks, made, queries, passages = encoded(seed)
    found = consistency_matrix(ranks, queries, passages, 4)
    assert found is not None
    assert found.rows == found.columns == ("de", "en", "es")
    row = {asked: query for query, asked in enumerate(made.asked)}
    for a, b in permutations(range(3), 2):
        pairs = [(row[item, found.rows[a]], row[item, found.rows[b]]) for item in range(5)]
        expected = np.mean([consistency(made, one, other, 4) for one, other in pairs])
        assert found.values[a][b] == pytest.approx(expected, abs=1e-4)
        assert found.counts[a][b] == 5
    assert [found.values[a][a] for a in range(3)] == [None] * 3


def test_consistency_leaves_out_missing_versions_and_takes_the_first_of_two() -> None:
    ranks, made, queries, passages = encoded(1)
    # The second item's English version is now a further version of the first one's.
    items = ranks.queries["item_id"].to_list()
    one, two = made.asked.index((0, "en")), made.asked.index((1, "en"))
    items[two] = items[one]
    changed = replace(ranks, queries=ranks.queries.with_columns(pl.Series("item_id", items)))
    found = consistency_matrix(changed, queries, passages, 4)
    assert found is not None
    assert found.counts == ((0, 4, 5), (4, 0, 4), (5, 4, 0))
    german = {item: query for query, (item, lang) in enumerate(made.asked) if lang == "de"}
    english = {item: query for query, (item, lang) in enumerate(made.asked) if lang == "en"}
    expected = np.mean([consistency(made, german[item], english[item], 4) for item in (0, 2, 3, 4)])
    assert found.values[0][1] == pytest.approx(expected, abs=1e-4)


def test_consistency_of_a_pool_smaller_than_k() -> None:
    ranks, made, queries, passages = encoded(2, k=30)
    assert (ranks.top == UNRANKED).any()
    found = consistency_matrix(ranks, queries, passages, 30)
    pairs = [(made.asked.index((item, "de")), made.asked.index((item, "es"))) for item in range(5)]
    assert found is not None
    assert found.values[0][2] == pytest.approx(
        np.mean([consistency(made, one, other, 30) for one, other in pairs]), abs=1e-4
    )


def test_the_same_vector_in_every_language_is_wholly_consistent() -> None:
    _, made, queries, passages = encoded(3)
    same = queries[[made.asked.index((item, "de")) for item, _ in made.asked]]
    level = World(made.asked, made.langs, made.relevant, same @ passages.T)
    found = consistency_matrix(level.ranks(4), same, passages, 4)
    assert found is not None
    assert rank_agreement.off_diagonal_mean(found) == pytest.approx(100)


def test_consistency_needs_two_languages_and_a_kept_depth() -> None:
    made = world(languages=2, asked=("de",))
    queries, passages = np.zeros((len(made.asked), 2), np.float32), np.zeros((len(made.langs), 2), np.float32)
    assert rank_agreement.ranking_consistency(made.ranks(), queries, passages) is None
    with pytest.raises(UsageError, match="not the first 50"):
        rank_agreement.ranking_consistency(made.ranks(), queries, passages, 50)


def test_scores_without_a_spread_have_no_consistency() -> None:
    made = world(languages=2)
    queries, passages = np.zeros((len(made.asked), 2), np.float32), np.zeros((len(made.langs), 2), np.float32)
    found = consistency_matrix(made.ranks(), queries, passages)
    assert found is not None
    assert found.values == ((None, None), (None, None))
    assert rank_agreement.off_diagonal_mean(found) is None


def test_off_diagonal_mean_is_a_mean_of_rows() -> None:
    matrix = Matrix(
        "", ("de", "en"), ("de", "en", "es"), ((9.0, 1.0, 3.0), (4.0, 9.0, None)), ((1,) * 3,) * 2
    )
    assert rank_agreement.off_diagonal_mean(matrix) == 3
