"""What stages take: each is counted once, under the outermost one that works, without loading."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.systems import stage_times
from hybrid_tui.systems.dense import DenseScores
from hybrid_tui.systems.embedded import EmbeddedTexts
from hybrid_tui.systems.scored_retriever import ScoredRetriever
from hybrid_tui.systems.stages.fuse import Fused
from hybrid_tui.systems.stages.rerank import Rerank, Reranked

from .test_rerank import Lengths


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(stage_times, "time", SimpleNamespace(perf_counter=lambda: clock.now))
    return clock


def test_a_stage_within_another_is_part_of_it_and_loading_of_none(clock: SimpleNamespace):
    with stage_times.timed() as seconds:
        clock.now += 1
        for _ in range(2):
            with stage_times.stage("encode"):
                clock.now += 2
                with stage_times.loading():
                    clock.now += 100
        with stage_times.stage("fuse"), stage_times.stage("encode"):
            clock.now += 4
        with stage_times.loading():
            clock.now += 100
    assert seconds == {"encode": 4.0, "fuse": 4.0}


def test_nobody_need_ask():
    with stage_times.stage("encode"), stage_times.loading():
        pass
    with stage_times.timed() as seconds:
        pass
    assert seconds == {}


def test_what_is_fused_and_reranked_is_counted_as_these_stages(small, spec, encoder, tmp_path: Path):
    store = EmbeddingStore(tmp_path, shipped=None)
    dense = DenseScores(EmbeddedTexts(small, spec, store, lambda: encoder))
    other = DenseScores(EmbeddedTexts(small, spec, store, lambda: encoder))
    system = Reranked(small, Fused((dense, other)), Rerank("x", 3), Lengths())
    found = ScoredRetriever("letters+fuse:letters+rerank:x:3", small, system).search("abc")
    assert list(found.seconds) == ["encode", "search", "fuse", "rerank"]
