"""What the app's heatmaps are made of: an evaluation, kept or made on the way."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import polars as pl
import pytest

from hybrid_tui import settings
from hybrid_tui.api import library, questions
from hybrid_tui.api.bias_matrices import BiasMatrices
from hybrid_tui.api.workspace import MOST_LOADED, Workspace
from hybrid_tui.corpus import catalog, variants
from hybrid_tui.encoders import model, registry
from hybrid_tui.encoders.linear_head import HeadEncoder
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.encoders.trained import BrokenSource
from hybrid_tui.errors import Cancelled, UsageError
from hybrid_tui.evaluation import evaluate, heatmaps, results
from hybrid_tui.evaluation.heatmaps import MeasureInput
from hybrid_tui.evaluation.observations import of_metric
from tests.checkpoints import checkpoint
from tests.trained_models import head

from ..toys import DIMENSION, LANGS, toy


class SlowEncoder:
    """Encodes once it is let; counts."""

    dimension = DIMENSION
    fingerprint = "f"

    def __init__(self) -> None:
        self.asked, self.go, self.texts = Event(), Event(), 0

    def encode(self, texts, role, *, progress=None, cancelled=None):
        self.asked.set()
        assert self.go.wait(20)
        if cancelled and cancelled():
            raise Cancelled
        self.texts += len(texts)
        vectors = np.random.default_rng(len(texts[0])).normal(size=(len(texts), DIMENSION))
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowEncoder:
    encoder = SlowEncoder()
    monkeypatch.setattr(model, "load", lambda *_: encoder)
    return encoder


def test_matrices_are_those_of_the_evaluation_that_is_kept():
    toy()
    found = BiasMatrices(Workspace()).matrices("toy", "me5-small+center")
    evaluation = results.named("me5-small+center", "toy")
    assert set(found) == set(heatmaps.OF_EVALUATIONS)
    assert found["map"] == of_metric(evaluation.values, "mAP").matrix
    assert found["rank-gap"] == heatmaps.rank_gap(MeasureInput(evaluation.ranks)).matrix
    assert found["map"].rows == LANGS


def test_what_is_kept_is_not_ranked_again(monkeypatch: pytest.MonkeyPatch):
    toy()
    workspace = Workspace()
    first = BiasMatrices(workspace).matrices("toy", "me5-small")
    monkeypatch.setattr(evaluate, "ranks", None)
    workspace = Workspace()
    assert BiasMatrices(workspace).matrices("toy", "me5-small") == first
    assert workspace.loaded() == ()


def test_one_language_has_no_matrix_of_bias():
    toy(langs=["de"])
    assert set(BiasMatrices(Workspace()).matrices("toy", "me5-small")) == {"map"}


@pytest.mark.parametrize("system", ["me6-small", "me5-small+centre"])
def test_unknown_names_are_usage_errors(system: str):
    toy()
    with pytest.raises(UsageError, match=r"no model named|is unknown"):
        BiasMatrices(Workspace()).matrices("toy", system)
    assert results.kept() == []


def test_two_corrections_at_once_encode_once(slow: SlowEncoder):
    toy(models=())
    bias = BiasMatrices(Workspace())
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(bias.matrices, "toy", f"me5-small{end}") for end in ("", "+center")]
        assert slow.asked.wait(20)
        slow.go.set()
        assert all("rank-gap" in future.result(20) for future in both)
    assert slow.texts == 72


def test_who_waits_for_a_turn_can_be_cancelled(slow: SlowEncoder):
    toy(models=())
    bias = BiasMatrices(Workspace())
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(bias.matrices, "toy", "me5-small")
        assert slow.asked.wait(20)
        waiting = pool.submit(bias.matrices, "toy", "me5-small+center", cancelled=lambda: True)
        with pytest.raises(Cancelled):
            waiting.result(20)
        assert not first.done()
        slow.go.set()
        assert "map" in first.result(20)
    assert [each.manifest.system for each in results.kept()] == ["me5-small"]


def test_a_cancelled_one_keeps_nothing_and_lets_the_next_in(slow: SlowEncoder):
    toy(models=())
    bias = BiasMatrices(Workspace())
    slow.go.set()
    with pytest.raises(Cancelled):
        bias.matrices("toy", "me5-small", cancelled=lambda: True)
    assert results.kept() == []
    assert "map" in bias.matrices("toy", "me5-small")


def test_heads_share_the_encoder_of_their_backbone(tmp_path: Path):
    tiny = str(checkpoint(tmp_path / "tiny"))
    heads = [str(head(tmp_path / f"h{n}", tiny, 16, noise=n)) for n in (1, 2)]
    workspace = Workspace()
    found = [workspace.encoder(name) for name in heads]
    assert isinstance(found[0], HeadEncoder)
    assert isinstance(found[1], HeadEncoder)
    assert found[0].backbone is found[1].backbone is workspace.encoder(tiny)
    assert set(workspace.loaded()) == {tiny, *heads}
    toy("toy", langs=("de", "en"))
    ranking = workspace.retriever("toy", heads[0]).search("a river", query_lang="en", k=3)
    assert [hit.rank for hit in ranking.hits] == [1, 2, 3]


def test_a_collection_that_was_added_anew_is_read_anew(tmp_path: Path):
    workspace = Workspace()
    toy(items=5)
    assert questions.questions(workspace.collection("toy"), "de")[1] == 5
    catalog.remove("toy")
    toy(items=7)
    assert questions.questions(workspace.collection("toy"), "de")[1] == 7


def test_a_form_of_the_queries_that_was_kept_anew_is_read_anew(slow: SlowEncoder):
    workspace = Workspace()
    toy("mine")

    def keep(text: str) -> None:
        row = dict.fromkeys(variants.SCHEMA, None) | {
            "item_id": "item0",
            "lang": "de",
            "text": text,
            "text_lang": "de",
        }
        table = pl.DataFrame([row | {"where": "here"}], schema=variants.SCHEMA | {"where": pl.String})
        variants.keep("mine", "anew", table, overwrite=True)

    found = []
    slow.go.set()
    for text in ("abc", "another"):
        keep(text)
        ranking = workspace.retriever("mine", "me5-small+query:anew:1").search("", query_id="de-q0")
        found.append([hit.score for hit in ranking.hits])
    assert found[0] != found[1]


def test_a_folder_with_the_name_of_a_backbone_or_of_starter_is_no_second_one():
    shutil.copytree(registry.folders()["me5-small-head-mono"], registry.user_models_dir() / "me5-small")
    (settings.data_dir() / "collections" / "starter").mkdir(parents=True)
    for names in (
        [each.name for each in library.model_infos()],
        [each.name for each in library.collection_infos()],
    ):
        assert len(set(names)) == len(names)


def test_the_encoders_used_last_stay_in_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model, "load", lambda *_: SlowEncoder())
    monkeypatch.setattr(model, "resolve", lambda name: ModelSpec(name, BrokenSource(Path(name), "")))
    workspace = Workspace()
    names = [f"m{number}" for number in range(MOST_LOADED + 1)]
    first = workspace.encoder(names[0])
    for name in names[1:-1]:
        workspace.encoder(name)
    assert workspace.encoder(names[0]) is first
    workspace.encoder(names[-1])
    assert set(workspace.loaded()) == {*names} - {names[1]}
