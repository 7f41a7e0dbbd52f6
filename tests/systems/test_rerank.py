"""Reranking: the first passages by the pairs' scores, the rest as they were, nothing scored twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from transformers import AutoModel, AutoModelForSequenceClassification

from hybrid_tui.corpus import collection as corpus
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.evaluation import evaluate
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.model_folders import ModelFolder
from hybrid_tui.systems.pairs import CrossScores
from hybrid_tui.systems.scored_retriever import ScoredRetriever
from hybrid_tui.systems.stages.rerank import Rerank, Reranked

from .. import toys
from ..checkpoints import checkpoint
from .test_scored_ranks import LANGS, Drawn, places, small_collection

TEXTS = ["a river", "a mountain", "moon and river", "a river", "Der Fluss", "a moon : mountain"]


@dataclass
class Lengths:
    """Scores that tie: the length of a passage's text modulo 2."""

    fingerprint: str = "lengths"
    asked: list[int] = field(default_factory=list)

    def prepare(self) -> None:
        pass

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append(len(passages))
        return np.array([ord(text[-2]) % 2 for text in passages], np.float32)


def rivers() -> Collection:
    return corpus.build(
        "rivers",
        pl.DataFrame([{"query_id": "q", "item_id": "i", "lang": "en", "text": "a river"}]),
        pl.DataFrame([{"passage_id": f"p{n}", "lang": "en", "text": text} for n, text in enumerate(TEXTS)]),
        pl.DataFrame([{"item_id": "i", "passage_id": "p0"}]),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(
        tmp_path_factory.mktemp("cross"), network=AutoModelForSequenceClassification, num_labels=1
    )


@given(st.integers(1, 5), st.integers(1, 20), st.integers(1, 3))
def test_the_first_are_ordered_by_score_then_by_row_and_the_rest_stays(items: int, depth: int, langs: int):
    collection, first = small_collection(items), Drawn(small_collection(items), 3)
    pool, pairs = LANGS[:langs], Lengths()
    system = Reranked(collection, first, Rerank("x", depth), pairs)
    before = places(first, collection, "en-q0", "en", pool)
    text = dict(collection.passages.select("passage_id", "text").iter_rows())
    head = sorted(before[:depth], key=lambda name: (-(ord(text[name][-2]) % 2), name))
    assert places(system, collection, "en-q0", "en", pool) == [*head, *before[depth:]]
    assert pairs.asked == [min(depth, items * langs)]


def test_scores_are_a_cross_encoders_and_are_shown(folder: Path):
    from sentence_transformers import CrossEncoder

    collection = rivers()
    first = Drawn(collection, 1000)
    system = Reranked(
        collection, first, Rerank(str(folder), 4), CrossScores(ModelFolder("rerank", str(folder)))
    )
    order = places(first, collection, "q", "en", ["en"])
    logits = CrossEncoder(str(folder)).predict(
        [("a river", text) for text in TEXTS], activation_fn=lambda x: x
    )
    logit = {f"p{n}": float(value) for n, value in enumerate(logits)}
    assert len({round(value, 5) for value in logit.values()}) == 5  # one text is there twice
    found = ScoredRetriever("x", collection, system).search("", query_id="q", query_lang="en", k=6)
    wanted = [*sorted(order[:4], key=lambda name: (-round(logit[name], 5), name)), *order[4:]]
    assert [hit.passage_id for hit in found.hits] == wanted
    np.testing.assert_allclose(
        [hit.score for hit in found.hits[:4]], [logit[n] for n in wanted[:4]], atol=1e-5
    )
    own = first.scores([Asked("a river", "en", "q")], ["en"])[0]
    assert [hit.before for hit in found.hits] == [order.index(name) + 1 for name in wanted]
    assert [hit.score for hit in found.hits[4:]] == [own[int(name[1:])] for name in wanted[4:]]


def test_no_pair_is_scored_twice_in_this_process_or_the_next(folder: Path, monkeypatch: pytest.MonkeyPatch):
    model = ModelFolder("rerank", str(folder))
    once = CrossScores(model)
    found = once.scores("a river", TEXTS)
    assert found[0] == found[3]
    monkeypatch.setattr(ModelFolder, "load", lambda *_: pytest.fail("it was loaded"))
    np.testing.assert_array_equal(once.scores("a river", TEXTS[::-1]), found[::-1])
    np.testing.assert_array_equal(CrossScores(model).scores("a river", TEXTS), found)
    with pytest.raises(pytest.fail.Exception, match="it was loaded"):
        CrossScores(model).scores("a", ["river", *TEXTS])


def test_a_system_is_reranked_and_tells_how_deep(folder: Path):
    toys.toy()
    system = toys.system(f"me5-small+center+rerank:{folder}:7")
    assert system.notes[-1].startswith(f"rerank:{folder} orders the first 7 of each pool")
    found = evaluate.evaluate(system)
    assert found.ranks.alone is not None  # the first 7 of one language are others than those of all
    assert evaluate.find_kept(system) is not None
    assert evaluate.key_of(toys.system(f"me5-small+center+rerank:{folder}:8")) != evaluate.key_of(system)
    assert toys.system(f"bm25+rerank:{folder}:7").scorer.pool_bound


def test_what_is_no_reranker_is_told(tmp_path: Path):
    bare = checkpoint(tmp_path / "bare", network=AutoModel)
    with pytest.raises(DataError, match=r"is no CrossEncoder: its config.json names \['BertModel'\]"):
        CrossScores(ModelFolder("rerank", str(bare))).scores("a", ["b"])
    two = checkpoint(tmp_path / "two", network=AutoModelForSequenceClassification, num_labels=2)
    with pytest.raises(DataError, match="gives 2 scores for a pair"):
        CrossScores(ModelFolder("rerank", str(two))).scores("a", ["b"])
    (two / "model.safetensors").unlink()
    with pytest.raises(DataError, match="cannot be loaded"):
        CrossScores(ModelFolder("rerank", str(two))).scores("a", ["b"])
    toys.toy()
    with pytest.raises(UsageError, match="rerank: 'nothing' is neither a folder nor a hub id"):
        toys.system("me5-small+rerank:nothing")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("rerank:owner/name", Rerank("owner/name")),
        ("rerank:owner/name@v2:50", Rerank("owner/name@v2", 50)),
        ("rerank:colbert:owner/name", Rerank("colbert:owner/name")),
        ("rerank:colbert:owner/name:50", Rerank("colbert:owner/name", 50)),
    ],
)
def test_it_is_read(typed: str, wanted: Rerank):
    assert Rerank.read(typed) == wanted
    assert str(wanted) == typed
    assert Rerank.read("rerank:owner/name:100") == Rerank("owner/name")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("rerank", "names no model"),
        ("rerank:", "names no model"),
        ("rerank:colbert", "names no model"),
        ("rerank:colbert:", "names no model"),
        ("rerank:owner/name:0", "'0' is no number of passages"),
        ("rerank:owner/name:x", "'x' is no number of passages"),
        ("rerank:owner/name:", "'' is no number of passages"),
    ],
)
def test_what_cannot_be_read_is_told(typed: str, said: str):
    with pytest.raises(UsageError, match=said):
        Rerank.read(typed)
