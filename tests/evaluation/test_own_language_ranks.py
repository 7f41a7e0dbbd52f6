from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hybrid_tui.corpus import catalog, collection
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import model
from hybrid_tui.evaluation import evaluate, metric_tables
from hybrid_tui.evaluation.ranks import ranks
from hybrid_tui.retrieval.stored_rows import StoredRows

from .. import toys

LANGS = ("en", "sw", "th")
ASKED, POOL = 6, 40


class Letters:
    """Stands in for a model: random vectors, seeded by a text's letters."""

    dimension = 16
    fingerprint = "f"

    def encode(self, texts, role, *, progress=None, cancelled=None):
        made = np.array([np.random.default_rng(sum(map(ord, text))).normal(size=16) for text in texts])
        return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    """Add a collection in MIRACL's form, and load `Letters` for every model."""
    for lang in LANGS:
        topics = tmp_path / f"miracl-v1.0-{lang}" / "topics" / f"topics.miracl-v1.0-{lang}-dev.tsv"
        qrels = tmp_path / f"miracl-v1.0-{lang}" / "qrels" / f"qrels.miracl-v1.0-{lang}-dev.tsv"
        docs = tmp_path / f"miracl-corpus-v1.0-{lang}" / "docs-0.jsonl.gz"
        for file in (topics, qrels, docs):
            file.parent.mkdir(parents=True)
        topics.write_text("".join(f"{q}\t{lang} {'?' * q} who\n" for q in range(ASKED)))
        qrels.write_text("".join(f"{q}\tQ0\t{q}#{n}\t1\n" for q in range(ASKED) for n in range(1 + q % 3)))
        rows = [{"docid": f"{n // 4}#{n % 4}", "title": lang, "text": "x" * n} for n in range(POOL)]
        docs.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    catalog.add("m", tmp_path)
    monkeypatch.setattr(model, "load", lambda *_: Letters())
    return catalog.load("m")


@pytest.fixture
def eager(added: Collection) -> Collection:
    """Hold the same in memory."""
    texts = [text for lang in LANGS for text in added.passage_inputs(lang)]
    passages = added.passages.select("passage_id", "lang").with_columns(text=pl.Series(texts))
    return collection.build("eager", added.queries, passages, added.relevance)


def test_what_is_in_one_language_each_is_told_apart_from_translations(added: Collection) -> None:
    assert added.monolingual
    assert not catalog.load("starter").monolingual
    also = pl.DataFrame({"item_id": ["sw-0"], "passage_id": ["en-0#0"]})
    shared = pl.concat([added.relevance, also], how="diagonal")
    assert not collection.replace(added, relevance=shared).monolingual


@pytest.mark.parametrize("memory", [1 << 8, 1 << 20])
def test_ranks_are_those_of_the_queries_own_language(
    added: Collection, eager: Collection, memory: int
) -> None:
    sides = [
        {lang: Letters().encode(texts(lang), role) for lang in LANGS}
        for role, texts in (("query", eager.query_inputs), ("passage", eager.passage_inputs))
    ]
    apart = ranks(added, *sides, own_language=True, memory=memory)
    together = ranks(eager, *sides)
    assert (apart.languages, apart.pool.tolist()) == (together.languages, together.pool.tolist())
    assert_frame_equal(apart.queries, together.queries)
    assert_frame_equal(apart.relevant, together.relevant)
    own = np.array([LANGS.index(lang) for lang in apart.relevant["lang"]])
    at = np.arange(len(own))
    np.testing.assert_array_equal(apart.beaten[at, own], together.beaten[at, own])
    assert apart.beaten.sum() == apart.beaten[at, own].sum()
    asked = [LANGS.index(lang) for lang in apart.queries["lang"]]
    assert (apart.top_lang == np.array(asked)[:, None]).all()
    assert added.passages["lang"].gather(apart.top[:, 0]).to_list() == apart.queries["lang"].to_list()


def test_an_evaluation_is_monolingual_alone_and_reads_from_disk(
    added: Collection, eager: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    get = StoredRows.__getitem__
    monkeypatch.setattr(
        StoredRows, "__getitem__", lambda self, which: (read.append(len(found := get(self, which))), found)[1]
    )
    found = evaluate.evaluate(toys.system("me5-small", "m"), memory=6000)
    assert 1 < max(read) < POOL
    assert list(metric_tables.summary(found.values)) == ["monolingual"]
    assert found.values.height == len(LANGS) * ASKED
    assert found.manifest.bias == {}
    assert found.bias_values.is_empty()


def test_a_correction_reads_the_same_as_in_memory(added: Collection) -> None:
    found = evaluate.evaluate(toys.system("me5-small+center", "m"))
    assert list(metric_tables.summary(found.values)) == ["monolingual"]
    assert found.manifest.correction == "center"
