"""Other forms of queries: mixed, joined, in their place, fused; in bulk and one at a time alike."""

from __future__ import annotations

import numpy as np
import pytest

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.variants import QueryForm
from hybrid_tui.encoders import model
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import evaluate
from hybrid_tui.retrieval.corrections import parse
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.dense import DenseScores
from hybrid_tui.systems.embedded import EmbeddedTexts, mixed
from hybrid_tui.systems.query_forms import QueryForms
from hybrid_tui.systems.stages.query import QueryVariant

from .. import toys
from ..evaluation.test_evaluate import FakeEncoder

LANGS = ["de", "en"]


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Collection:
    """Add a collection whose texts an encoder without weights encodes, whatever the model."""
    monkeypatch.setattr(model, "load", lambda *_: FakeEncoder())
    return toys.toy(models=())


def silent(_step: str):
    return lambda _done, _total: None


@pytest.fixture
def texts(small, spec, encoder, tmp_path):
    """Make the embeddings of `small` with queries in another form; the German one of q2 is not there."""
    store = EmbeddingStore(tmp_path, shipped=None)

    def make(variant: QueryVariant, correction: str = "none") -> EmbeddedTexts:
        return EmbeddedTexts(
            small,
            spec,
            store,
            lambda: encoder,
            correction=parse(correction),
            forms=QueryForms(small, variant),
        )

    return make


@pytest.mark.parametrize("correction", ["none", "center"])
@pytest.mark.parametrize("how", [("mix", 0.3), ("mix", 1.0), ("concat", 0.5)])
def test_one_query_and_all_at_once_are_the_same(texts, small, how, correction):
    made = texts(QueryVariant("de", *how), correction)
    made.prepare(LANGS, silent)
    found = made.queries(LANGS, silent)
    for lang in LANGS:
        rows = small.queries.filter(lang=lang)
        for row, (query_id, text) in enumerate(rows.select("query_id", "text").iter_rows()):
            one = made.query(Asked(text, lang, query_id))
            np.testing.assert_allclose(found[lang][row : row + 1], one, atol=1e-6)


def test_a_mix_is_the_weighted_sum_of_what_each_form_gives(texts, small, encoder):
    made = texts(QueryVariant("de", "mix", 0.25), "center")
    made.prepare(LANGS, silent)
    text = small.queries.filter(query_id="q1-en")["text"][0]
    form = made.forms.kept["q1-en"]
    own = made.changed(encoder.encode([text], "query"), "query", "en")
    other = made.changed(encoder.encode([form.text], "query"), "query", "de")
    wanted = 0.75 * own + 0.25 * other
    wanted /= np.linalg.norm(wanted)
    np.testing.assert_allclose(made.query(Asked(text, "en", "q1-en")), wanted, atol=1e-6)


def test_queries_without_the_form_are_asked_as_they_are_and_counted(texts, small, encoder):
    made = texts(QueryVariant("de", "mix", 1.0))
    lacking = [each for each in small.queries["query_id"] if each not in made.forms.kept]
    assert lacking == ["q2-en"]
    assert made.notes == ("query:de: 1 of 3 queries lack that form and are asked as they are",)
    made.prepare(LANGS, silent)
    own = encoder.encode(small.query_inputs("en"), "query")
    found = made.queries(["en"], silent)["en"]
    for row, query_id in enumerate(small.queries.filter(lang="en")["query_id"]):
        assert np.allclose(found[row], own[row], atol=1e-6) == (query_id in lacking)


def test_a_typed_query_takes_the_form_that_is_typed(texts, encoder):
    made = texts(QueryVariant("de", "mix", 1.0))
    made.prepare(LANGS, silent)
    typed = made.query(Asked("abc", "en", "", {"de": QueryForm("xyz", "de")}))
    np.testing.assert_allclose(typed, encoder.encode(["xyz"], "query"), atol=1e-6)
    np.testing.assert_allclose(made.query(Asked("abc", "de")), encoder.encode(["abc"], "query"), atol=1e-6)
    with pytest.raises(UsageError, match="the query's form 'de' is not known"):
        made.query(Asked("abc", "en"))


def test_scores_are_dot_products_and_equal_embeddings_tie(texts, small, encoder):
    made = texts(QueryVariant("de", "mix", 0.0))
    scorer = DenseScores(made)
    scorer.prepare(LANGS, silent, asked=True)
    found = scorer.scores([Asked("abc", "de"), Asked("", "en", "q1-en")], LANGS)
    passages = np.concatenate([encoder.encode(small.passage_inputs(lang), "passage") for lang in LANGS])
    asked = encoder.encode(["abc", small.queries.filter(query_id="q1-en")["text"][0]], "query")
    np.testing.assert_allclose(found, asked @ passages.T, atol=1e-6)


@pytest.mark.parametrize(
    "name",
    [
        "me5-small+query:en:.5",
        "me5-small+query:en:rrf",
        "me5-small+center+query:th:.25+fuse:bm25",
        "bm25+query:en:1",
        "bm25+query:en:concat",
        "bm25+query:en:rrf",
        "me5-small+dim:8",
        "bm25+fuse:me5-small",
    ],
)
def test_each_form_is_evaluated_kept_and_found_again(name: str, toy: Collection):
    found = evaluate.evaluate(toys.system(name))
    assert found.manifest.system == name
    assert found.manifest.queries == toy.queries.height
    assert evaluate.find_kept(toys.system(name)).manifest.key == found.manifest.key
    others = {evaluate.key_of(toys.system(each)) for each in ("me5-small", "bm25", "me5-small+center")}
    assert found.manifest.key not in others


def test_english_in_the_query_s_place_is_what_english_queries_find(toy: Collection):
    plain, replaced = (evaluate.evaluate(toys.system(name)) for name in ("me5-small", "me5-small+query:en:1"))
    english = plain.values.filter(query_lang="en").sort("item_id", "pool")
    for lang in toys.LANGS:
        found = replaced.values.filter(query_lang=lang).sort("item_id", "pool")
        np.testing.assert_allclose(found["mAP"], english["mAP"], atol=1e-9)


def test_of_two_forms_fused_the_same_one_changes_no_place(toy: Collection):
    plain, fused = (evaluate.evaluate(toys.system(name)) for name in ("me5-small", "me5-small+query:en:rrf"))
    for table in (plain, fused):
        assert table.values.filter(query_lang="en").height
    one, two = (each.values.filter(query_lang="en")["mAP"] for each in (plain, fused))
    np.testing.assert_allclose(one, two, atol=1e-9)


def test_a_mix_of_weights_adds_to_one():
    own, other = np.eye(4, dtype=np.float32)[:1], np.eye(4, dtype=np.float32)[1:2]
    np.testing.assert_allclose(mixed(own, other, 0.5), [[0.5**0.5, 0.5**0.5, 0, 0]], atol=1e-6)
    np.testing.assert_array_equal(mixed(own, -own, 0.5), own)
