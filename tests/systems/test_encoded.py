"""Sparse vectors and late interaction are their formulas by brute force, and no text is encoded twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from transformers import AutoModel, AutoModelForMaskedLM

from hybrid_tui.corpus import collection as corpus
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import Cancelled, DataError, UsageError
from hybrid_tui.evaluation import evaluate
from hybrid_tui.systems import text_arrays
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.model_folders import ModelFolder
from hybrid_tui.systems.resources import OwnResources
from hybrid_tui.systems.retrievers import SCORERS, late
from hybrid_tui.systems.scored_retriever import ScoredRetriever
from hybrid_tui.systems.scorer import Scorer

from .. import toys
from ..checkpoints import checkpoint

TEXTS = {
    "de": ["Der Fluss", "Der mountain and Fluss", "der moon : a river"],
    "en": ["a river", "a moon and a mountain", "a river", "moon moon moon"],
}
QUERIES = {"de": ["Fluss"], "en": ["a river", "moon and mountain"]}
KINDS = ("sparse", "colbert")


@pytest.fixture
def collection() -> Collection:
    queries = [
        {"query_id": f"{lang}-q{n}", "item_id": str(n), "lang": lang, "text": text}
        for lang, texts in QUERIES.items()
        for n, text in enumerate(texts)
    ]
    passages = [
        {"passage_id": f"{lang}-{n}", "lang": lang, "text": text}
        for lang, texts in TEXTS.items()
        for n, text in enumerate(texts)
    ]
    relevance = [{"item_id": str(n), "passage_id": f"{lang}-{n}"} for lang in TEXTS for n in range(2)]
    return corpus.build("rivers", pl.DataFrame(queries), pl.DataFrame(passages), pl.DataFrame(relevance))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    from sentence_transformers import MultiVectorEncoder

    root = tmp_path_factory.mktemp("models")
    bare = checkpoint(root / "bare", network=AutoModel)
    MultiVectorEncoder(str(bare)).save_pretrained(str(root / "late"))
    return {
        "sparse": checkpoint(root / "sparse", network=AutoModelForMaskedLM),
        "colbert": root / "late",
        "bare": bare,
    }


def silent(_step: str) -> Callable[[int, int], None]:
    return lambda _done, _total: None


def made(kind: str, folders: dict[str, Path], collection: Collection) -> Scorer:
    return SCORERS[kind](collection, str(folders[kind]), OwnResources())


def by_hand(kind: str, folder: Path, queries: list[str], passages: list[str]) -> np.ndarray[Any, Any]:
    import sentence_transformers

    if kind == "sparse":
        encoder = sentence_transformers.SparseEncoder(str(folder))
        asked, known = encoder.encode_query(queries), encoder.encode_document(passages)
        return (asked.to_dense() @ known.to_dense().T).numpy()
    late_encoder = sentence_transformers.MultiVectorEncoder(str(folder))
    asked, known = late_encoder.encode_query(queries), late_encoder.encode_document(passages)
    return np.array([[sum(max(q @ p for p in words) for q in query) for words in known] for query in asked])


@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_the_formula(kind: str, folders: dict[str, Path], collection: Collection):
    scorer = made(kind, folders, collection)
    scorer.prepare(["de", "en"], silent, asked=True)
    asked = [Asked("a river", "en", "en-q0"), Asked("Fluss and moon", "de")]
    found = scorer.scores(asked, ["de", "en"])
    wanted = by_hand(kind, folders[kind], ["a river", "Fluss and moon"], [*TEXTS["de"], *TEXTS["en"]])
    np.testing.assert_allclose(found, wanted, atol=1e-2 if kind == "colbert" else 1e-5)
    assert found[0, 3] == found[0, 5]  # one text is there twice
    assert len(np.unique(found[0])) == 6
    np.testing.assert_array_equal(scorer.scores(asked, ["en"]), found[:, 3:])


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_is_encoded_twice(
    kind: str, folders: dict[str, Path], collection: Collection, monkeypatch: pytest.MonkeyPatch
):
    first = made(kind, folders, collection)
    retriever = ScoredRetriever("x", collection, first)
    assert (retriever.to_encode(["en"]), retriever.to_encode()) == (3, 6)
    first.prepare(["en"], silent)
    assert (retriever.to_encode(["en"]), retriever.to_encode()) == (0, 3)
    first.prepare(["de", "en"], silent, asked=True)
    asked = [Asked("a river", "en", "en-q0")]
    found = first.scores(asked, ["de", "en"])
    monkeypatch.setattr(ModelFolder, "load", lambda *_: pytest.fail("it was loaded"))
    again = made(kind, folders, collection)
    again.prepare(["de", "en"], silent, asked=True)
    np.testing.assert_array_equal(again.scores(asked, ["de", "en"]), found)
    assert all(each.to_encode() == 0 for each in again.needed(["de", "en"], asked=True))


def test_it_is_cancelled_between_portions_which_stay(
    folders: dict[str, Path], collection: Collection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(text_arrays, "AT_ONCE", 2)
    turns = iter([False, True])
    scorer = made("sparse", folders, collection)
    with pytest.raises(Cancelled):
        scorer.prepare(["de", "en"], silent, lambda: next(turns))
    assert ScoredRetriever("x", collection, scorer).to_encode() == 4


def test_maxsim_in_blocks_is_maxsim(
    folders: dict[str, Path], collection: Collection, monkeypatch: pytest.MonkeyPatch
):
    scorer = made("colbert", folders, collection)
    scorer.prepare(["de", "en"], silent, asked=True)
    asked = [Asked("Fluss", "de", "de-q0"), Asked("moon and mountain", "en", "en-q1")]
    whole = scorer.scores(asked, ["de", "en"])
    for at_once in (1, 50, 300):
        monkeypatch.setattr(late, "_AT_ONCE", at_once)
        np.testing.assert_array_equal(scorer.scores(asked, ["de", "en"]), whole)


def test_late_interaction_reranks(folders: dict[str, Path], collection: Collection):
    pairs = late.LatePairs(late.arrays(str(folders["colbert"])))
    scorer = made("colbert", folders, collection)
    scorer.prepare(["en"], silent)
    wanted = scorer.scores([Asked("a river", "en")], ["en"])[0]
    np.testing.assert_allclose(pairs.scores("a river", TEXTS["en"]), wanted, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_system_is_evaluated(kind: str, folders: dict[str, Path]):
    toys.toy(items=3)
    system = toys.system(f"{kind}:{folders[kind]}")
    assert evaluate.steps_of(system) == ("encoding passages of toy", "encoding queries of toy", "ranking")
    found = evaluate.evaluate(system)
    assert found.manifest.system == f"{kind}:{folders[kind]}"
    assert toys.system(f"me5-small+fuse:{kind}:{folders[kind]}").scorer.pool_bound
    assert toys.system(f"me5-small+rerank:colbert:{folders['colbert']}:2").scorer.pool_bound


@pytest.mark.parametrize(("kind", "name"), [("sparse", "SparseEncoder"), ("colbert", "MultiVectorEncoder")])
def test_what_is_of_another_kind_is_told(
    kind: str, name: str, folders: dict[str, Path], collection: Collection
):
    for other in set(folders) - {kind}:
        scorer = SCORERS[kind](collection, str(folders[other]), OwnResources())
        with pytest.raises(DataError, match=f"is no {name}"):
            scorer.prepare(["en"], silent)
    with pytest.raises(UsageError, match=f"{kind} names no model"):
        SCORERS[kind](collection, "", OwnResources())
    with pytest.raises(UsageError, match="'nothing' is neither a folder nor a hub id"):
        SCORERS[kind](collection, "nothing", OwnResources())
    with pytest.raises(DataError, match="hub cannot be reached"):
        SCORERS[kind](collection, "owner/name", OwnResources()).prepare(["en"], silent)
