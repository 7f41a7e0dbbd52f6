"""mteb's evaluation of our models, from end to end on a task made here."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from datasets import Dataset
from huggingface_hub import constants
from mteb.abstasks import AbsTaskRetrieval
from mteb.abstasks.retrieval_dataset_loaders import RetrievalSplitData
from mteb.abstasks.task_metadata import TaskMetadata
from mteb.types import PromptType
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.corpus import catalog, hub_reach
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import model
from hybrid_tui.encoders.encoder import Progress, Role
from hybrid_tui.errors import DataError, HybridTuiError, UsageError
from hybrid_tui.evaluation import evaluate, metric_tables, mteb_bridge

from .. import toys

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


class NotThere(StarterRetrieval):
    def load_data(self, **_: Any) -> None:
        raise ConnectionError("no route\nto host")


def keep(task: str, scores: list[dict[str, Any]], name: str = "use-m3") -> Path:
    """Keep scores as mteb does."""
    spec = model.resolve(name)
    folder = settings.data_dir() / "mteb" / "results" / f"hybrid-tui__{mteb_bridge.slug(name)}"
    file = folder / spec.fingerprint / f"{task}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"task_name": task, "scores": {"test": scores}}))
    return file


def score(subset: str, value: float, *languages: str) -> dict[str, Any]:
    return {"hf_subset": subset, "main_score": value, "languages": list(languages)}


def test_mteb_and_we_find_the_same(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    encoded: list[str] = []

    def step(words: str) -> Progress:
        encoded.append(words)
        return lambda _done, _total: None

    first = mteb_bridge.run("use-m3", [StarterRetrieval().filter_languages(["deu"])], step)
    assert first["subset"].unique().to_list() == ["de"]
    encoded.clear()
    found = mteb_bridge.run("use-m3", [StarterRetrieval()], step)
    assert encoded == [
        "StarterRetrieval: loading its data",
        "StarterRetrieval hi: encoding as query",
        "StarterRetrieval hi: encoding as passage",
    ]
    theirs = dict(found.filter(metric="ndcg_at_10").select("subset", "value").iter_rows())
    wanted = toys.system("use-m3", "starter:test")
    ours = metric_tables.by_language(evaluate.evaluate(replace(wanted, collection=two_languages())).values)
    assert set(theirs) == set(LANGS)
    for lang in LANGS:
        assert theirs[lang] == pytest.approx(ours[lang]["monolingual"]["nDCG@10"], abs=2e-5)
    assert mteb_bridge.kept().sort("subset").equals(found.sort("subset"))
    assert capfd.readouterr() == ("", "")
    monkeypatch.setattr(model, "load", None)
    assert mteb_bridge.run("use-m3", [NotThere()]).equals(found)


def test_data_that_cannot_be_had_is_told():
    with pytest.raises(HybridTuiError, match=r"made/here\) cannot be had: no route$") as caught:
        mteb_bridge.run("use-m3", [NotThere()])
    assert "network" in caught.value.hint
    assert mteb_bridge.kept().is_empty()


def test_where_the_hub_does_not_answer_its_cache_alone_is_asked_and_no_model_loaded(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(hub_reach, "answers", lambda: False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(model, "load", lambda *_: pytest.fail("loaded"))
    offline: list[bool] = []

    class Asks(NotThere):
        def load_data(self, **_: Any) -> None:
            offline.append(constants.HF_HUB_OFFLINE)
            super().load_data()

    with pytest.raises(HybridTuiError, match="cannot be had"):
        mteb_bridge.run("use-m3", [Asks()])
    assert (offline, constants.HF_HUB_OFFLINE) == ([True], False)


def test_what_is_kept_tells_one_language_from_two():
    keep(
        "Two",
        [score("de-de", 0.5, "deu-Latn", "deu-Latn"), score("de-en", 0.25, "deu-Latn", "eng-Latn")],
    )
    found = mteb_bridge.kept()
    assert found.select("model", "task", "split", "metric").unique().rows() == [
        ("use-m3", "Two", "test", "main_score")
    ]
    assert found.select("subset", "monolingual", "value").rows() == [
        ("de-de", True, 0.5),
        ("de-en", False, 0.25),
    ]


@pytest.mark.parametrize(
    "text", ['{"task_name": "Half", "sco', "[]", '{"scores": {"test": [{"main_score": null}]}}']
)
def test_a_damaged_result_is_named(text: str):
    file = keep("Half", [])
    file.write_text(text)
    with pytest.raises(DataError, match=str(file)) as caught:
        mteb_bridge.kept()
    assert "remove it" in caught.value.hint


def test_results_of_another_model_are_not_taken_for_this_one():
    keep("StarterRetrieval", [score(lang, 0.5, code) for lang, code in LANGS.items()], "me5-small")
    with pytest.raises(HybridTuiError, match="cannot be had"):
        mteb_bridge.run("use-m3", [NotThere()])


def test_an_unknown_task_is_told_with_near_ones():
    with pytest.raises(UsageError, match="no mteb text task named 'MIRACLRetrievals'") as caught:
        mteb_bridge.tasks(["MIRACLRetrievals"])
    assert "MIRACLRetrieval" in caught.value.hint


def test_every_task_of_the_presets_is_there_in_one_language_at_a_time():
    for names in mteb_bridge.PRESETS.values():
        found = mteb_bridge.tasks(names, monolingual=True)
        assert [task.metadata.name for task in found] == list(names)
        for task in found:
            spoken = task.metadata.hf_subsets_to_langscripts
            assert {len(set(spoken[subset])) for subset in task.hf_subsets} == {1}


def subsets(found: list[Any]) -> dict[str, list[str]]:
    return {task.metadata.name: task.hf_subsets for task in found}


def test_languages_leave_out_subsets_that_have_another():
    assert subsets(mteb_bridge.tasks(["BelebeleRetrieval"], ["deu", "eng-Latn"])) == {
        "BelebeleRetrieval": [
            "deu_Latn-deu_Latn",
            "deu_Latn-eng_Latn",
            "eng_Latn-deu_Latn",
            "eng_Latn-eng_Latn",
        ]
    }


def test_a_task_without_the_language_is_left_out_where_another_has_it():
    assert list(subsets(mteb_bridge.tasks(["XQuADRetrieval", "MIRACLRetrieval"], ["tel"]))) == [
        "MIRACLRetrieval"
    ]


def test_a_language_that_no_task_has_is_told():
    with pytest.raises(UsageError, match="no language in these tasks named 'de'") as caught:
        mteb_bridge.tasks(["XQuADRetrieval"], ["de"])
    assert caught.value.hint.startswith("did you mean deu?")
    with pytest.raises(UsageError, match="no subset is in aai alone"):
        mteb_bridge.tasks(["BibleNLPBitextMining"], ["aai"])


def test_a_task_made_of_others_stands_for_them_and_each_counts_once():
    found = mteb_bridge.tasks(["CQADupstackRetrieval", "CQADupstackGisRetrieval"])
    assert len(found) == 12
    assert all(not hasattr(task, "tasks") for task in found)


def test_without_mteb_the_way_to_get_it_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "mteb", None)
    with pytest.raises(HybridTuiError, match="mteb is not installed") as caught:
        mteb_bridge.tasks(["MIRACLRetrieval"])
    assert caught.value.hint == 'pip install "hybrid-tui[mteb]"'


def test_roles_and_similarity():
    spec = model.resolve("use-m3")
    encoder = mteb_bridge.MtebEncoder(spec, Recorder())
    about = {"task_metadata": StarterRetrieval.metadata, "hf_subset": "de"}
    batches = [{"text": ["a", "b"]}, {"text": ["c"]}]
    one = encoder.encode(batches, prompt_type=PromptType.query, **about)
    assert one.shape == (3, 2)
    for sort in (PromptType.document, None):
        assert not np.allclose(encoder.encode(batches, prompt_type=sort, **about), one)
    assert np.allclose(encoder.similarity(one, one[:2]), one @ one[:2].T)
    assert np.allclose(encoder.similarity_pairwise(one, one), 1)
    assert encoder.mteb_model_meta.name == "hybrid-tui/use-m3"
    assert encoder.mteb_model_meta.revision == spec.fingerprint


class Recorder:
    """Queries point one way, passages another."""

    dimension = 2
    fingerprint = "0"

    def encode(self, texts: list[str], role: Role, **_: Any) -> NDArray[np.float32]:
        return np.tile(np.eye(2, dtype=np.float32)[int(role == "query")], (len(texts), 1))
