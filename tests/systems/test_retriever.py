from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hybrid_tui.errors import Cancelled, DataError, UsageError
from hybrid_tui.retrieval import shelves
from hybrid_tui.retrieval.corrections import FittedCorrection, FittingSample, parse
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.encoding import embeddings
from hybrid_tui.systems.embedded import EmbeddedTexts
from hybrid_tui.systems.retriever import Retriever


def retriever_of(*parts, **options) -> Retriever:
    return Retriever("letters", EmbeddedTexts(*parts, **options))


@pytest.fixture
def retriever(small, spec, encoder, tmp_path: Path) -> Retriever:
    return retriever_of(small, spec, EmbeddingStore(tmp_path, shipped=None), lambda: encoder)


def ids(ranking) -> list[str]:
    return [hit.passage_id for hit in ranking.hits]


def test_all_languages_are_merged_ties_in_the_order_of_the_collection(retriever):
    ranking = retriever.search("abc")
    assert ids(ranking) == ["de-1", "de-2", "en-1", "de-3", "en-2"]
    assert [hit.rank for hit in ranking.hits] == [1, 2, 3, 4, 5]
    assert ranking.pool == 5
    assert ranking.langs == ("de", "en")
    assert ranking.hits[0].score == pytest.approx(1)
    assert ranking.hits[3].score == pytest.approx(0)


def test_only_the_languages_asked_for(retriever):
    ranking = retriever.search("abc", langs=["en"], k=1)
    assert ids(ranking) == ["en-1"]
    assert ranking.pool == 2


def test_a_typed_query_knows_no_relevance(retriever):
    assert {hit.relevant for hit in retriever.search("abc").hits} == {None}


def test_a_query_of_the_collection_marks_what_answers_it(retriever):
    ranking = retriever.search("", query_id="q1-en")
    assert {hit.passage_id for hit in ranking.hits if hit.relevant} == {"de-1", "en-1"}
    assert (ranking.query, ranking.query_lang) == ("abd", "en")


def test_a_kept_query_needs_no_encoder(small, spec, encoder, tmp_path: Path):
    store = EmbeddingStore(tmp_path, shipped=None)
    for role in ("query", "passage"):
        embeddings(small, spec, role, ["de", "en"], store, lambda: encoder)
    asked = retriever_of(small, spec, store, lambda: pytest.fail("encoder asked for"))
    assert ids(asked.search("", query_id="q2-en"))[:2] == ["de-3", "en-2"]


def test_a_query_that_is_kept_with_another_collection_needs_no_encoder(small, spec, encoder, tmp_path: Path):
    store = EmbeddingStore(tmp_path, shipped=None)
    for role in ("query", "passage"):
        embeddings(small, spec, role, ["de", "en"], store, lambda: encoder)
    part = replace(small, name="part", queries=small.queries.filter(pl.col("query_id") != "q1-en"))
    asked = retriever_of(part, spec, store, lambda: pytest.fail("encoder asked for"))
    assert ids(asked.search("", query_id="q2-en"))[:2] == ["de-3", "en-2"]


def test_the_language_is_detected_or_told(retriever):
    assert retriever.search("Wer entdeckte den Sauerstoff?").query_lang == "de"
    assert retriever.search("abc", query_lang="en").query_lang == "en"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"langs": ["xx"]}, "no passage language in small named 'xx'"),
        ({"query_lang": "xx"}, "no language named 'xx'"),
        ({"query_id": "q9"}, "no query in small named 'q9'"),
    ],
)
def test_unknown_names_are_said(retriever, asked, said):
    with pytest.raises(UsageError, match=said):
        retriever.search("abc", **asked)


def test_cancelling_stops_the_encoding(retriever):
    with pytest.raises(Cancelled):
        retriever.search("abc", cancelled=lambda: True)
    assert ids(retriever.search("abc", k=1)) == ["de-1"]


def some_encoded(retriever: Retriever, encoder, monkeypatch, calls: int) -> None:
    """Let the retriever be stopped after some parts of one row each."""
    monkeypatch.setattr(shelves, "SMALLEST_PART", 1)
    with pytest.raises(Cancelled):
        retriever.prepare(cancelled=lambda: len(encoder.calls) == calls)


def test_without_any_embedding_nothing_is_ranked_nor_encoded(retriever, encoder):
    ranking = retriever.search_kept("abc")
    assert (ranking.pool, ranking.missing, ranking.hits) == (0, 5, ())
    assert (retriever.to_encode(), retriever.kept()) == (4, {"de": 0, "en": 0})
    assert encoder.calls == []


def test_what_is_encoded_is_ranked_before_the_rest_is_there(retriever, encoder, monkeypatch):
    some_encoded(retriever, encoder, monkeypatch, 2)
    assert retriever.kept() == {"de": 2, "en": 1}
    ranking = retriever.search_kept("abc")
    assert ids(ranking) == ["de-1", "de-2", "en-1"]
    assert (ranking.pool, ranking.missing, ranking.langs) == (3, 2, ("de", "en"))
    assert ids(retriever.search_kept("abc", langs=["en"])) == ["en-1"]
    own = retriever.search_kept("", query_id="q1-en")
    assert {hit.passage_id: hit.relevant for hit in own.hits} == {"de-1": True, "de-2": False, "en-1": True}


def test_a_search_of_what_is_kept_is_the_whole_search_in_the_end(retriever, encoder, monkeypatch):
    some_encoded(retriever, encoder, monkeypatch, 3)
    first = retriever.search_kept("xyz")
    assert (first.pool, first.missing) == (4, 1)
    whole = retriever.search("xyz")
    again = retriever.search_kept("xyz")
    assert again.hits == whole.hits
    assert (again.pool, again.missing, retriever.to_encode()) == (5, 0, 0)


def test_a_correction_is_not_fitted_on_some_of_the_passages(
    small, spec, encoder, tmp_path: Path, monkeypatch
):
    store = EmbeddingStore(tmp_path, shipped=None)
    retriever = retriever_of(small, spec, store, lambda: encoder, correction=parse("center"))
    assert retriever.to_encode(["de"]) == 4 + 3, "every passage and query that it is fitted on"
    some_encoded(retriever, encoder, monkeypatch, 2)
    ranking = retriever.search_kept("abc", query_lang="en")
    assert (ranking.pool, ranking.missing, ranking.hits) == (0, 5, ())
    whole = retriever.search("abc", query_lang="en")
    assert retriever.search_kept("abc", query_lang="en").hits == whole.hits


def test_several_threads_prepare_and_search_at_once(small, spec, encoder, tmp_path: Path):
    retriever = retriever_of(small, spec, EmbeddingStore(tmp_path, shipped=None), lambda: encoder)
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(retriever.search, "abc") for _ in range(4)]
        assert len({tuple(ids(each.result(20))) for each in found}) == 1
    assert sum(calls for calls in encoder.calls if calls > 1) == 4


def corrected_scores(small, encoder, fitted: FittedCorrection, query: str) -> dict[str, float]:
    """The score of each passage for an English query, by hand."""
    asked = fitted.apply(encoder.encode([query], "query"), "query", "en")[0]
    scores = {}
    for lang in ("de", "en"):
        names = small.passages.filter(lang=lang)["passage_id"]
        values = encoder.encode(small.passage_inputs(lang), "passage")
        scores |= dict(zip(names, fitted.apply(values, "passage", lang) @ asked, strict=True))
    return scores


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_correction_is_fitted_where_told_and_applied_to_both_sides(
    small, spec, encoder, tmp_path: Path, elsewhere: bool
):
    fit_on = replace(small, passages=small.passages.reverse().sort("lang")) if elsewhere else small
    if elsewhere:
        fit_on = replace(fit_on, passages=fit_on.passages.with_columns(pl.col("text") + "zzz"))
    told = parse("center")
    store = EmbeddingStore(tmp_path, shipped=None)
    retriever = retriever_of(small, spec, store, lambda: encoder, correction=told, fit_on=fit_on)
    ranking = retriever.search("abc", query_lang="en")
    sides = {
        role: {lang: encoder.encode(inputs(lang), role) for lang in ("de", "en")}
        for role, inputs in (("query", fit_on.query_inputs), ("passage", fit_on.passage_inputs))
    }
    fitted = told.fit(FittingSample(sides["query"], sides["passage"]))
    wanted = corrected_scores(small, encoder, fitted, "abc")
    assert {hit.passage_id: hit.score for hit in ranking.hits} == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize(("text", "said"), [("abc", "query's embedding"), ("xyz", "en passage 'en-2'")])
def test_an_embedding_that_is_not_finite_is_told(small, spec, encoder, tmp_path: Path, text: str, said: str):
    whole = encoder.encode

    def broken(texts, role, **options):
        values = whole(texts, role, **options)
        if role == ("query" if text == "abc" else "passage"):
            values[[each == text for each in texts]] = np.nan
        return values

    encoder.encode = broken
    retriever = retriever_of(small, spec, EmbeddingStore(tmp_path, shipped=None), lambda: encoder)
    with pytest.raises(DataError, match=f"{said}.* of letters is not finite"):
        retriever.search("abc", query_lang="en")


def test_a_query_of_the_collection_is_no_hit_itself(small, spec, encoder, tmp_path: Path):
    selves = pl.DataFrame({"query_id": ["q1-en", "q1-en"], "passage_id": ["de-2", "en-1"]})
    without = replace(small, self_passages=selves)
    asked = retriever_of(without, spec, EmbeddingStore(tmp_path, shipped=None), lambda: encoder)
    assert ids(asked.search("", query_id="q1-en", k=2)) == ["de-1", "de-3"]
    assert ids(asked.search("", query_id="q1-en")) == ["de-1", "de-3", "en-2"]
    assert len(asked.search("abd").hits) == small.passages.height
    assert len(asked.search("", query_id="q2-en").hits) == small.passages.height
