from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import pytrec_eval
from polars.testing import assert_frame_equal

from hybrid_tui import settings
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import model, registry
from hybrid_tui.errors import Cancelled, DataError, UsageError
from hybrid_tui.evaluation import evaluate, metric_tables, results
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.retrieval import corrections
from hybrid_tui.retrieval.corrections import FittingSample
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.systems.resources import OwnResources
from hybrid_tui.systems.system import System

from .. import toys, trained_models
from ..toys import DIMENSION, LANGS, embed, failing, kept, put, toy


class FakeEncoder:
    """Stands in for a model: counts, and encodes by the letters of a text."""

    dimension = DIMENSION
    fingerprint = "f"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts, role, *, progress=None, cancelled=None):
        if cancelled and cancelled():
            raise Cancelled
        self.texts += texts
        rows = [np.random.default_rng(sum(map(ord, text))).normal(size=DIMENSION) for text in texts]
        if progress:
            progress(len(texts), len(texts))
        vectors = np.array(rows)
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    """Load this one for every model."""
    made = FakeEncoder()
    monkeypatch.setattr(model, "load", lambda *_: made)
    return made


def of(named: str = "me5-small", data: str = "toy") -> System:
    return toys.system(named, data)


def asked_of(named: str, data: str = "toy") -> System | Evaluation:
    (found,) = evaluate.asked([named], data, OwnResources())
    return found


def test_figures_are_those_of_a_brute_force_ranking():
    collection = toy()
    found = evaluate.evaluate(of())
    scores = {
        query["query_id"]: dict(
            zip(
                collection.passages["passage_id"],
                np.concatenate([kept(collection, "me5-small", "passage", lang) for lang in LANGS]) @ vector,
                strict=True,
            )
        )
        for lang in LANGS
        for query, vector in zip(
            collection.queries.filter(lang=lang).iter_rows(named=True),
            kept(collection, "me5-small", "query", lang),
            strict=True,
        )
    }
    lang_of = dict(collection.passages.select("passage_id", "lang").iter_rows())
    answers = collection.queries.join(collection.relevance, on="item_id")
    for pool in (*LANGS, metric_tables.MULTILINGUAL):
        allowed = {passage for passage, lang in lang_of.items() if pool in {lang, metric_tables.MULTILINGUAL}}
        qrels: dict[str, dict[str, int]] = {}
        for query, passage in answers.select("query_id", "passage_id").iter_rows():
            if passage in allowed:
                qrels.setdefault(query, {})[passage] = 1
        run = {q: {d: float(s) for d, s in each.items() if d in allowed} for q, each in scores.items()}
        theirs = pytrec_eval.RelevanceEvaluator(qrels, {"map", "recip_rank"}).evaluate(run)
        rows = found.values.filter(pool=pool)
        assert rows.height == len(theirs) == 36
        for row in rows.iter_rows(named=True):
            assert row["mAP"] == pytest.approx(theirs[row["query_id"]]["map"], abs=1e-9)
            assert row["MRR"] == pytest.approx(theirs[row["query_id"]]["recip_rank"], abs=1e-9)


@pytest.mark.parametrize("correction", ["center", "shift", "shift:th:.5", "lir:2"])
def test_a_correction_is_fitted_on_the_collection(correction: str):
    collection = toy()
    queries, passages = (
        {lang: kept(collection, "me5-small", role, lang) for lang in LANGS} for role in ("query", "passage")
    )
    fitted = corrections.parse(correction).fit(FittingSample(queries, passages))
    system = of(f"me5-small+{correction}")
    asked, pool = evaluate.embeddings(system)
    for lang in LANGS:
        assert np.array_equal(asked[lang], fitted.apply(queries[lang], "query", lang))
        assert np.array_equal(pool[lang], fitted.apply(passages[lang], "passage", lang))
    about = evaluate.evaluate(system).manifest
    assert about.correction == correction
    basis = " (all passages)" if correction.startswith("shift") else ""
    assert about.fitted_on == f"toy@{collection.fingerprint}{basis}"
    assert about.key == evaluate.key_of(system)
    assert about.system == system.name == f"me5-small+{correction}"


def test_a_correction_fitted_elsewhere_is_another_system():
    toy()
    other = toy("other", 5)
    here, there = of("me5-small+center"), of("me5-small+center@other")
    found = [evaluate.evaluate(each) for each in (here, there)]
    assert evaluate.key_of(here) != evaluate.key_of(there)
    assert not found[0].values.equals(found[1].values)
    assert found[1].manifest.fitted_on == f"other@{other.fingerprint}"
    assert [each.manifest.system for each in results.kept()] == [
        "me5-small+center",
        "me5-small+center@other",
    ]
    assert there.name == "me5-small+center@other"
    assert evaluate.find_kept(there).manifest == found[1].manifest


def test_a_collection_that_is_the_one_searched_is_not_named():
    toy()
    assert of("me5-small+center@toy").name == "me5-small+center"


def test_a_manifest_tells_what_was_done():
    collection = toy()
    about = evaluate.evaluate(of()).manifest
    assert about.collection_fingerprint == collection.fingerprint
    assert about.model_fingerprint == model.resolve("me5-small").fingerprint
    assert (about.backbone, about.sampler, about.seed) == ("me5-small", "untrained", None)
    assert about.languages == LANGS
    assert about.pool == (12, 12, 12)
    assert (about.queries, about.items) == (36, 12)
    assert set(about.seconds) == {"embed", "rank", "measure"}
    assert {"rank_distance", "language_preference_rate", "MRC@10", "kendall_w"} <= set(about.bias)


def test_a_heads_figures_come_from_its_backbones_embeddings(monkeypatch: pytest.MonkeyPatch):
    collection = toy()
    monkeypatch.setattr(model, "load", lambda *_: pytest.fail("a model was loaded"))
    trained_models.head(registry.user_models_dir() / "tuned", dimension=DIMENSION, sampler="cross", seed=3)
    found = evaluate.evaluate(of("tuned"))
    about = found.manifest
    assert (about.model, about.backbone, about.sampler, about.seed) == ("tuned", "me5-small", "cross", 3)
    matrix = model.resolve("tuned").matrix
    for role in ("query", "passage"):
        for lang in LANGS:
            put(collection, "use-m3", role, lang, kept(collection, "me5-small", role, lang) @ matrix.T)
    assert_frame_equal(found.values, evaluate.evaluate(of("use-m3")).values)
    assert found.values.height
    assert not found.values.equals(evaluate.evaluate(of()).values)


def test_a_second_time_nothing_is_encoded_or_ranked(encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch):
    toy(models=())
    steps: list[str] = []

    def step(name: str):
        steps.append(name)
        return lambda _done, _total: None

    first = evaluate.evaluate(of(), step=step)
    assert len(encoder.texts) == 72
    assert steps == ["encoding passages of toy", "encoding queries of toy", "ranking"]
    monkeypatch.setattr(evaluate, "ranks", None)
    second = evaluate.evaluate(of(), step=step)
    assert len(encoder.texts) == 72
    assert len(steps) == 3
    assert second.manifest == first.manifest
    assert_frame_equal(second.values, first.values)


def test_another_correction_encodes_nothing(encoder: FakeEncoder):
    toy(models=())
    evaluate.evaluate(of())
    evaluate.evaluate(of("me5-small+center"))
    assert len(encoder.texts) == 72
    assert len(results.kept()) == 2


def test_again_makes_it_anew(monkeypatch: pytest.MonkeyPatch):
    toy()
    evaluate.evaluate(of())
    with failing(evaluate, "ranks", RuntimeError("ranked")), pytest.raises(RuntimeError, match="ranked"):
        evaluate.evaluate(of(), again=True)
    assert len(results.kept()) == 1


def test_a_damaged_one_is_made_anew():
    toy()
    first = evaluate.evaluate(of())
    (first.folder / "relevant.parquet").write_bytes(b"")
    second = evaluate.evaluate(of())
    assert_frame_equal(second.values, first.values)
    assert results.find("toy", "me5-small", second.manifest.key) is not None


def test_another_version_of_a_collection_is_another_evaluation(tmp_path: Path):
    toy()
    evaluate.evaluate(of())
    before = evaluate.key_of(of())
    from hybrid_tui.corpus import catalog

    catalog.remove("toy")
    toy(items=5)
    assert evaluate.key_of(of()) != before
    assert evaluate.evaluate(of()).manifest.items == 5
    assert len(results.kept("toy")) == 2


@pytest.mark.parametrize("interrupted", ["ranks", "metric_tables.per_query", "results.keep"])
def test_an_interrupted_one_keeps_nothing_but_the_embeddings(encoder: FakeEncoder, interrupted: str):
    toy(models=())
    *rooms, name = interrupted.split(".")
    module = getattr(evaluate, rooms[0]) if rooms else evaluate
    with failing(module, name, KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
        evaluate.evaluate(of())
    assert results.kept() == []
    assert not any(settings.data_dir().glob("evaluations/*"))
    encoder.texts.clear()
    assert evaluate.evaluate(of()).values.height == 36 * 4
    assert encoder.texts == []


def test_it_can_be_cancelled(encoder: FakeEncoder):
    toy(models=())
    with pytest.raises(Cancelled):
        evaluate.evaluate(of(), cancelled=lambda: True)
    with pytest.raises(Cancelled):
        evaluate.evaluate(of(), cancelled=lambda: len(encoder.texts) == 72)
    assert results.kept() == []


@pytest.mark.parametrize("correction", ["", "+center", "+shift", "+lir"])
@pytest.mark.parametrize("role", ["query", "passage"])
def test_an_embedding_that_is_no_number_is_named_with_its_text(correction: str, role: str):
    collection = toy()
    table = collection.queries if role == "query" else collection.passages
    broken = kept(collection, "me5-small", role, "en").copy()
    broken[3, 1] = np.nan
    for part in EmbeddingStore().root.rglob(f"{role}-en/*"):
        part.unlink()
    put(collection, "me5-small", role, "en", broken)
    name = table.filter(lang="en")[f"{role}_id"][3]
    with pytest.raises(DataError, match=f"{name}' .row 4.: its embedding of me5-small is not finite"):
        evaluate.evaluate(of(f"me5-small{correction}"))
    assert results.kept() == []


def test_one_language_has_no_cross_lingual_figures_and_no_bias():
    toy(langs=["de"])
    found = evaluate.evaluate(of())
    assert list(metric_tables.summary(found.values)) == ["monolingual"]
    assert found.manifest.bias == {}
    assert found.bias_values.is_empty()
    assert set(found.values["pool"]) == {"de"}


def test_languages_without_passages_are_left_out():
    toy(langs=["de", "en"], asked=LANGS)
    found = evaluate.evaluate(of())
    assert found.manifest.languages == ("de", "en")
    by_language = metric_tables.by_language(found.values)
    assert set(by_language) == set(LANGS)
    assert set(by_language["th"]) == {"cross-lingual", "multilingual"}
    assert "language_preference_rate" in found.manifest.bias


def test_passages_in_one_language_have_no_bias_to_tell():
    toy(langs=["en"], asked=LANGS)
    found = evaluate.evaluate(of())
    assert set(metric_tables.summary(found.values)) == {"monolingual", "cross-lingual"}
    assert found.manifest.bias == {}


def test_queries_in_one_language_have_a_bias():
    toy(asked=["en"])
    found = evaluate.evaluate(of())
    assert found.manifest.bias["rank_distance"] >= 2
    assert "MRC@10" not in found.manifest.bias
    assert found.manifest.languages == LANGS


def unanswered(collection: Collection, *langs: str) -> Collection:
    """The collection without the relevance of passages in some languages."""
    passages = collection.passages.filter(pl.col("lang").is_in(langs))
    return replace(collection, relevance=collection.relevance.join(passages, on="passage_id", how="anti"))


def test_queries_without_a_relevant_passage_are_left_out():
    whole = toy()
    relevance = whole.relevance.filter(pl.col("item_id") != "item0")
    partial = replace(whole, relevance=relevance)
    embed(partial, "me5-small")
    found = evaluate.evaluate(replace(of(), collection=partial))
    assert (found.manifest.queries, found.manifest.items) == (33, 11)
    assert "item0" not in set(found.values["item_id"])
    assert all(0 < values["mAP"] <= 1 for values in metric_tables.summary(found.values).values())


def test_no_relevant_passage_at_all_is_told():
    none = replace(toy(), relevance=toy("other").relevance.clear())
    embed(none, "me5-small")
    with pytest.raises(DataError, match="toy: no query has a relevant passage in de, en, th"):
        evaluate.evaluate(replace(of(), collection=none))


@pytest.mark.parametrize(
    ("named", "data", "said", "guess"),
    [
        ("me5-smal", "toy", "no model named 'me5-smal'", "me5-small"),
        ("me5-small+centre", "toy", "stage 1, 'centre', is unknown", "center"),
        ("me5-small", "toi", "no collection named 'toi'", "toy"),
        ("me5-small+shift:beta=1", "toy", "'beta=1' is no parameter", "pivot"),
        ("me5-small", "toys:test", "no collection named 'toys'", "toy"),
        ("", "toy", "names no system", "MODEL"),
    ],
)
def test_unknown_names_are_told_with_near_ones(named: str, data: str, said: str, guess: str):
    toy()
    with pytest.raises(UsageError, match=said) as caught:
        asked_of(named, data)
    assert guess in caught.value.hint


def test_a_pivot_that_is_not_there_is_told():
    toy()
    with pytest.raises(UsageError, match="no passages in the pivot language 'zh'") as caught:
        evaluate.evaluate(of("me5-small+shift:zh"))
    assert "de, en, th" in caught.value.hint


@pytest.mark.parametrize("setting", ["monolingual", "multilingual", "de"])
def test_ranked_keeps_nothing_and_ranks_what_was_asked(setting: str):
    toy()
    pools = list(evaluate.ranked(of(), top=5, setting=setting))
    assert results.kept() == []
    assert sum(pool.queries.height for pool in pools) == 36
    expected = {"monolingual": [("de",), ("en",), ("th",)], "multilingual": [LANGS] * 3, "de": [("de",)] * 3}
    assert [pool.languages for pool in pools] == expected[setting]
    assert {pool.top.shape[1] for pool in pools} == {5}


def test_ranked_alone_leaves_out_a_language_without_answers():
    collection = unanswered(toy(), "th")
    embed(collection, "me5-small")
    pools = evaluate.ranked(replace(of(), collection=collection), top=5, setting="monolingual")
    assert [pool.languages for pool in pools] == [("de",), ("en",)]


def test_ranked_refuses_an_unknown_setting_before_it_encodes():
    toy(models=())
    with pytest.raises(UsageError, match="no setting named 'monolingua'") as caught:
        evaluate.ranked(of(), top=5, setting="monolingua")
    assert "did you mean monolingual" in caught.value.hint
