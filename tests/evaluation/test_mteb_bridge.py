"""mteb's evaluation of our models, from end to end on a task made here."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from datasets import Dataset
from mteb.abstasks import AbsTaskRetrieval
from mteb.abstasks.retrieval_dataset_loaders import RetrievalSplitData
from mteb.abstasks.task_metadata import TaskMetadata

from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import model
from hybrid_tui.errors import HybridTuiError, UsageError
from hybrid_tui.evaluation import evaluate, metrics, mteb_bridge, results

LANGS = {"de": "deu-Latn", "hi": "hin-Deva"}


class StarterRetrieval(AbsTaskRetrieval):
    """Questions of the starter collection in two languages, each with its language's passages."""

    metadata = TaskMetadata(
        name="StarterRetrieval",
        dataset={"path": "made/here", "revision": "1"},
        description="questions and passages of the starter collection",
        type="Retrieval",
        category="t2t",
        modalities=["text"],
        eval_splits=["test"],
        eval_langs={lang: [code] for lang, code in LANGS.items()},
        main_score="ndcg_at_10",
        reference=None,
        date=None,
        domains=None,
        task_subtypes=None,
        license=None,
        annotations_creators=None,
        dialect=None,
        sample_creation=None,
        bibtex_citation=None,
    )

    def load_data(self, **_: Any) -> None:
        collection = two_languages()
        self.dataset = {lang: {"test": split(collection, lang)} for lang in LANGS}
        self.data_loaded = True


def two_languages() -> Collection:
    whole = catalog.load("starter:test")
    queries, passages = (
        table.filter(pl.col("lang").is_in(list(LANGS))) for table in (whole.queries, whole.passages)
    )
    relevance = whole.relevance.join(passages, on="passage_id", how="semi", maintain_order="left")
    return replace(whole, queries=queries, passages=passages, relevance=relevance)


def split(collection: Collection, lang: str) -> RetrievalSplitData:
    queries = collection.queries.filter(lang=lang)
    passages = collection.passages.filter(lang=lang)
    relevant = queries.join(collection.relevance, on="item_id").join(passages, on="passage_id")
    answers: dict[str, dict[str, int]] = {}
    for query, passage in relevant.select("query_id", "passage_id").iter_rows():
        answers.setdefault(query, {})[passage] = 1
    return RetrievalSplitData(
        queries=Dataset.from_list(
            [{"id": i, "text": t} for i, t in queries.select("query_id", "text").rows()]
        ),
        corpus=Dataset.from_list(
            [{"id": i, "text": t, "title": ""} for i, t in passages.select("passage_id", "text").rows()]
        ),
        relevant_docs=answers,
        top_ranked=None,
    )


@pytest.mark.filterwarnings("ignore")
def test_mteb_and_we_find_the_same():
    found = mteb_bridge.run("use-m3", [StarterRetrieval()])
    theirs = dict(found.filter(metric="ndcg_at_10").select("subset", "value").iter_rows())
    wanted = evaluate.system("use-m3", "starter:test")
    ours = metrics.by_language(evaluate.evaluate(replace(wanted, collection=two_languages())).values)
    assert set(theirs) == set(LANGS)
    for lang in LANGS:
        assert theirs[lang] == pytest.approx(ours[lang]["monolingual"]["nDCG@10"], abs=2e-5)
    assert mteb_bridge.kept().equals(found)
    again = mteb_bridge.run("use-m3", [StarterRetrieval()])
    assert again.equals(found)


class NotThere(StarterRetrieval):
    def load_data(self, **_: Any) -> None:
        raise ConnectionError("no route\nto host")


def test_data_that_cannot_be_had_is_told():
    with pytest.raises(HybridTuiError, match=r"made/here\) cannot be had: no route$") as caught:
        mteb_bridge.run("use-m3", [NotThere()])
    assert "network" in caught.value.hint
    assert mteb_bridge.kept().is_empty()


def test_an_unknown_task_is_told_with_near_ones():
    with pytest.raises(UsageError, match="no mteb task named 'MIRACLRetrievals'") as caught:
        mteb_bridge.tasks(["MIRACLRetrievals"])
    assert "MIRACLRetrieval" in caught.value.hint


def test_every_task_of_the_presets_is_there():
    for names in mteb_bridge.PRESETS.values():
        assert {task.metadata.name for task in mteb_bridge.tasks(names)} == set(names)


def test_without_mteb_the_way_to_get_it_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(__import__("sys").modules, "mteb", None)
    with pytest.raises(HybridTuiError, match="mteb is not installed") as caught:
        mteb_bridge.tasks(["MIRACLRetrieval"])
    assert caught.value.hint == 'pip install "hybrid-tui[mteb]"'


def test_roles_and_similarity():
    spec = model.resolve("use-m3")
    encoder = mteb_bridge.MtebEncoder(spec, model.load(spec))
    one = encoder.encode([{"text": ["a", "b"]}, {"text": ["c"]}], prompt_type="query")
    assert one.shape == (3, 512)
    assert np.allclose(encoder.similarity(one, one), one @ one.T, atol=1e-6)
    assert np.allclose(encoder.similarity_pairwise(one, one), 1, atol=1e-5)
    assert results.kept() == []
    assert json.dumps(encoder.mteb_model_meta.name) == '"hybrid-tui/use-m3"'
